"""The prescription number of a charged drug, by every way that FHIR R4 has to the order."""

from typing import Any

import pytest

from tests.ingest.bundles import TERMINOLOGY, Resources, concept, read, visit

NDC = "http://hl7.org/fhir/sid/ndc"
PEN, OTHER = "0409-7332-01", "0002-7510-01"
HERE = {"reference": "Encounter/e1"}


def charged(*resources: dict[str, Any], **claim: Any) -> str:
    """The prescription of a visit's only charge, a drug, in a message with these resources."""
    bundle = visit()
    del bundle["Claim/k1"]["item"][1]
    bundle["Claim/k1"]["item"][0]["detail"] = [{"productOrService": concept(NDC, PEN)}]
    bundle["Claim/k1"]["item"][0] |= claim.pop("item", {})
    bundle["Claim/k1"] |= claim
    return number_of(bundle | {f"{each['resourceType']}/{each['id']}": each for each in resources})


def number_of(bundle: Resources) -> str:
    """The prescription of the visit's only charge."""
    reading = read(bundle)
    assert reading.broken == ()
    (charge,) = reading.encounters[0].charges
    return charge.prescription


def order(ident: str = "m1", code: str = PEN, **changes: Any) -> dict[str, Any]:
    """What was ordered, under two numbers: the EHR's and the pharmacy's."""
    return {
        "resourceType": "MedicationRequest",
        "id": ident,
        "status": "completed",
        "subject": {"reference": "Patient/p1"},
        "medicationCodeableConcept": concept(NDC, code),
        "identifier": [
            {"value": f"PLACED-{ident}"},
            {"type": concept(TERMINOLOGY + "v2-0203", "FILL"), "value": f"RX-{ident}"},
        ],
    } | changes


def used(kind: str = "MedicationAdministration", **changes: Any) -> dict[str, Any]:
    """What was dispensed or given."""
    medication = {"medicationCodeableConcept": concept(NDC, PEN)}
    return {"resourceType": kind, "id": "u1", "status": "completed", "context": HERE, **medication} | changes


def information(reference: dict[str, Any]) -> dict[str, Any]:
    """The item's own supporting information, beside another row."""
    rows = [{"sequence": 1, "valueString": "no"}, {"sequence": 2, "valueReference": reference}]
    return {"supportingInfo": rows, "item": {"informationSequence": [2]}}


def test_the_order_of_the_visit_with_the_same_drug() -> None:
    """By its encounter, or because the patient has only this one; another drug's order does not count."""
    assert charged(order(encounter=HERE), order("m2", OTHER, encounter=HERE)) == "RX-m1"
    assert charged(order()) == "RX-m1"
    assert charged(order(identifier=[{"use": "old", "value": "A"}, {"value": "B"}])) == "B"
    assert charged(order(identifier=[], groupIdentifier={"value": "G"})) == "G"


def test_what_the_claim_names_goes_first() -> None:
    both = (order(), order("m2"))
    assert charged(*both, **information({"reference": "MedicationRequest/m2"})) == "RX-m2"
    assert charged(*both, prescription={"reference": "MedicationRequest/m2"}) == "RX-m2"
    assert charged(**information({"identifier": {"value": "RX-9"}})) == "RX-9"


def test_the_order_behind_what_was_given_or_dispensed() -> None:
    elsewhere = order(encounter={"reference": "Encounter/e0"}, medicationCodeableConcept=concept("", "x"))
    assert charged(elsewhere, used(request={"reference": "MedicationRequest/m1"})) == "RX-m1"
    behind = {"authorizingPrescription": [{"identifier": {"value": "RX-7"}}]}
    assert charged(used("MedicationDispense", **behind)) == "RX-7"
    assert charged(used("MedicationDispense", identifier=[{"value": "D-1"}])) == "D-1"


def test_a_medication_says_the_drug() -> None:
    medication = {"resourceType": "Medication", "id": "d1", "code": concept(NDC, PEN)}
    told: dict[str, Any] = {
        "medicationCodeableConcept": None,
        "medicationReference": {"reference": "Medication/d1"},
    }
    assert charged(medication, order(**told)) == "RX-m1"


@pytest.mark.parametrize(
    "resources",
    [
        (order(), order("m2")),  # two numbers: which one is not known
        (order(code=OTHER),),
        (order(status="entered-in-error"),),
        (order(encounter={"reference": "Encounter/e0"}),),  # of a visit that is not here; no error either
        (used(request={"reference": "MedicationAdministration/u1"}),),  # no order
        (used(identifier=[{"value": "A-1"}]),),  # the number of a dose is no prescription's
    ],
)
def test_none_is_invented(resources: tuple[dict[str, Any], ...]) -> None:
    assert charged(*resources) == ""
    assert charged(*resources, prescription={"display": "a slip of paper"}) == ""


def test_of_a_charge_without_a_drug_nothing_is_asked() -> None:
    assert charged(order(), item={"detail": []}) == ""
