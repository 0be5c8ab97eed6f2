from decimal import Decimal
from typing import Any

import pytest

from services.contracts.encounter import Charge, ClaimType
from services.ingest.fhir.drugs import eleven_digits
from tests.ingest.bundles import CPT, TERMINOLOGY, Resources, concept, faults, read, the_broken, visit


def charges(resources: Resources) -> tuple[Charge, ...]:
    reading = read(resources)
    assert reading.broken == ()
    return reading.encounters[0].charges


def item(**changes: Any) -> Resources:
    """The visit with one item, changed."""
    resources = visit()
    del resources["Claim/k1"]["item"][1]
    resources["Claim/k1"]["item"][0] |= changes
    return resources


def charge_item(resources: Resources, **changes: Any) -> Resources:
    """A ChargeItem of the encounter."""
    resources["ChargeItem/h1"] = {
        "resourceType": "ChargeItem",
        "id": "h1",
        "status": "billable",
        "code": concept("urn:charges", "LAB-A1C"),
        "subject": {"reference": "Patient/p1"},
        "context": {"reference": "Encounter/e1"},
        "occurrenceDateTime": "2026-03-10",
        "priceOverride": {"value": 38, "currency": "USD"},
        "quantity": {"value": 1},
        "supportingInformation": [{"reference": "Condition/c1"}],
    } | changes
    return resources


def test_an_item_as_it_was_posted() -> None:
    first, second = charges(visit())
    assert (first.charge_id, first.codings[0].code, first.amount) == ("k1/1", "99213", Decimal("142.10"))
    assert (first.diagnosis_ids, str(first.service_date)) == (("c1",), "2026-03-10")
    assert (second.units, second.amount) == (Decimal(2), Decimal("38.10"))
    assert str(second.service_date) == "2026-03-10"  # the visit's day, by the clock of the place


def test_revenue_modifiers_period_and_provider() -> None:
    resources = item(
        revenue=concept("", "0450"),
        modifier=[concept("", "25"), concept("", "LT")],
        servicedPeriod={"start": "2026-03-10", "end": "2026-03-12"},
        careTeamSequence=[2],
    )
    del resources["Claim/k1"]["item"][0]["servicedDate"]
    resources["Claim/k1"]["careTeam"] = [{"sequence": 2, "provider": {"reference": "Practitioner/d1"}}]
    (found,) = charges(resources)
    assert (found.revenue_code, found.modifiers, found.provider_npi) == ("0450", ("25", "LT"), "2000000051")
    assert (str(found.service_date), str(found.service_end)) == ("2026-03-10", "2026-03-12")


def test_a_drug_in_the_detail() -> None:
    drug = {
        "productOrService": concept("http://hl7.org/fhir/sid/ndc", "0409-7332-01"),
        "quantity": {"value": 2.5, "code": "mL"},
    }
    (found,) = charges(item(detail=[drug]))
    assert (found.ndc, found.drug_quantity, found.drug_unit) == ("00409733201", Decimal("2.5"), "ML")


@pytest.mark.parametrize(
    ("code", "digits"),
    [("0409-7332-01", "00409733201"), ("12345-678-90", "12345067890"), ("00409733201", "00409733201")],
)
def test_eleven_digits_of_an_ndc(code: str, digits: str) -> None:
    assert eleven_digits(code) == digits


def test_without_an_amount_the_charge_master_s_price_will_count() -> None:
    resources = item()
    del resources["Claim/k1"]["item"][0]["net"]
    assert charges(resources)[0].amount is None


def test_details_make_up_the_amount_where_the_item_has_none() -> None:
    resources = item(
        detail=[{"net": {"value": 10.05}}, {"unitPrice": {"value": 3}, "quantity": {"value": 2}}]
    )
    del resources["Claim/k1"]["item"][0]["net"]
    assert charges(resources)[0].amount == Decimal("16.05")


