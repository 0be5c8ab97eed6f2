"""What FHIR's Claim has no element for: its supporting information, by CARIN's categories."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from services.claims.fhir import systems
from services.claims.fhir.items import Exact, prescriptions
from services.claims.fhir.systems import concept
from services.contracts.claim import Claim

Rows = Iterator[dict[str, Any]]


def period(first: date, last: date | None) -> dict[str, str]:
    """From the first day to the last."""
    return {"start": first.isoformat(), "end": (last or first).isoformat()}


def information(claim: Claim, exact: Exact) -> Rows:
    """Prescriptions, by whose places lines name them, then stay, codes of the UB-04, named days and numbers,
    attachments, payment and note; without sequences.
    """
    for number in prescriptions(claim):
        order = {"type": "MedicationRequest", "identifier": {"value": number}}
        yield _info("info") | {"valueReference": order}
    yield from _stay(claim)
    yield from _codes(claim, exact)
    yield from _named(claim)
    if claim.patient_paid is not None:
        paid = {"value": exact(claim.patient_paid), "unit": "USD"}
        yield _info("patientpaid") | {"valueQuantity": paid}
    if claim.note.strip():
        yield _info("info") | {"valueString": claim.note.strip()}


def _stay(claim: Claim) -> Rows:
    if claim.admission_day is not None:
        last = claim.discharge_day or claim.statement_through
        yield _info("admissionperiod") | {"timingPeriod": period(claim.admission_day, last)}
    for category, system, code in (
        ("typeofadmission", systems.ADMISSION_TYPE, claim.admit_type),
        ("pointoforigin", systems.POINT_OF_ORIGIN, claim.admit_source),
        ("discharge-status", systems.DISCHARGE_STATUS, claim.discharge_status),
        ("drg", systems.MS_DRG, claim.drg),
    ):
        if code:
            yield _info(category) | {"code": concept(system, code)}


def _codes(claim: Claim, exact: Exact) -> Rows:
    for value in claim.value_codes:
        quantity = {"value": exact(value.amount)}
        yield _info("value") | {"code": concept(systems.VALUE_CODES, value.code), "valueQuantity": quantity}
    for code in claim.condition_codes:
        yield _info("condition") | {"code": concept(systems.CONDITIONS, code)}
    for each in claim.occurrence_codes:
        day = each.first.isoformat()
        yield _info("occurrence") | {"code": concept(systems.OCCURRENCES, each.code), "timingDate": day}
    for each in claim.occurrence_spans:
        span = concept(systems.OCCURRENCE_SPANS, each.code)
        yield _info("occurrence") | {"code": span, "timingPeriod": period(each.first, each.last)}


def _named(claim: Claim) -> Rows:
    for day in claim.dates:
        code = concept(systems.DATE_QUALIFIER, day.qualifier)
        yield _info("info") | {"code": code, "timingPeriod": period(day.first, day.last)}
    for number in claim.references:
        code = concept(systems.REFERENCE_QUALIFIER, number.qualifier)
        yield _info("info") | {"code": code, "valueString": number.value}
    for report in claim.attachments:
        code = concept(systems.REPORT_TYPE, report.report_type)
        title = {"title": report.control_number} if report.control_number else {"contentType": "text/plain"}
        yield _info("attachment") | {"code": code, "valueAttachment": title}


def _info(category: str) -> dict[str, Any]:
    known = category in ("info", "discharge", "onset", "related", "exception", "material", "attachment")
    system = systems.CLAIM_INFORMATION if known else systems.INFORMATION
    return {"category": concept(system, category)}
