from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from services.contracts.administration import Administration
from tests.ingest.bundles import concept, faults, read, the_broken, visit

NDC, RXNORM = "http://hl7.org/fhir/sid/ndc", "http://www.nlm.nih.gov/research/umls/rxnorm"


def given(**changes: Any) -> dict[str, Any]:
    """A gram of a drug, infused for half an hour, in the visit."""
    return {
        "resourceType": "MedicationAdministration",
        "id": "a1",
        "status": "completed",
        "subject": {"reference": "Patient/p1"},
        "context": {"reference": "Encounter/e1"},
        "medicationCodeableConcept": concept(RXNORM, "309090", "a drug"),
        "effectivePeriod": {"start": "2026-03-10T21:05:00-05:00", "end": "2026-03-10T21:35:00-05:00"},
        "dosage": {
            "route": concept("http://snomed.info/sct", "47625008"),
            "dose": {"value": 1.5, "unit": "gram", "code": "g"},
        },
    } | changes


def administrations(*resources: dict[str, Any]) -> tuple[Administration, ...]:
    """What the visit's event says was given."""
    reading = read(visit() | {f"{each['resourceType']}/{each['id']}": each for each in resources})
    assert reading.broken == ()
    return reading.encounters[0].administrations


def test_what_how_much_how_and_when() -> None:
    (found,) = administrations(given())
    assert (found.codings[0].code, found.text, found.ndc) == ("309090", "a drug", "")
    assert (found.quantity, found.unit, found.route[0].code) == (Decimal("1.5"), "g", "47625008")
    assert (found.start, found.end) == (
        datetime(2026, 3, 11, 2, 5, tzinfo=UTC),
        datetime(2026, 3, 11, 2, 35, tzinfo=UTC),
    )


def test_the_drug_may_be_a_resource_of_its_own() -> None:
    drug = {"resourceType": "Medication", "id": "m1", "code": concept(NDC, "0409-7332-01")}
    reference = {"medicationCodeableConcept": None, "medicationReference": {"reference": "Medication/m1"}}
    (found,) = administrations(drug, given(**reference))
    assert found.ndc == "00409733201"


def test_they_come_in_the_order_of_their_times() -> None:
    early = given(id="a2", effectivePeriod=None, effectiveDateTime="2026-03-10T20:00:00-05:00", dosage=None)
    assert [each.administration_id for each in administrations(given(), early)] == ["a2", "a1"]


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "not-done"},
        {"status": "entered-in-error"},
        {"context": {"reference": "Encounter/e0"}},  # of another visit
    ],
)
def test_what_was_not_given_here_is_left_out(changes: dict[str, Any]) -> None:
    assert administrations(given(**changes)) == ()


def test_a_dose_that_is_no_number_is_an_error() -> None:
    bundle = visit() | {"MedicationAdministration/a1": given(dosage={"dose": {"value": "much"}})}
    assert list(faults(the_broken(read(bundle)))) == ["(MedicationAdministration/a1).dosage.dose.value"]
