"""Lines: codes, modifiers, pointers, units, dollars, place, and what an institutional claim adds."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from services.contracts.coding import ServiceLine
from services.contracts.encounter import ClaimType
from services.validator.case import Case
from services.validator.checks.registry import check, option
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


def of_type(case: Case, claim_type: ClaimType) -> Iterator[ServiceLine]:
    """The lines that go out on one form."""
    return (line for line in case.lines if line.claim_type is claim_type)


@check("lines_present", option("limits"))
def lines_present(case: Case, judge: Judge) -> None:
    """There is something to bill, and not more lines than the form holds."""
    limits = judge.options
    if not case.lines:
        judge.fail("claim", count=0, limit="one", form="a")
    for claim_type in case.claim_types:
        count = sum(1 for _ in of_type(case, claim_type))
        if count > limits[claim_type]:
            judge.fail("claim", count=count, limit=limits[claim_type], form=f"the {claim_type.value}")
        else:
            judge.ok()


@check("code_form")
def code_form(case: Case, judge: Judge) -> None:
    """Every code looks like a CPT or HCPCS number."""
    passed = 0
    for line in case.lines:
        if not line.code:
            continue
        if CPT.fullmatch(line.code) or HCPCS.fullmatch(line.code):
            passed += 1
        else:
            judge.fail(_target(line), code=line.code)
    judge.ok(passed)


@check("code_known")
def code_known(case: Case, judge: Judge) -> None:
    """Every code is in the table of its system on its day of service."""
    passed = 0
    imported = case.tables.imported
    for line in case.lines:
        if not line.code:
            continue
        known = imported.code_in_force(line.code, line.service_date)
        if known is None:
            judge.not_checked(
                _target(line),
                f"no loaded list can say whether {line.code} is in force on {line.service_date}",
            )
        elif known:
            passed += 1
        else:
            judge.fail(_target(line), code=line.code, day=line.service_date)
    judge.ok(passed)


@check("modifier_form")
def modifier_form(case: Case, judge: Judge) -> None:
    """At most four modifiers of two characters, none twice."""
    for line in case.lines:
        if not line.modifiers:
            continue
        formed = all(map(MODIFIER.fullmatch, line.modifiers))
        if (
            not formed
            or len(set(line.modifiers)) < len(line.modifiers)
            or len(line.modifiers) > MAX_MODIFIERS
        ):
            judge.fail(_target(line), modifiers=" ".join(line.modifiers))
        else:
            judge.ok()


@check("pointers")
def pointers(case: Case, judge: Judge) -> None:
    """Every professional line points to one to four diagnoses of the claim."""
    passed = 0
    known = {code.code for code in case.diagnoses}
    for line in of_type(case, ClaimType.PROFESSIONAL):
        strange = (
            [] if known.issuperset(line.pointers) else [code for code in line.pointers if code not in known]
        )
        if not line.pointers:
            judge.fail(_target(line), code=line.code, what="points to no diagnosis")
        elif strange:
            judge.fail(
                _target(line), code=line.code, what=f"points to {', '.join(strange)}, not on the claim"
            )
        else:
            passed += 1
    judge.ok(passed)


@check("units", lambda options: Decimal(str(options["most"])))
def units(case: Case, judge: Judge) -> None:
    """Units are whole and within what the form can carry."""
    passed = 0
    most = judge.options
    for line in case.lines:
        if line.units <= most and line.units % 1 == 0:
            passed += 1
        else:
            judge.fail(_target(line), units=number(line.units), code=line.code)
    judge.ok(passed)


@check("line_charge")
def line_charge(case: Case, judge: Judge) -> None:
    """A line without a charge is worth a look."""
    passed = 0
    for line in case.lines:
        if line.amount > 0:
            passed += 1
        else:
            judge.fail(_target(line), code=line.code)
    judge.ok(passed)


@check("claim_total", lambda options: Decimal(str(options["most"])))
def claim_total(case: Case, judge: Judge) -> None:
    """Each claim bills something, within the width of the form's total."""
    for claim_type in case.claim_types:
        total = sum((line.amount for line in of_type(case, claim_type)), Decimal("0.00"))
        if Decimal(0) < total <= judge.options:
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


@check("revenue_code")
def revenue_code(case: Case, judge: Judge) -> None:
    """Every institutional line has a revenue code of four digits."""
    for line in of_type(case, ClaimType.INSTITUTIONAL):
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
