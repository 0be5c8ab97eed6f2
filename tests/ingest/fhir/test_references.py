"""Every way of referring gives the same events (https://hl7.org/fhir/R4/references.html)."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from services.contracts.codec import EventCodec
from services.contracts.events import ENCOUNTERS
from services.ingest.fhir.reader import read_bundle
from services.stage.model import Emit
from tests.ingest.bundles import SITE, Resources, bundle, faults, read, the_broken, visit

BASE = "https://ehr.example.org/fhir"


def urn(name: str) -> str:
    """A URN that is not the resource's id: only the fullUrl can lead there."""
    return f"urn:uuid:00000000-0000-4000-8000-{name.encode().hex()[-12:]:0>12}"


def rewritten(resources: Resources, style: Callable[[str], str]) -> Resources:
    """The resources with every reference in another style."""

    def rewrite(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: style(v) if k == "reference" else rewrite(v) for k, v in value.items()}
        return [rewrite(item) for item in value] if isinstance(value, list) else value

    return {name: rewrite(resource) for name, resource in resources.items()}


def encoded(value: bytes) -> bytes:
    reading = read_bundle(value, SITE)
    assert reading.broken == ()
    (encounter,) = reading.encounters
    plain = encounter.model_copy(update={"source_message": ""})
    return EventCodec().encode(Emit(ENCOUNTERS, plain)).value


STYLES: dict[str, tuple[Callable[[str], str], Callable[[dict[str, Any]], str] | None]] = {
    "relative": (lambda ref: ref, None),
    "relative with version": (lambda ref: f"{ref}/_history/2", None),
    "absolute": (lambda ref: f"{BASE}/{ref}", lambda r: f"{BASE}/{r['resourceType']}/{r['id']}"),
    "absolute, no fullUrl": (lambda ref: f"{BASE}/{ref}", None),
    "urn": (
        lambda ref: urn(ref).upper().replace("URN:UUID", "urn:uuid"),
        lambda r: urn(f"{r['resourceType']}/{r['id']}"),
    ),
}


@pytest.mark.parametrize("name", STYLES)
def test_every_style_gives_the_same_bytes(name: str) -> None:
    style, full_url = STYLES[name]
    changed = bundle(rewritten(visit(), style).values(), full_url=full_url)
    assert encoded(changed) == encoded(bundle(visit().values()))


def test_by_identifier_and_conditional_too() -> None:
    for reference in (
        {"identifier": {"system": "http://hl7.org/fhir/sid/us-npi", "value": "2000000051"}},
        {"reference": "Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|2000000051"},
        {"reference": "Practitioner?identifier=2000000051"},
    ):
        resources = visit()
        resources["Encounter/e1"]["participant"][0]["individual"] = reference
        assert encoded(bundle(resources.values())) == encoded(bundle(visit().values()))


def test_contained_resources_are_found() -> None:
    resources = visit()
    practitioner = resources.pop("Practitioner/d1") | {"id": "inside"}
    resources["Encounter/e1"]["contained"] = [practitioner]
    resources["Encounter/e1"]["participant"][0]["individual"] = {"reference": "#inside"}
    assert encoded(bundle(resources.values())) == encoded(bundle(visit().values()))


@pytest.mark.parametrize("target", ["Practitioner/nobody", "urn:uuid:00000000-0000", "#inside", ""])
def test_a_reference_that_leads_nowhere_is_told_with_its_place(target: str) -> None:
    resources = visit()
    resources["Encounter/e1"]["participant"][0]["individual"] = {"reference": target}
    broken = the_broken(read(resources))
    (path,) = faults(broken)
    assert path == "(Encounter/e1).participant[0].individual.reference"


def test_one_that_leaves_the_bundle_and_says_whom_it_means_is_taken_at_its_word() -> None:
    resources = visit()
    resources["Encounter/e1"]["participant"][0]["individual"] = {
        "reference": "Practitioner/elsewhere",
        "identifier": {"system": "http://hl7.org/fhir/sid/us-npi", "value": "2000000069"},
        "display": "Chen, Wei",
    }
    (encounter,) = read(resources).encounters
    assert "2000000069" in [provider.npi for provider in encounter.providers]


def test_an_identifier_s_value_is_never_told() -> None:
    resources = visit()
    resources["Encounter/e1"]["subject"] = {"reference": "Patient?identifier=urn:mrn|RB-99999"}
    broken = the_broken(read(resources))
    assert "RB-99999" not in json.dumps([error.model_dump() for error in broken.errors])
    assert "the Patient of that search" in broken.errors[0].message
