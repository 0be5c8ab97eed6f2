"""Lines: codes, modifiers, pointers, units, dollars, place, and what an institutional claim adds."""

import re
from decimal import Decimal
from typing import Final

from services.contracts.coding import ServiceLine
from services.contracts.encounter import ClaimType
from services.validator.case import Case
from services.validator.checks.registry import check, line_check, option
from services.validator.judge import Judge, dollars, number

CPT: Final = re.compile(r"\d{4}[0-9AFMTU]")
HCPCS: Final = re.compile(r"[A-Z]\d{4}")
MODIFIER: Final = re.compile(r"[0-9A-Z]{2}")
PLACE: Final = re.compile(r"\d\d")
REVENUE: Final = re.compile(r"\d{4}")
MAX_POINTERS: Final = 4
MAX_MODIFIERS: Final = 4


def _target(line: ServiceLine) -> str:
    return f"line:{line.line_id}"


@check("lines_present", option("limits"))
def lines_present(case: Case, judge: Judge) -> None:
    """There is something to bill, and not more lines than the form holds."""
    limits = judge.options
    if not case.lines:
        judge.fail("claim", count=0, limit="one", form="a")
    for claim_type in case.claim_types:
        count = len(case.of_type(claim_type))
        if count > limits[claim_type]:
            judge.fail("claim", count=count, limit=limits[claim_type], form=f"the {claim_type.value}")
        else:
            judge.ok()


@line_check("code_form")
def code_form(line: ServiceLine, case: Case, judge: Judge) -> None:  # noqa: ARG001 (the form says it all)
    """A code looks like a CPT or HCPCS number."""
    if not line.code:
        return
    if CPT.fullmatch(line.code) or HCPCS.fullmatch(line.code):
        judge.ok()
    else:
        judge.fail(_target(line), code=line.code)


@line_check("code_known")
def code_known(line: ServiceLine, case: Case, judge: Judge) -> None:
    """A code is in the table of its system on its day of service."""
    if not line.code:
        return
    known = case.tables.imported.code_in_force(line.code, line.service_date)
    if known is None:
        judge.not_checked(
            _target(line), f"no loaded list can say whether {line.code} is in force on {line.service_date}"
        )
    elif known:
        judge.ok()
    else:
        judge.fail(_target(line), code=line.code, day=line.service_date)


@line_check("modifier_form")
def modifier_form(line: ServiceLine, case: Case, judge: Judge) -> None:  # noqa: ARG001 (the form says it all)
    """At most four modifiers of two characters, none twice."""
    if not line.modifiers:
        return
    formed = all(map(MODIFIER.fullmatch, line.modifiers))
    if formed and len(set(line.modifiers)) == len(line.modifiers) <= MAX_MODIFIERS:
        judge.ok()
    else:
        judge.fail(_target(line), modifiers=" ".join(line.modifiers))


@check("pointers")
def pointers(case: Case, judge: Judge) -> None:
    """Every professional line points to one to four diagnoses of the claim."""
    known, passed = set(case.diagnosis_codes), 0
    for line in case.professional:
        if line.pointers and known.issuperset(line.pointers):
            passed += 1
            continue
        strange = ", ".join(code for code in line.pointers if code not in known)
        what = f"points to {strange}, not on the claim" if strange else "points to no diagnosis"
        judge.fail(_target(line), code=line.code, what=what)
    judge.ok(passed)


@line_check("units", lambda options: Decimal(str(options["most"])))
def units(line: ServiceLine, case: Case, judge: Judge) -> None:  # noqa: ARG001 (the form says it all)
    """Units are whole and within what the form can carry."""
    if line.units <= judge.options and line.units % 1 == 0:
        judge.ok()
    else:
        judge.fail(_target(line), units=number(line.units), code=line.code)


@check("line_charge")
def line_charge(case: Case, judge: Judge) -> None:
    """A line without a charge is worth a look."""
    free = [line for line in case.lines if line.amount <= 0]
    for line in free:
        judge.fail(_target(line), code=line.code)
    judge.ok(len(case.lines) - len(free))


@check("claim_total", lambda options: Decimal(str(options["most"])))
def claim_total(case: Case, judge: Judge) -> None:
    """Each claim bills something, within the width of the form's total."""
    for claim_type in case.claim_types:
        total = case.total(claim_type)
        if 0 < total <= judge.options:
            judge.ok()
        else:
            judge.fail("claim", total=dollars(total), form=claim_type.value)


@check("charges_kept")
def charges_kept(case: Case, judge: Judge) -> None:
    """The lines carry the dollars that the EHR charged: nothing lost, nothing added on the way."""
    charges = case.facts.charges
    if not charges or any(charge.amount is None for charge in charges):
        return
    if case.coded.charged == case.facts.charged:
        judge.ok()
    else:
        judge.fail("claim", lines=dollars(case.coded.charged), charges=dollars(case.facts.charged))


@check("place_of_service")
def place_of_service(case: Case, judge: Judge) -> None:
    """A professional claim has a place of service that exists."""
    place = case.visit.place_of_service
    if not PLACE.fullmatch(place):
        judge.fail("claim", place=place or "nothing")
    elif case.tables.imported.has("pos", case.day) and case.tables.imported.facility(place, case.day) is None:
        judge.fail("claim", place=place)
    else:
        judge.ok()


@check("place_of_class", option("places"))
def place_of_class(case: Case, judge: Judge) -> None:
    """The place of service goes with the class of the visit."""
    allowed = judge.options.get(case.visit.visit_class)
    place = case.visit.place_of_service
    if allowed is None or not place:
        return
    if place in allowed:
        judge.ok()
    else:
        judge.fail("claim", place=place, visit_class=case.visit.visit_class.value, allowed=", ".join(allowed))


@line_check("revenue_code")
def revenue_code(line: ServiceLine, case: Case, judge: Judge) -> None:  # noqa: ARG001 (the form says it all)
    """An institutional line has a revenue code of four digits."""
    if line.claim_type is not ClaimType.INSTITUTIONAL:
        return
    if REVENUE.fullmatch(line.revenue_code):
        judge.ok()
    else:
        judge.fail(_target(line), revenue=line.revenue_code or "nothing", code=line.code)


@check("bill_elements", option("needed"))
def bill_elements(case: Case, judge: Judge) -> None:
    """What an institutional claim says beside its type of bill (the options name what each class needs)."""
    visit = case.visit
    stated = {
        "admit type": visit.admit_type,
        "admit source": visit.admit_source,
        "discharge status": visit.discharge_status,
        "discharge time": str(visit.end or ""),
    }
    needed = judge.options.get(visit.visit_class, ())
    missing = [name for name in needed if not stated[name]]
    if missing:
        judge.fail("claim", fields=", ".join(missing), visit_class=visit.visit_class.value)
    else:
        judge.ok()
