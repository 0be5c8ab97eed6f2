"""What a prior authorisation allows: its days, its units, its services.

An encounter that names an authorisation without what the payer's answer allowed is not checked. Whether one
is needed at all is the payer's rule (`payers/*.yaml`).
Sources: X12 278 (005010X217), 837 REF*G1; HL7 FHIR R4 ClaimResponse of use preauthorization.
"""

from decimal import Decimal

from services.contracts.coding import ServiceLine
from services.contracts.encounter import Authorization
from services.validator.case import Case
from services.validator.checks.registry import check
from services.validator.judge import Judge, number

_UNKNOWN = Authorization()


def _allowed(case: Case) -> Authorization:
    return case.facts.authorization or _UNKNOWN


def _lines(case: Case, allowed: Authorization) -> list[ServiceLine]:
    """The lines that the authorisation is for."""
    return [line for line in case.lines if not allowed.codes or line.code in allowed.codes]


@check("authorised_days")
def authorised_days(case: Case, judge: Judge) -> None:
    """Every line that is authorised lies within the days of the authorisation."""
    if not case.facts.prior_authorization:
        return
    allowed = _allowed(case)
    if allowed.first_day is None and allowed.last_day is None:
        judge.not_checked("claim", "the days that the prior authorisation allows are not known")
        return
    first, last = allowed.first_day or case.first, allowed.last_day or case.last
    for line in _lines(case, allowed):
        end = line.service_end or line.service_date
        if first <= line.service_date and end <= last:
            judge.ok()
        else:
            days = {"first": allowed.first_day or "open", "last": allowed.last_day or "open"}
            judge.fail(f"line:{line.line_id}", code=line.code, day=line.service_date, **days)


@check("authorised_units")
def authorised_units(case: Case, judge: Judge) -> None:
    """The units of the authorised lines are no more than were authorised."""
    if not case.facts.prior_authorization:
        return
    allowed = _allowed(case)
    if allowed.units is None:
        judge.not_checked("claim", "the units that the prior authorisation allows are not known")
        return
    units = sum([line.units for line in _lines(case, allowed)], Decimal(0))
    if units <= allowed.units:
        judge.ok()
    else:
        judge.fail("claim", units=number(units), limit=number(allowed.units))
