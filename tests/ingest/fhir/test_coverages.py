from typing import Any

import pytest

from services.contracts.encounter import Coverage, Encounter
from services.ingest.site import Payer
from tests.ingest.bundles import SITE, TERMINOLOGY, Resources, concept, faults, read, the_broken, visit


def encounter_of(resources: Resources) -> Encounter:
    reading = read(resources)
    assert reading.broken == ()
    return reading.encounters[0]


def coverages(resources: Resources) -> tuple[Coverage, ...]:
    return encounter_of(resources).coverages


def second(resources: Resources, payor: str = "Blue Cross Blue Shield", **changes: Any) -> Resources:
    """A second coverage of the patient, by another payer that is named only."""
    resources["Coverage/v2"] = (
        resources["Coverage/v1"] | {"id": "v2", "payor": [{"display": payor}], "subscriberId": "X1"} | changes
    )
    return resources


def test_a_coverage_as_the_site_s_rule_and_the_ehr_say() -> None:
    resources = visit()
    resources["Coverage/v1"]["class"] = [
        {"type": concept(TERMINOLOGY + "coverage-class", "group"), "value": "G7"},
        {"type": concept(TERMINOLOGY + "coverage-class", "plan"), "value": "P1", "name": "Gold"},
    ]
    (found,) = coverages(resources)
    assert (found.payer_id, found.payer_name, found.payer_kind) == (
        "PWHP1",
        "Pinewood Health Plan",
        "commercial",
    )
    assert (found.member_id, found.group_number, found.plan_name) == ("PW204518833", "G7", "Gold")
    assert (found.priority, found.relationship, found.filing_indicator) == (1, "self", "CI")
    assert found.subscriber is None


@pytest.mark.parametrize(
    ("period", "active"),
    [
        ({}, True),
        ({"start": "2026-03-10"}, True),
        ({"start": "2026-03-11"}, False),
        ({"end": "2026-03-10"}, True),
        ({"end": "2026-03-09"}, False),
        ({"end": "2026-03"}, True),
        ({"end": "2026-02"}, False),
        ({"start": "2026"}, True),
        ({"start": "2026-03-10T23:00:00-05:00"}, True),  # insurance counts by days
        ({"end": "2026-03-10T00:00:00-05:00"}, True),
    ],
)
def test_only_what_was_active_on_the_day_is_kept(period: dict[str, str], active: bool) -> None:
    resources = visit()
    resources["Coverage/v1"]["period"] = period
    assert bool(coverages(resources)) is active


@pytest.mark.parametrize("status", ["draft", "entered-in-error"])
def test_a_coverage_that_is_none_is_left_out(status: str) -> None:
    resources = visit()
    resources["Coverage/v1"]["status"] = status
    assert coverages(resources) == ()


def test_one_that_ended_at_the_moment_another_began_was_replaced_by_it() -> None:
    resources = second(visit(), period={"start": "2026-01-01", "end": "2026-03-10T08:00:00Z"})
    resources["Coverage/v1"]["period"] = {"start": "2026-03-10T08:00:00Z"}
    assert [each.coverage_id for each in coverages(resources)] == ["v1"]


def test_the_claim_s_sequence_goes_before_the_coverage_s_order() -> None:
    resources = second(visit(), order=1)
    resources["Coverage/v1"]["order"] = 2
    assert [each.coverage_id for each in coverages(resources)] == ["v1", "v2"]
    resources["Claim/k1"]["insurance"] = [
        {"sequence": 1, "focal": True, "coverage": {"reference": "Coverage/v2"}},
        {"sequence": 2, "focal": False, "coverage": {"reference": "Coverage/v1"}},
    ]
    assert [(each.coverage_id, each.priority) for each in coverages(resources)] == [("v2", 1), ("v1", 2)]


def test_unstated_order_puts_medicaid_last() -> None:
    resources = second(visit(), payor="Medicaid", id="a-medicaid")
    resources["Claim/k1"]["insurance"] = []
    assert [each.payer_kind for each in coverages(resources)] == ["commercial", "medicaid"]


def test_who_pays_themselves_has_a_self_pay_coverage() -> None:
    resources = visit()
    resources["Coverage/v1"]["payor"] = [{"reference": "Patient/p1"}]
    (found,) = coverages(resources)
    assert (found.payer_kind, found.payer_id) == ("self_pay", "")


def test_self_pay_stands_only_where_there_is_no_insurance() -> None:
    resources = second(visit())
    resources["Coverage/v2"]["payor"] = [{"reference": "Patient/p1"}]
    assert [each.coverage_id for each in coverages(resources)] == ["v1"]


def test_a_payer_that_the_site_does_not_know_keeps_what_it_says_of_itself() -> None:
    resources = visit()
    resources["Organization/o2"] |= {"name": "Far Away Mutual", "identifier": [{"value": "FAM9"}]}
    (found,) = coverages(resources)
    assert (found.payer_id, found.payer_name, found.payer_kind) == ("FAM9", "Far Away Mutual", "other")


def test_the_default_payer_takes_what_no_rule_fits() -> None:
    resources = visit()
    resources["Organization/o2"] = {"resourceType": "Organization", "id": "o2", "name": "Far Away Mutual"}
    site = SITE.model_copy(update={"default_payer": Payer(payer_id="ANY", payer_name="Any")})
    (found,) = read(resources, site).encounters[0].coverages
    assert found.payer_id == "ANY"


@pytest.mark.parametrize(
    ("change", "member_id"),
    [
        ({"subscriberId": "S1"}, "S1"),
        ({"identifier": [{"type": concept("", "MB"), "value": "M1"}]}, "M1"),
        ({"payor": [{"display": "MEDICAID"}]}, "HOSP-1"),
        ({}, ""),
    ],
)
def test_where_the_member_id_comes_from(change: dict[str, Any], member_id: str) -> None:
    resources = visit()
    del resources["Coverage/v1"]["subscriberId"]
    resources["Coverage/v1"] |= change
    resources["Patient/p1"]["identifier"].append(
        {"system": "http://hospital.smarthealthit.org", "value": "HOSP-1"}
    )
    assert coverages(resources)[0].member_id == member_id


def test_a_subscriber_who_is_not_the_patient() -> None:
    resources = visit()
    resources["RelatedPerson/m1"] = {
        "resourceType": "RelatedPerson",
        "id": "m1",
        "patient": {"reference": "Patient/p1"},
        "name": [{"family": "Ferrante", "given": ["Bruno"]}],
        "gender": "male",
        "birthDate": "1966-01-02",
    }
    resources["Coverage/v1"] |= {
        "subscriber": {"reference": "RelatedPerson/m1"},
        "relationship": concept(TERMINOLOGY + "subscriber-relationship", "spouse"),
    }
    (found,) = coverages(resources)
    assert found.relationship == "spouse"
    assert found.subscriber is not None
    assert found.subscriber.given == "Bruno"


def test_errors_of_a_coverage_are_errors_of_every_encounter_that_it_may_pay_for() -> None:
    resources = visit()
    resources["Coverage/v1"] |= {"period": {"start": "2026-02-01", "end": "2026-01-01"}, "order": 0}
    assert faults(the_broken(read(resources))) == {
        "(Coverage/v1).order": "not a positive whole number",
        "(Coverage/v1).period.end": "before the start of the period",
    }
