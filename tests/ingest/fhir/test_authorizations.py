"""What an authorisation allows, as payers answer: FHIR R4 plain, and Da Vinci PAS."""

from datetime import date
from decimal import Decimal
from typing import Any

from services.contracts.encounter import Authorization
from tests.ingest.bundles import CPT, concept, read, visit

PAS = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/extension-"


def allowed(**answer: Any) -> Authorization | None:
    """What a visit's authorisation A allows by an answer like this, to a request for 97110 and 97140."""
    bundle = visit()
    bundle["Claim/k1"]["insurance"] = [
        {"sequence": 1, "focal": True, "coverage": {"reference": "Coverage/v1"}, "preAuthRef": ["A"]}
    ]
    bundle["Claim/q1"] = {
        "resourceType": "Claim",
        "id": "q1",
        "use": "preauthorization",
        "item": [
            {"sequence": 1, "productOrService": concept(CPT, "97110"), "quantity": {"value": 12}},
            {"sequence": 2, "productOrService": concept(CPT, "97140")},
        ],
    }
    bundle["ClaimResponse/r1"] = {
        "resourceType": "ClaimResponse",
        "id": "r1",
        "use": "preauthorization",
        "status": "active",
        "request": {"reference": "Claim/q1"},
    } | answer
    (found,) = read(bundle).encounters
    return found.authorization


def action(code: str, number: str = "") -> dict[str, Any]:
    """PAS: the adjudication of a service with its review action."""
    parts = [{"url": f"{PAS}reviewActionCode", "valueCodeableConcept": concept("urn:306", code)}]
    said = [{"url": "number", "valueString": number}] if number else []
    return {
        "category": concept("", "submitted"),
        "extension": [{"url": f"{PAS}reviewAction", "extension": [*parts, *said]}],
    }


def item(sequence: int, *adjudications: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The answer about a service of the request."""
    return {"itemSequence": sequence, "adjudication": list(adjudications)} | changes


def test_what_was_asked_for_is_allowed_where_the_answer_says_no_other() -> None:
    found = allowed(preAuthRef="A", item=[item(1)])
    assert found == Authorization(units=Decimal(12), codes=("97110",))


def test_the_number_and_the_days_may_stand_at_a_service() -> None:
    period = {"url": f"{PAS}itemPreAuthPeriod", "valuePeriod": {"start": "2026-03-01", "end": "2026-05-31"}}
    found = allowed(item=[item(1, action("A1", "A"), extension=[period])])
    assert found is not None
    assert (found.first_day, found.last_day, found.codes) == (date(2026, 3, 1), date(2026, 5, 31), ("97110",))


def test_a_changed_service_is_allowed_as_changed() -> None:
    """PAS: the authorised detail goes before what was asked for."""
    detail = {
        "url": f"{PAS}itemAuthorizedDetail",
        "extension": [
            {"url": "productOrServiceCode", "valueCodeableConcept": concept(CPT, "97530")},
            {"url": "quantity", "valueQuantity": {"value": 6}},
        ],
    }
    found = allowed(preAuthRef="A", item=[item(1, action("A6"), extension=[detail])])
    assert found == Authorization(units=Decimal(6), codes=("97530",))


def test_units_by_an_adjudication_and_a_service_that_the_payer_adds() -> None:
    units = {"category": concept("", "allowedunits"), "value": 8}
    added = {
        "productOrService": concept(CPT, "97112"),
        "quantity": {"value": 2},
        "adjudication": [action("A1")],
    }
    found = allowed(preAuthRef="A", item=[item(1, action("A1"), units)], addItem=[added])
    assert found == Authorization(units=Decimal(10), codes=("97110", "97112"))


def test_what_is_not_certified_is_not_allowed() -> None:
    assert allowed(preAuthRef="A", item=[item(1, action("A1")), item(2, action("A3"))]) == Authorization(
        units=Decimal(12), codes=("97110",)
    )
    assert allowed(preAuthRef="A", item=[item(1, action("A3"))]) == Authorization(units=Decimal(0))


def test_units_that_one_service_leaves_open_are_no_limit() -> None:
    found = allowed(preAuthRef="A", item=[item(1), item(2)])
    assert found == Authorization(codes=("97110", "97140"))


def test_a_service_without_a_number_of_cpt_or_hcpcs_covers_every_line() -> None:
    added = {"productOrService": concept("https://codesystem.x12.org/005010/1365", "3")}
    found = allowed(preAuthRef="A", addItem=[added])
    assert found == Authorization()


def test_answers_about_others_or_withdrawn_say_nothing() -> None:
    assert allowed(preAuthRef="B", item=[item(1)]) is None
    assert allowed(preAuthRef="A", status="cancelled", item=[item(1)]) is None
