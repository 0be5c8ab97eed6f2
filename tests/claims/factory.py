"""A clean validated encounter, of which tests change what they are about."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from services.contracts.coding import AssignedCode, CodedEncounter, CodeRole, ServiceLine
from services.contracts.encounter import (
    ClaimType,
    Coverage,
    EncounterFacts,
    Patient,
    Provider,
    ProviderRole,
    Visit,
    VisitClass,
    VisitStatus,
)
from services.contracts.validation import Disposition, ValidatedEncounter

DAY = date(2026, 10, 5)
NOON = datetime(2026, 10, 5, 12, tzinfo=UTC)


def line(line_id: str = "l1", **changes: Any) -> ServiceLine:
    """An office visit of 120.50 dollars."""
    values: dict[str, Any] = {
        "line_id": line_id,
        "charge_id": f"charge-{line_id}",
        "code": "99213",
        "amount": Decimal("120.50"),
        "service_date": DAY,
        "pointers": ("I10", "E11.9"),
    }
    return ServiceLine(**values | changes)


def code(value: str, role: CodeRole = CodeRole.SECONDARY, **changes: Any) -> AssignedCode:
    """An assigned code."""
    return AssignedCode(code=value, role=role, title=f"title of {value}", **changes)


def facts(**changes: Any) -> EncounterFacts:
    """A finished office visit with one coverage."""
    values: dict[str, Any] = {
        "encounter_id": "enc-1",
        "source": "ehr",
        "version": 1,
        "event_time": NOON,
        "patient": Patient(patient_id="p1", patient_key="key-1", family="Doe", given="Ann"),
        "coverages": (coverage(),),
        "visit": Visit(
            visit_class=VisitClass.AMBULATORY,
            status=VisitStatus.FINISHED,
            start=NOON,
            end=NOON,
            place_of_service="11",
        ),
        "providers": (
            Provider(role=ProviderRole.BILLING, npi="1999999984", family="Clinic"),
            Provider(role=ProviderRole.RENDERING, npi="1888888884", family="Roe", given="Kim"),
        ),
    }
    return EncounterFacts(**values | changes)


def coverage(priority: int = 1, payer: str = "PAYER1", **changes: Any) -> Coverage:
    """A coverage."""
    values: dict[str, Any] = {
        "coverage_id": f"cov-{priority}",
        "payer_id": payer,
        "payer_name": f"Plan {payer}",
        "member_id": "M1",
        "priority": priority,
    }
    return Coverage(**values | changes)


def validated(
    disposition: Disposition = Disposition.CLEAN,
    *,
    lines: tuple[ServiceLine, ...] = (line(),),
    codes: tuple[AssignedCode, ...] = (code("I10", CodeRole.FIRST_LISTED), code("E11.9")),
    **changes: Any,
) -> ValidatedEncounter:
    """The encounter as the validator passed it on; `changes` are of the facts."""
    coded = CodedEncounter(encounter=facts(**changes), codes=codes, lines=lines)
    return ValidatedEncounter(coded=coded, disposition=disposition, versions={"icd10cm": "2027"})


def institutional(line_id: str = "f1", **changes: Any) -> ServiceLine:
    """A facility line."""
    values: dict[str, Any] = {
        "claim_type": ClaimType.INSTITUTIONAL,
        "revenue_code": "0450",
        "code": "99283",
        "amount": Decimal("900.00"),
    }
    return line(line_id, **values | changes)
