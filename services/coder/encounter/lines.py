"""Charges to service lines through the charge master, and diagnosis pointers by what each line was done for.

A charge that already carries a CPT number or HCPCS code keeps it. One that the charge master does not map
stays a line without a code: later stages hold it, by its code and its dollars.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from services.coder.charges.chart import Chart
from services.coder.charges.pointers import pointers
from services.coder.encounter.tables import Tables
from services.codesets.charge_master import ChargeRow
from services.contracts.base import NO_DOLLARS
from services.contracts.coding import AssignedCode, Route, ServiceLine
from services.contracts.encounter import Charge, ClaimType, EncounterFacts, VisitClass
from services.contracts.keys import derived_id

PROCEDURE_SYSTEMS: Final = frozenset(
    (
        "http://www.ama-assn.org/go/cpt",
        "https://www.ama-assn.org/go/cpt",
        "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
        "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
        "http://www.cms.gov/Medicare/Coding/HCPCS",
        "urn:oid:2.16.840.1.113883.6.12",
        "urn:oid:2.16.840.1.113883.6.285",
    )
)
_NUMBER = re.compile(r"[0-9]{4}[0-9A-Z]|[A-Z][0-9]{4}")
_INSTITUTIONAL = (VisitClass.INPATIENT, VisitClass.OBSERVATION, VisitClass.EMERGENCY)


class _Billed(NamedTuple):
    """What a charge is billed as: its code, the charge master's row, the rule and reason behind it."""

    code: str
    row: ChargeRow | None
    rule: str
    reason: str


def service_lines(
    facts: EncounterFacts, codes: Sequence[AssignedCode], tables: Tables, chart: Chart | None = None
) -> tuple[ServiceLine, ...]:
    """A line for each charge, in the EHR's order; `chart` tells under which problem a service was ordered."""
    return tuple(_line(facts, charge, codes, tables, chart) for charge in facts.charges)


def _line(
    facts: EncounterFacts, charge: Charge, codes: Sequence[AssignedCode], tables: Tables, chart: Chart | None
) -> ServiceLine:
    billed = _billed(facts, charge, tables)
    row = billed.row
    claim_type = charge.claim_type or (
        ClaimType.INSTITUTIONAL if facts.visit.visit_class in _INSTITUTIONAL else ClaimType.PROFESSIONAL
    )
    return ServiceLine(
        line_id=derived_id("line", facts.encounter_id, charge.charge_id),
        charge_id=charge.charge_id,
        source_coding=charge.codings[0] if charge.codings else None,
        claim_type=claim_type,
        code=billed.code,
        modifiers=charge.modifiers or (row.modifiers if row else ()),
        revenue_code=charge.revenue_code or (row.revenue_code if row else ""),
        units=charge.units,
        amount=_amount(charge, row),
        service_date=charge.service_date or facts.service_date,
        service_end=charge.service_end,
        pointers=pointers(billed.code, charge, codes, claim_type, chart),
        provider_npi=charge.provider_npi,
        ndc=charge.ndc,
        drug_quantity=charge.drug_quantity,
        drug_unit=charge.drug_unit,
        prescription=charge.prescription,
        rules=(billed.rule,),
        reason=billed.reason,
        confidence=1.0 if _known(billed, charge, claim_type) else 0.0,
        route=Route.AUTO,
    )


def _billed(facts: EncounterFacts, charge: Charge, tables: Tables) -> _Billed:
    """The code that the EHR charged, else the charge master's."""
    for coding in charge.codings:
        code = coding.code.upper()
        if coding.system in PROCEDURE_SYSTEMS and _NUMBER.fullmatch(code):
            return _Billed(code, None, "charge.stated", "The EHR charged this code")
    row = _row(facts, charge, tables)
    if row is not None:
        return _Billed(row.hcpcs, row, "charge.master", "Mapped by the charge master")
    named = charge.codings[0].code if charge.codings else "a charge without a code"
    return _Billed("", None, "charge.unmapped", f"The charge master has no row for {named}")


def _known(billed: _Billed, charge: Charge, claim_type: ClaimType) -> bool:
    """Whether the line can be billed: by its code, or by its revenue code alone."""
    by_master = billed.row is not None and bool(billed.row.revenue_code)
    by_charge = bool(charge.revenue_code) and claim_type is ClaimType.INSTITUTIONAL
    return bool(billed.code) or by_master or by_charge


def _row(facts: EncounterFacts, charge: Charge, tables: Tables) -> ChargeRow | None:
    department = charge.department or facts.visit.department
    for coding in charge.codings:
        row = tables.charge_master.find(coding.system, coding.code, facts.visit.visit_class.value, department)
        if row is not None:
            return row
    return None


def _amount(charge: Charge, row: ChargeRow | None) -> Decimal:
    """The EHR's amount, else price times units."""
    if charge.amount is not None:
        return charge.amount
    if row is None or row.price is None:
        return NO_DOLLARS
    return (row.price * charge.units).quantize(Decimal("0.01"))
