"""What a dead letter keeps is enough to read exactly the broken part again."""

from typing import Any

import orjson
import pytest

from services.ingest.errors import UnreadableMessage
from services.ingest.fhir.reader import read_bundle
from services.ingest.reading import Broken
from tests.ingest.bundles import SITE, Resources, bundle, neighbour, read, the_broken, visit


def kept(broken: Broken) -> dict[str, Any]:
    resources = [entry["resource"] for entry in orjson.loads(broken.original)["entry"]]
    return {f"{each['resourceType']}/{each['id']}": each for each in resources}


def broken_visit() -> Resources:
    """Two visits whose charges are on one claim; the first has a broken note."""
    resources = neighbour(visit())
    resources["DocumentReference/n1"]["date"] = "?"
    resources["Claim/k1"]["item"][1]["encounter"] = [{"reference": "Encounter/e2"}]
    resources["Claim/k1"]["item"][1]["unitPrice"]["value"] = 10
    return resources


def test_the_neighbour_goes_on_and_the_letter_holds_only_its_own() -> None:
    reading = read(broken_visit())
    assert [encounter.encounter_id for encounter in reading.encounters] == ["e2"]
    broken = the_broken(reading)
    assert (broken.part, broken.encounter_id) == ("e1", "e1")
    names = set(kept(broken))
    assert names == set(visit())
    assert len(kept(broken)["Claim/k1"]["item"]) == 1


def test_reading_it_again_gives_the_same_errors_and_after_the_fix_the_same_encounter() -> None:
    resources = broken_visit()
    original = the_broken(read(resources)).original
    again = read_bundle(original, SITE)
    assert again.encounters == ()
    assert again.broken[0].original == original
    fixed = original.replace(b'"date":"?"', b'"date":"2026-03-10"')
    resources["DocumentReference/n1"]["date"] = "2026-03-10"
    (replayed,) = read_bundle(fixed, SITE).encounters
    expected = next(each for each in read(resources).encounters if each.encounter_id == "e1")
    assert replayed.model_copy(update={"source_message": ""}) == expected.model_copy(
        update={"source_message": ""}
    )


def test_roles_that_point_at_a_practitioner_are_kept_with_them() -> None:
    resources = broken_visit()
    resources["PractitionerRole/q1"] = {
        "resourceType": "PractitionerRole",
        "id": "q1",
        "practitioner": {"reference": "Practitioner/d1"},
    }
    assert "PractitionerRole/q1" in kept(the_broken(read(resources)))


def test_the_answers_about_its_authorisation_are_kept_with_what_was_asked() -> None:
    """Nothing in a bundle refers to them: they are found by the number."""
    resources = broken_visit()
    resources["Claim/k1"]["insurance"] = [{"coverage": {"reference": "Coverage/v1"}, "preAuthRef": ["A"]}]
    for ident, number in (("r1", "A"), ("r2", "B")):
        resources[f"ClaimResponse/{ident}"] = {
            "resourceType": "ClaimResponse",
            "id": ident,
            "preAuthRef": number,
            "request": {"reference": "Claim/q1"},
        }
    resources["Claim/q1"] = {"resourceType": "Claim", "id": "q1", "use": "preauthorization"}
    names = set(kept(the_broken(read(resources))))
    assert {"ClaimResponse/r1", "Claim/q1"} <= names
    assert "ClaimResponse/r2" not in names


@pytest.mark.parametrize("levels", [100, 300, 900])
def test_json_that_is_too_deep_to_be_written_again_is_refused_whole(levels: int) -> None:
    resources = broken_visit()
    resources["Condition/c1"]["extension"] = "DEEP"
    deep = b'{"x":' * levels + b"1" + b"}" * levels
    value = bundle(resources.values()).replace(b'"DEEP"', deep)
    if levels == 100:
        assert len(read_bundle(value, SITE).encounters) == 1
    else:
        with pytest.raises(UnreadableMessage, match="nested too deep"):
            read_bundle(value, SITE)
