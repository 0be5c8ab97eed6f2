"""Charges to service lines through the charge master, and diagnosis pointers by what each line was done for.

A charge that already carries a CPT number or HCPCS code keeps it. One that the charge master does not map
stays a line
without a code: later stages hold it, by its code and its dollars.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from services.coder.encounter.tables import Tables
from services.codesets.charge_master import ChargeRow
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
_MOST_POINTERS = 4
_PREVENTIVE = re.compile(r"9938[1-7]|9939[1-7]|G043[89]|G0402")
_INSTITUTIONAL = (VisitClass.INPATIENT, VisitClass.OBSERVATION, VisitClass.EMERGENCY)


def service_lines(
    facts: EncounterFacts, codes: Sequence[AssignedCode], tables: Tables
) -> tuple[ServiceLine, ...]:
    """A line for each charge, in the EHR's order."""
    return tuple(_line(facts, charge, codes, tables) for charge in facts.charges)


def _line(
    facts: EncounterFacts, charge: Charge, codes: Sequence[AssignedCode], tables: Tables
) -> ServiceLine:
    stated = next(
        (
            c.code.upper()
            for c in charge.codings
            if c.system in PROCEDURE_SYSTEMS and _NUMBER.fullmatch(c.code.upper())
        ),
        "",
    )
    row = None if stated else _row(facts, charge, tables)
    source = charge.codings[0] if charge.codings else None
    if stated:
        rule, reason = "charge.stated", "The EHR charged this code"
    elif row is not None:
        rule, reason = "charge.master", "Mapped by the charge master"
    else:
        rule, reason = (
            "charge.unmapped",
            f"The charge master has no row for {source.code if source else 'a charge without a code'}",
        )
    code = stated or (row.hcpcs if row else "")
    claim_type = charge.claim_type or (
        ClaimType.INSTITUTIONAL if facts.visit.visit_class in _INSTITUTIONAL else ClaimType.PROFESSIONAL
    )
    known = (
        bool(code)
        or (row is not None and bool(row.revenue_code))
        or bool(charge.revenue_code and claim_type is ClaimType.INSTITUTIONAL)
    )
    return ServiceLine(
        line_id=derived_id("line", facts.encounter_id, charge.charge_id),
        charge_id=charge.charge_id,
        source_coding=source,
        claim_type=claim_type,
        code=code,
        modifiers=charge.modifiers or (row.modifiers if row else ()),
        revenue_code=charge.revenue_code or (row.revenue_code if row else ""),
        units=charge.units,
        amount=_amount(charge, row),
        service_date=charge.service_date or facts.service_date,
        service_end=charge.service_end,
        pointers=pointers(code, charge, codes, claim_type),
        provider_npi=charge.provider_npi,
        ndc=charge.ndc,
        drug_quantity=charge.drug_quantity,
        drug_unit=charge.drug_unit,
        rules=(rule,),
        reason=reason,
        confidence=1.0 if known else 0.0,
        route=Route.AUTO,
    )


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
        return Decimal("0.00")
    return (row.price * charge.units).quantize(Decimal("0.01"))


def pointers(
    code: str, charge: Charge, codes: Sequence[AssignedCode], claim_type: ClaimType
) -> tuple[str, ...]:
    """The diagnoses a line was done for, most important first; at most four on a professional line (X12
    SV107).
    """
    if claim_type is ClaimType.INSTITUTIONAL:
        return ()
    wanted = set(charge.diagnosis_ids)
    for_line = [c.code for c in codes if wanted.intersection(c.diagnosis_ids)]
    if not for_line and _PREVENTIVE.fullmatch(code):
        for_line = [c.code for c in codes if c.code.startswith("Z00")]
    if not for_line:
        for_line = [c.code for c in codes if not c.code.startswith(("V", "W", "X", "Y"))]
    return tuple(dict.fromkeys(for_line))[:_MOST_POINTERS]
