"""The lines of a FHIR claim."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from orjson import Fragment

from services.claims.fhir import systems
from services.claims.fhir.people import kept
from services.claims.fhir.systems import concept
from services.contracts.claim import Claim, ClaimLine
from services.contracts.encounter import ClaimType

Exact = Callable[[Decimal], Fragment]


def items(claim: Claim, team: Mapping[str, tuple[str, str]], exact: Exact) -> list[dict[str, Any]]:
    """Every line, with pointers to diagnoses and care team by their places."""
    places = {key: place for place, key in enumerate(team, start=1)}
    orders = prescriptions(claim)
    return [
        kept({"informationSequence": [orders[line.prescription]] if line.prescription else []})
        | _item(claim, line, places, exact)
        for line in claim.lines
    ]


def prescriptions(claim: Claim) -> dict[str, int]:
    """The prescription numbers of the lines, with the sequences of the information that holds them."""
    numbers = dict.fromkeys(line.prescription for line in claim.lines if line.prescription)
    return {number: place for place, number in enumerate(numbers, start=1)}


def _item(claim: Claim, line: ClaimLine, places: Mapping[str, int], exact: Exact) -> dict[str, Any]:
    who = line.rendering_provider
    member = places.get(f"{who.npi or who.family}/rendering") if who is not None else None
    place = line.place_of_service or claim.place_of_service
    days = {
        "start": line.service_date.isoformat(),
        "end": (line.service_end or line.service_date).isoformat(),
    }
    one_day = line.service_end is None
    professional = claim.claim_type is ClaimType.PROFESSIONAL
    return kept(
        {
            "sequence": line.number,
            "extension": [
                {"url": systems.LINE_NUMBER, "valueIdentifier": {"value": line.control_number}},
            ],
            "careTeamSequence": [member] if member else [],
            "diagnosisSequence": list(line.pointers),
            "revenue": concept(systems.REVENUE, line.revenue_code) if line.revenue_code else None,
            "productOrService": _product(line),
            "modifier": [concept(systems.procedure_system(each), each) for each in line.modifiers],
            "servicedDate": days["start"] if one_day else None,
            "servicedPeriod": None if one_day else days,
            "locationCodeableConcept": concept(systems.PLACE, place) if place and professional else None,
            "quantity": {"value": exact(line.units)},
            "net": {"value": exact(line.amount), "currency": "USD"},
            "encounter": [{"identifier": {"value": claim.encounter_id}}],
            "detail": _drug(line, exact),
        }
    )


def _product(line: ClaimLine) -> dict[str, object]:
    if line.code:
        return concept(systems.procedure_system(line.code), line.code, line.description)
    return concept(systems.REVENUE, line.revenue_code)


def _drug(line: ClaimLine, exact: Exact) -> list[dict[str, Any]]:
    """The drug of a line, with its quantity."""
    if not line.ndc:
        return []
    quantity = {"value": exact(line.drug_quantity), "unit": line.drug_unit} if line.drug_quantity else None
    return [kept({"sequence": 1, "productOrService": concept(systems.NDC, line.ndc), "quantity": quantity})]
