"""The Claim resource itself."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from orjson import Fragment

from services.claims.fhir import systems
from services.claims.fhir.information import information, period
from services.claims.fhir.items import items
from services.claims.fhir.people import kept
from services.claims.fhir.systems import concept
from services.contracts.claim import Claim, ClaimDiagnosis, Frequency
from services.contracts.encounter import ClaimType

_DIAGNOSIS_TYPES: Final = {
    "principal": (systems.DIAGNOSIS_TYPE, "principal"),
    "first_listed": (systems.DIAGNOSIS_TYPE, "principal"),
    "admitting": (systems.DIAGNOSIS_TYPE, "admitting"),
    "visit_reason": (systems.CARIN_DIAGNOSIS, "patientreasonforvisit"),
    "external_cause": (systems.CARIN_DIAGNOSIS, "externalcauseofinjury"),
    "secondary": (systems.CARIN_DIAGNOSIS, "other"),
}
_ACCIDENTS: Final = {"AA": "MVA", "EM": "WPA", "OA": "SPT"}
"""X12's related causes to HL7's accident codes; another accident is nearest to a leisure one."""


@dataclass(frozen=True, slots=True)
class Parties:
    """Addresses in the bundle of those whom the claim names."""

    patient: str
    billing: str
    facility: str
    coverages: list[tuple[str, str]]
    team: dict[str, tuple[str, str]]


def usd(amount: Decimal) -> dict[str, Any]:
    """Dollars, with all of their digits."""
    return {"value": exact(amount), "currency": "USD"}


def exact(amount: Decimal) -> Fragment:
    """A decimal as JSON writes it, never a float."""
    return Fragment(f"{amount:f}".encode())


def claim_resource(claim: Claim, parties: Parties) -> dict[str, Any]:
    """The resource; a void is a cancelled claim, a replacement names what it replaces."""
    supporting = list(information(claim, exact))
    institutional = claim.claim_type is ClaimType.INSTITUTIONAL
    bill = claim.type_of_bill + claim.frequency.value
    return kept(
        {
            "resourceType": "Claim",
            "identifier": [
                {"system": systems.CLAIM_ID, "value": claim.claim_id},
                {"system": systems.CONTROL_NUMBER, "value": claim.patient_control_number},
            ],
            "status": "cancelled" if claim.frequency is Frequency.VOID else "active",
            "type": concept(systems.CLAIM_TYPE, claim.claim_type.value),
            "subType": concept(systems.TYPE_OF_BILL, bill) if institutional else None,
            "use": "claim",
            "patient": {"reference": parties.patient},
            "billablePeriod": period(claim.statement_from, claim.statement_through),
            "created": claim.event_time.date().isoformat(),
            "insurer": {"reference": parties.coverages[0][1]} if parties.coverages else None,
            "provider": {"reference": parties.billing},
            "priority": concept(systems.PRIORITY, "normal"),
            "related": _related(claim),
            "referral": {"identifier": {"value": claim.referral_number}} if claim.referral_number else None,
            "facility": {"reference": parties.facility} if parties.facility else None,
            "careTeam": _care_team(parties),
            "supportingInfo": [row | {"sequence": at} for at, row in enumerate(supporting, start=1)],
            "diagnosis": [_diagnosis(at, each) for at, each in enumerate(claim.diagnoses, start=1)],
            "procedure": _procedures(claim),
            "insurance": _insurance(claim, parties),
            "accident": _accident(claim),
            "item": items(claim, parties.team, exact),
            "total": usd(claim.total),
        }
    )


def _care_team(parties: Parties) -> list[dict[str, Any]]:
    return [
        {"sequence": place, "provider": {"reference": address}, "role": concept(systems.CARE_TEAM, role)}
        for place, (address, role) in enumerate(parties.team.values(), start=1)
    ]


def _related(claim: Claim) -> list[dict[str, Any]]:
    """The claim before, by the payer's number where it is known, else by ours."""
    if claim.frequency.first_of_its_claim:
        return []
    system, value = systems.CONTROL_NUMBER, claim.patient_control_number
    if claim.original_reference:
        system, value = systems.PAYER_CLAIM, claim.original_reference
    before = {"identifier": {"system": system, "value": value}}
    return [{"claim": before, "relationship": concept(systems.RELATED, "prior")}]


def _diagnosis(place: int, each: ClaimDiagnosis) -> dict[str, Any]:
    system, code = _DIAGNOSIS_TYPES.get(each.role, _DIAGNOSIS_TYPES["secondary"])
    on_admission = each.present_on_admission
    return kept(
        {
            "sequence": place,
            "diagnosisCodeableConcept": concept(systems.ICD10CM, each.code, each.title),
            "type": [concept(system, code)],
            "onAdmission": concept(systems.PRESENT_ON_ADMISSION, on_admission) if on_admission else None,
        }
    )


def _procedures(claim: Claim) -> list[dict[str, Any]]:
    return [
        kept(
            {
                "sequence": place,
                "date": each.performed.isoformat() if each.performed else None,
                "procedureCodeableConcept": concept(systems.ICD10PCS, each.code),
            }
        )
        for place, each in enumerate(claim.procedures, start=1)
    ]


def _insurance(claim: Claim, parties: Parties) -> list[dict[str, Any]]:
    rows = []
    for place, (address, _) in enumerate(parties.coverages, start=1):
        own = claim.prior_authorization if place == 1 else claim.payers[place - 1].prior_authorization
        row = {"sequence": place, "focal": place == 1, "coverage": {"reference": address}}
        rows.append(row | ({"preAuthRef": [own]} if own else {}))
    return rows


def _accident(claim: Claim) -> dict[str, Any] | None:
    if not (claim.accident and claim.accident_date):
        return None
    where = {"state": claim.accident_state, "country": "US"} if claim.accident_state else None
    return kept(
        {
            "date": claim.accident_date.isoformat(),
            "type": concept(systems.ACT_CODE, _ACCIDENTS.get(claim.accident, "SPT")),
            "locationAddress": where,
        }
    )
