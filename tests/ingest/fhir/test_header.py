from datetime import date

from services.contracts.encounter import Authorization
from tests.ingest.bundles import TERMINOLOGY, concept, read, visit


def test_authorisation_of_the_focal_insurance_and_the_accident() -> None:
    resources = visit()
    resources["Claim/k1"] |= {
        "insurance": [
            {"sequence": 2, "focal": False, "coverage": {"reference": "Coverage/v1"}, "preAuthRef": ["B"]},
            {"sequence": 1, "focal": True, "coverage": {"reference": "Coverage/v1"}, "preAuthRef": ["A"]},
        ],
        "accident": {
            "date": "2026-03-08",
            "type": concept(TERMINOLOGY + "v3-ActCode", "MVA"),
            "locationAddress": {"state": "Massachusetts"},
        },
    }
    (found,) = read(resources).encounters
    assert found.prior_authorization == "A"
    assert (found.accident, str(found.accident_date), found.accident_state) == ("AA", "2026-03-08", "MA")


def test_nothing_is_said_of_a_visit_without_them() -> None:
    (found,) = read(visit()).encounters
    assert (found.prior_authorization, found.referral_number, found.accident) == ("", "", "")


def test_the_days_that_the_payers_answer_allows() -> None:
    resources = visit()
    resources["Claim/k1"]["insurance"] = [
        {"sequence": 1, "focal": True, "coverage": {"reference": "Coverage/v1"}, "preAuthRef": ["A"]}
    ]
    for ident, number in (("r1", "B"), ("r2", "A")):
        resources[f"ClaimResponse/{ident}"] = {
            "resourceType": "ClaimResponse",
            "id": ident,
            "preAuthRef": number,
            "preAuthPeriod": {"start": "2026-03-01", "end": f"2026-0{4 if number == 'A' else 9}-30"},
        }
    (found,) = read(resources).encounters
    assert found.authorization == Authorization(first_day=date(2026, 3, 1), last_day=date(2026, 4, 30))


def test_condition_codes_of_the_supporting_information() -> None:
    resources = visit()
    nubc = "https://www.nubc.org/CodeSystem/ConditionCodes"
    resources["Claim/k1"]["supportingInfo"] = [
        {"sequence": 1, "category": concept("", "info"), "code": concept(nubc, "09")},
        {"sequence": 2, "category": concept("", "info"), "code": concept("urn:other", "XX")},
        {"sequence": 3, "category": concept("", "info"), "code": concept(nubc, "09")},
        {"sequence": 4, "category": concept("", "info"), "code": concept(nubc, "W2")},
    ]
    assert read(resources).encounters[0].condition_codes == ("09", "W2")


def test_a_referral_that_the_encounter_is_based_on() -> None:
    resources = visit()
    resources["Encounter/e1"]["basedOn"] = [{"identifier": {"value": "REF-5"}}]
    assert read(resources).encounters[0].referral_number == "REF-5"
