from decimal import Decimal

import pytest

from tests.ingest.bundles import Resources, concept, faults, neighbour, read, the_broken, visit


def claim_of(resources: Resources) -> dict[str, object]:
    for item in resources["Claim/k1"]["item"]:
        del item["encounter"]
    return resources["Claim/k1"]


def charged(resources: Resources) -> dict[str, Decimal]:
    reading = read(resources)
    assert reading.broken == ()
    return {encounter.encounter_id: encounter.charged for encounter in reading.encounters}


def test_a_claim_that_names_no_encounter_goes_to_the_only_one_of_its_patient() -> None:
    resources = visit()
    claim_of(resources)
    assert charged(resources) == {"e1": Decimal("180.20")}


def test_or_to_the_one_that_its_other_items_name() -> None:
    resources = neighbour(visit())
    del resources["Claim/k1"]["item"][1]["encounter"]
    assert charged(resources) == {"e1": Decimal("180.20"), "e2": Decimal("50.00")}


def test_or_to_the_one_that_the_claim_names_as_in_r5() -> None:
    resources = neighbour(visit())
    claim_of(resources)["encounter"] = [{"reference": "Encounter/e1"}]
    assert charged(resources)["e1"] == Decimal("180.20")


def test_or_to_the_one_of_its_conditions() -> None:
    resources = neighbour(visit())
    claim_of(resources)
    assert charged(resources)["e1"] == Decimal("180.20")


def test_or_to_the_one_whose_days_hold_the_service() -> None:
    resources = neighbour(visit())
    claim = claim_of(resources)
    claim["diagnosis"] = []
    claim["billablePeriod"] = {"start": "2026-03-10"}
    for item in resources["Claim/k1"]["item"]:
        item.pop("diagnosisSequence", None)
    assert charged(resources)["e1"] == Decimal("180.20")


def test_items_of_one_claim_may_belong_to_two_encounters() -> None:
    resources = neighbour(visit())
    resources["Claim/k1"]["item"][1]["encounter"] = [{"reference": "Encounter/e2"}]
    assert charged(resources) == {"e1": Decimal("142.10"), "e2": Decimal("88.10")}


def test_dollars_that_no_encounter_takes_are_a_dead_letter_with_their_amount() -> None:
    resources = visit()
    resources["Claim/k1"]["item"][1]["encounter"] = [{"reference": "Encounter/gone"}]
    reading = read(resources)
    broken = the_broken(reading)
    assert broken.charged == Decimal("38.10")
    assert broken.part == "Claim/k1"
    assert list(faults(broken)) == ["(Claim/k1).item[1]"]
    assert reading.encounters[0].charged == Decimal("142.10")


def test_a_note_without_an_encounter_goes_to_the_only_one_of_its_patient() -> None:
    resources = visit()
    del resources["DocumentReference/n1"]["context"]
    assert len(read(resources).encounters[0].documents) == 1


def test_what_belongs_to_an_encounter_of_another_message_is_left_to_it() -> None:
    resources = visit()
    resources["Observation/r1"]["encounter"] = {"reference": "Encounter/earlier"}
    reading = read(resources)
    assert reading.broken == ()
    assert reading.encounters[0].results == ()


@pytest.mark.parametrize("reference", [{"reference": "urn:uuid:0"}, {"reference": "Patient/p1"}, "e1", 7])
def test_a_reference_that_can_only_mean_this_bundle_and_leads_nowhere_is_an_orphan(reference: object) -> None:
    resources = visit()
    resources["Observation/r1"]["encounter"] = reference
    reading = read(resources)
    assert len(reading.encounters) == 1
    assert the_broken(reading).part == "Observation/r1"
    assert the_broken(reading).encounter_id == ""


def test_a_broken_problem_of_the_patient_is_reported_once_and_stops_no_encounter() -> None:
    resources = neighbour(visit())
    resources["Condition/c9"] = {
        "resourceType": "Condition",
        "id": "c9",
        "category": [concept("", "problem-list-item")],
        "subject": {"reference": "Patient/p1"},
        "onsetDateTime": "last summer",
    }
    reading = read(resources)
    assert len(reading.encounters) == 2
    assert list(faults(the_broken(reading))) == ["(Condition/c9).onsetDateTime"]


@pytest.mark.parametrize(
    "change", [{"status": "cancelled"}, {"use": "preauthorization"}, {"status": "draft"}]
)
def test_a_claim_that_charges_nothing_is_left_out(change: dict[str, str]) -> None:
    resources = visit()
    resources["Claim/k1"] |= change
    assert charged(resources) == {"e1": Decimal("0.00")}
