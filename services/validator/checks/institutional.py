"""Institutional claims: days, revenue codes, discharge, interim and late bills."""

from decimal import Decimal
from typing import Final

from services.contracts.coding import ServiceLine
from services.contracts.encounter import ClaimType
from services.validator.case import Case
from services.validator.checks.registry import check, line_check, option_set, option_tuple
from services.validator.grouping import group
from services.validator.judge import Judge, dollars, number

NDC_DIGITS: Final = 11
"""A national drug code as billed: 5-4-2 digits without hyphens."""


STILL_PATIENT: Final = "30"
"""Patient discharge status (UB-04 FL 17, its number) of who has not left."""


@check("accommodation_days", option_tuple("revenue_codes"))
def accommodation_days(case: Case, judge: Judge) -> None:
    """The units of room and board are the days of the stay; the day of discharge is not counted.

    On an interim bill there is no discharge: its last day counts.
    """
    first, last = judge.options
    lines = [
        line
        for line in case.lines
        if line.claim_type is ClaimType.INSTITUTIONAL and first <= line.revenue_code <= last
    ]
    days = max(1, _days(case))
    units = sum((line.units for line in lines), Decimal(0))
    if units == days:
        judge.ok()
    else:
        judge.fail("claim", units=number(units), days=days)


@line_check("hcpcs_for_revenue", option_tuple("revenue_codes"))
def hcpcs_for_revenue(line: ServiceLine, case: Case, judge: Judge) -> None:  # noqa: ARG001 (the line says it)
    """An outpatient line of these revenue codes (beginnings) carries a HCPCS code."""
    if line.claim_type is not ClaimType.INSTITUTIONAL or not line.revenue_code.startswith(judge.options):
        return
    if line.code:
        judge.ok()
    else:
        judge.fail(f"line:{line.line_id}", revenue=line.revenue_code)


def _days(case: Case) -> int:
    """Days of the stay, or of its part, that are billed."""
    return (case.last - case.first).days + (case.visit.discharge_status == STILL_PATIENT)


@check("interim_bill", lambda options: int(options.get("days", 0)))
def interim_bill(case: Case, judge: Judge) -> None:
    """A patient who has not left makes an interim bill (type of bill 112, a later part 113).

    With `days` only a bill of fewer days than these fails.
    """
    days = _days(case)
    if case.visit.discharge_status != STILL_PATIENT or (judge.options and days >= judge.options):
        judge.ok()
    else:
        bill = "113" if case.visit.admitted_on is not None else "112"
        judge.fail("claim", bill=bill, days=days)


@check("expired_status", option_set("statuses"))
def expired_status(case: Case, judge: Judge) -> None:
    """The discharge status says that the patient died exactly where the record does."""
    died = case.patient.death_date is not None and case.patient.death_date <= case.last
    says = case.visit.discharge_status in judge.options
    if died == says or (says and case.patient.death_date is None):
        judge.ok()
    else:
        judge.fail(
            "claim",
            status=case.visit.discharge_status or "nothing",
            died=case.patient.death_date or "no date",
        )


@check("late_charges")
def late_charges(case: Case, judge: Judge) -> None:
    """Lines that came after the claim was billed make a replacement (frequency 7), not a late-charge bill."""
    if not case.billed_before:
        return
    known = {line.line_id for line in case.billed_before}
    late = [line for line in case.lines if line.code and line.line_id not in known]
    if late:
        judge.fail("claim", count=len(late), dollars=dollars(sum((line.amount for line in late), Decimal(0))))
    else:
        judge.ok()


@check("contract_dates")
def contract_dates(case: Case, judge: Judge) -> None:
    """Every line's day lies within the contract with the payer, where the payer's file states its dates."""
    contract = case.payer.contract
    if contract is None:
        return
    for line in case.lines:
        if line.service_date in contract:
            judge.ok()
        else:
            judge.fail(
                f"line:{line.line_id}",
                day=line.service_date,
                payer=case.payer.title,
                first=contract.first,
                last=contract.last,
            )


@check("other_insurer_first", option_set("accidents"))
def other_insurer_first(case: Case, judge: Judge) -> None:
    """After an accident another insurer may pay before these payer kinds."""
    if case.facts.accident in judge.options:
        judge.fail("claim", accident=case.facts.accident)
    else:
        judge.ok()


@check("accident_details")
def accident_details(case: Case, judge: Judge) -> None:
    """An accident has its date, and an automobile accident its state."""
    facts = case.facts
    missing = [] if facts.accident_date else ["date"]
    if facts.accident == "AA" and not facts.accident_state:
        missing.append("state")
    if not facts.accident:
        return
    if missing:
        judge.fail("claim", fields=" and ".join(missing))
    else:
        judge.ok()


@line_check("ndc_form", option_set("units"))
def ndc_form(line: ServiceLine, case: Case, judge: Judge) -> None:  # noqa: ARG001 (the form says it all)
    """A national drug code has eleven digits, and its quantity a unit of measure."""
    if not line.ndc:
        return
    if len(line.ndc) != NDC_DIGITS or not line.ndc.isdigit():
        judge.fail(f"line:{line.line_id}", what=f"{line.ndc} is not eleven digits")
    elif line.drug_quantity is None or line.drug_unit not in judge.options:
        judge.fail(f"line:{line.line_id}", what="its quantity or unit of measure is missing")
    else:
        judge.ok()


@check("ms_drg", option_set("ungroupable"))
def ms_drg(case: Case, judge: Judge) -> None:
    """The MS-DRG of an inpatient stay, for information; a stay that cannot be grouped is said."""
    age = case.age
    if age is None or not case.diagnoses:
        judge.not_checked("claim", "the birth date or the principal diagnosis is missing")
        return
    stay = (*case.diagnoses, *case.procedures)
    found = group(case.day, age, case.patient.sex, case.visit.discharge_status, stay)
    if found is None:
        judge.not_checked("claim", f"no version of the grouper covers a discharge of {case.day}")
        return
    told = {
        "drg": f"{found.drg:03d}",
        "mdc": found.mdc,
        "severity": found.severity,
        "code": found.return_code,
    }
    if found.drg in judge.options:
        judge.fail("claim", **told)
    else:
        judge.note("claim", **told)