@pytest.mark.parametrize(
    ("changes", "path", "message"),
    [
        ({"net": {"value": -5}}, "item[0].net.value", "a negative charge"),
        ({"net": {"value": "12.00"}}, "item[0].net.value", "not a number"),
        ({"net": {"value": 12.345}}, "item[0].net.value", "more than 2 decimals"),
        ({"net": {"value": 12, "currency": "EUR"}}, "item[0].net.currency", "not US dollars"),
        ({"quantity": {"value": 0}}, "item[0].quantity.value", "not above zero"),
        ({"quantity": {"value": -1}}, "item[0].quantity.value", "not above zero"),
        ({"servicedDate": "2026-02-30"}, "item[0].servicedDate", "no such day in the calendar"),
        ({"diagnosisSequence": [4]}, "item[0].diagnosisSequence", "no Claim.diagnosis has that sequence"),
        ({"productOrService": "99213"}, "item[0].productOrService", "not a JSON object"),
    ],
)
def test_what_cannot_be_charged(changes: dict[str, Any], path: str, message: str) -> None:
    assert faults(the_broken(read(item(**changes)))) == {f"(Claim/k1).{path}": message}


def test_a_claim_without_items_is_an_error_since_its_dollars_stand_nowhere() -> None:
    resources = visit()
    resources["Claim/k1"] |= {"item": [], "total": {"value": 180.2}}
    assert list(faults(the_broken(read(resources)))) == ["(Claim/k1).item"]


def test_the_form_is_the_site_s_word_then_the_claim_s_then_the_class_s() -> None:
    resources = item()
    resources["Claim/k1"]["type"] = concept(TERMINOLOGY + "claim-type", "institutional")
    assert charges(resources)[0].claim_type is ClaimType.PROFESSIONAL  # the example site's office visits
    resources["Encounter/e1"]["class"]["code"] = "EMER"
    assert charges(resources)[0].claim_type is ClaimType.INSTITUTIONAL
    resources["Claim/k1"]["type"] = concept(TERMINOLOGY + "claim-type", "professional")
    assert charges(resources)[0].claim_type is ClaimType.PROFESSIONAL
    del resources["Claim/k1"]["type"]
    assert charges(resources)[0].claim_type is ClaimType.INSTITUTIONAL


def test_a_charge_item_is_a_charge() -> None:
    resources = charge_item(visit(), costCenter={"display": "laboratory"})
    del resources["Claim/k1"]
    (found,) = charges(resources)
    assert (found.charge_id, found.amount, found.department) == ("h1", Decimal("38.00"), "laboratory")
    assert found.diagnosis_ids == ("c1",)


def test_a_charge_item_that_was_billed_as_an_item_is_not_charged_twice() -> None:
    same = concept(CPT, "99213")
    resources = charge_item(visit(), code=same, priceOverride={"value": 142.1, "currency": "USD"})
    assert [each.charge_id for each in charges(resources)] == ["k1/1", "k1/2"]
    resources["ChargeItem/h1"]["priceOverride"]["value"] = 10
    assert [each.charge_id for each in charges(resources)] == ["k1/1", "k1/2", "h1"]


@pytest.mark.parametrize("status", ["not-billable", "entered-in-error", "aborted", "planned"])
def test_a_charge_item_that_is_none_is_left_out(status: str) -> None:
    assert len(charges(charge_item(visit(), status=status))) == 2


def test_a_charge_item_of_no_encounter_is_an_orphan_with_its_dollars() -> None:
    resources = charge_item(visit(), context={"reference": "Encounter/gone"})
    broken = the_broken(read(resources))
    assert (broken.part, broken.charged) == ("ChargeItem/h1", Decimal("38.00"))


def test_dollars_are_read_off_a_broken_encounter_too() -> None:
    resources = visit()
    resources["Encounter/e1"]["period"] = {"start": "never"}
    resources["Claim/k1"]["item"][1]["unitPrice"]["value"] = "free"
    assert the_broken(read(resources)).charged == Decimal("142.10")
