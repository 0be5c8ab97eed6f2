from typing import Any

import pytest

from services.contracts.encounter import Diagnosis
from tests.ingest.bundles import ICD, TERMINOLOGY, Resources, concept, faults, read, the_broken, visit


def diagnoses(resources: Resources) -> tuple[Diagnosis, ...]:
    reading = read(resources)
    assert reading.broken == ()
    return reading.encounters[0].diagnoses


def condition(resources: Resources, ident: str, code: str, **changes: Any) -> Resources:
    """One more condition of the encounter, with another code."""
    resources[f"Condition/{ident}"] = (
        resources["Condition/c1"] | {"id": ident, "code": concept(ICD, code)} | changes
    )
    return resources


def problem(resources: Resources, **changes: Any) -> Resources:
    """A condition on the patient's problem list, recorded at no encounter."""
    category = [concept(TERMINOLOGY + "condition-category", "problem-list-item")]
    condition(resources, "c2", "I10", category=category)
    del resources["Condition/c2"]["encounter"]
    resources["Condition/c2"] |= changes
    return resources


def test_a_condition_of_the_encounter() -> None:
    (found,) = diagnoses(visit())
    assert (found.diagnosis_id, found.text, found.rank) == ("c1", "Type 2 diabetes", 1)
    assert (found.category, found.clinical_status, found.verification) == (
        "encounter-diagnosis",
        "active",
        "confirmed",
    )
    assert str(found.onset) == "2019-06-01"


def test_an_unknown_code_system_is_kept_as_it_is() -> None:
    resources = visit()
    resources["Condition/c1"]["code"] = concept("urn:our-own", "DM2!")
    coding = diagnoses(resources)[0].codings[0]
    assert (coding.system, coding.code) == ("urn:our-own", "DM2!")


def test_encounter_diagnosis_brings_a_condition_that_names_no_encounter() -> None:
    resources = visit()
    del resources["Condition/c1"]["encounter"]
    assert [each.rank for each in diagnoses(resources)] == [1]


def test_one_that_is_not_in_the_bundle_is_an_error() -> None:
    resources = visit()
    resources["Encounter/e1"]["diagnosis"][0]["condition"] = {"reference": "Condition/c7"}
    assert "(Encounter/e1).diagnosis[0].condition.reference" in faults(the_broken(read(resources)))


def test_the_claim_s_order_ranks_what_the_encounter_does_not() -> None:
    resources = condition(visit(), "c0", "I10")
    resources["Claim/k1"]["diagnosis"].append(
        {"sequence": 2, "diagnosisReference": {"reference": "Condition/c0"}}
    )
    assert [(each.diagnosis_id, each.rank) for each in diagnoses(resources)] == [("c1", 1), ("c0", 2)]


def test_a_principal_diagnosis_is_first_and_present_on_admission_is_kept() -> None:
    resources = condition(visit(), "c0", "J18.9")
    resources["Encounter/e1"]["diagnosis"] = []
    resources["Claim/k1"]["diagnosis"] = [
        {"sequence": 2, "diagnosisReference": {"reference": "Condition/c1"}},
        {
            "sequence": 3,
            "diagnosisReference": {"reference": "Condition/c0"},
            "type": [concept(TERMINOLOGY + "ex-diagnosistype", "principal")],
            "onAdmission": concept(TERMINOLOGY + "ex-diagnosis-on-admission", "y"),
        },
    ]
    del resources["Claim/k1"]["item"][0]["diagnosisSequence"]
    found = diagnoses(resources)
    assert [(each.diagnosis_id, each.rank, each.present_on_admission) for each in found] == [
        ("c0", 1, "Y"),
        ("c1", 2, ""),
    ]


def test_a_code_on_the_claim_is_the_condition_that_has_it_or_a_diagnosis_of_its_own() -> None:
    resources = visit()
    resources["Claim/k1"]["diagnosis"] = [
        {"sequence": 1, "diagnosisCodeableConcept": concept(ICD, "E11.9")},
        {"sequence": 2, "diagnosisCodeableConcept": concept(ICD, "I10")},
    ]
    assert [each.diagnosis_id for each in diagnoses(resources)] == ["c1", "k1/diagnosis/2"]


@pytest.mark.parametrize(
    ("changes", "active"),
    [
        ({}, True),
        ({"onsetDateTime": "2026-03-11"}, False),
        ({"abatementDateTime": "2026-03-09"}, False),
        ({"abatementDateTime": "2026-06-01"}, True),
        ({"clinicalStatus": concept("", "resolved")}, False),
        ({"clinicalStatus": concept("", "resolved"), "abatementDateTime": "2026-06-01"}, True),
        ({"verificationStatus": concept("", "entered-in-error")}, False),
    ],
)
def test_problems_that_were_active_on_the_day_are_kept_with_their_category(
    changes: dict[str, Any], active: bool
) -> None:
    found = [d for d in diagnoses(problem(visit(), **changes)) if d.category == "problem-list-item"]
    assert bool(found) is active
    assert all(each.clinical_status == "active" for each in found)


def test_what_abated_later_was_active_on_the_day() -> None:
    resources = visit()
    resources["Condition/c1"] |= {
        "clinicalStatus": concept("", "resolved"),
        "abatementDateTime": "2026-05-01",
    }
    assert diagnoses(resources)[0].clinical_status == "active"
    resources["Condition/c1"]["abatementDateTime"] = "2026-03-10"
    assert diagnoses(resources)[0].clinical_status == "resolved"
