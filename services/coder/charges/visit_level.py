"""The level of a visit that the documentation supports, compared with the level that was charged.

By medical decision making or by total time, whichever is higher (AMA E/M guidelines 2021 and 2023). Two of
the three elements must be documented: where the note gives a basis for fewer and states no time, the level
is not determined, and nothing is said against the charge. A charge is never changed.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from services.coder.charges.chart import Chart, Lexicon
from services.coder.charges.findings import finding
from services.coder.charges.visit_data import data_reviewed
from services.coder.charges.visit_problems import problems
from services.coder.charges.visit_risk import risk
from services.coder.charges.visit_rules import LEVELS, Family, family_of, is_visit, usual
from services.coder.charges.visit_time import minutes_of, total_time
from services.coder.encounter.tables import data
from services.contracts.base import Finding, Outcome
from services.contracts.coding import AssignedCode, DocumentedService, Element, ServiceKind, ServiceLine
from services.contracts.encounter import ClaimType, EncounterFacts, VisitClass

_UNCHARGED = (VisitClass.AMBULATORY, VisitClass.HOME)


class Supported(NamedTuple):
    """What the notes say of the visit: elements, level by decision making (-1: no basis), minutes (0: not
    stated). `most`: the level that it could be at best, where the note decides nothing of treatment.
    """

    elements: tuple[Element, ...]
    level: int
    minutes: int
    most: int

    def in_family(self, family: Family) -> tuple[int, str]:
        """The level in a family of codes (-1: not determined) and by what."""
        by_time = family.by_time(self.minutes)
        if by_time > self.level:
            return by_time, "total time"
        return self.level, "medical decision making"


def supported(codes: Sequence[AssignedCode], chart: Chart, charged: Sequence[str]) -> Supported:
    """What the documentation supports."""
    stated = problems(codes, chart)
    decided = risk(chart)
    judged = [stated, data_reviewed(chart, charged), decided]
    found = [element for element in judged if element is not None]
    ranks = sorted(LEVELS.index(element.value) if element else 0 for element in judged)
    level = ranks[1] if stated is not None and len(found) > 1 else -1
    most = level if decided is not None else max(ranks)
    time = total_time(chart)
    elements = (*found, *([time] if time else []))
    return Supported(elements, level, minutes_of(time) if time else 0, most)


def visits(
    facts: EncounterFacts, lines: Sequence[ServiceLine], codes: Sequence[AssignedCode], chart: Chart
) -> Iterator[DocumentedService | Finding]:
    """For each professional line that charges a visit: what is documented, and the verdicts."""
    charged = [line for line in lines if line.claim_type is ClaimType.PROFESSIONAL]
    known = [(line, family_of(line.code, line.service_date)) for line in charged]
    leveled = [(line, family) for line, family in known if family is not None]
    discharges = [line for line in charged if line.code in _discharge()]
    days = {line.service_date for line in (*(line for line, _ in leveled), *discharges)}
    charts = {day: chart if len(days) == 1 else chart.of_day(day) for day in days}
    said = {day: supported(codes, charts[day], _codes_of(lines, day)) for day in days}
    for line, family in leveled:
        yield from _compared(line, family, said[line.service_date], charts[line.service_date])
    for line in discharges:
        yield from _discharged(line, said[line.service_date], charts[line.service_date])
    if not days and _missing(facts, charged, chart):
        yield from _uncharged(facts, supported(codes, chart, [line.code for line in lines]), chart)


def _codes_of(lines: Sequence[ServiceLine], day: date) -> list[str]:
    return [line.code for line in lines if line.service_date == day]


def _compared(
    line: ServiceLine, family: Family, said: Supported, chart: Chart
) -> Iterator[DocumentedService | Finding]:
    target = f"line:{line.line_id}"
    level, by = said.in_family(family)
    if level < 0:
        why = "no note" if not chart.pages else "the note has no basis for two of problems, data and risk"
        yield _service(line.line_id, "", said, f"not determined: {why}")
        yield finding("visit.overcoded", target, Outcome.NOT_CHECKED, code=line.code, why=why)
        return
    code = family.codes[level]
    yield _service(line.line_id, code, said, f"{LEVELS[level]}, by {by}")
    best = family.codes[max(level, said.most)]
    if family.rank(code) < family.rank(line.code) <= family.rank(best):
        why = f"{code} is supported; the note decides nothing of treatment, whose risk could make it {best}"
        yield finding("visit.overcoded", target, Outcome.NOT_CHECKED, code=line.code, why=why)
        return
    if family.rank(line.code) > family.rank(code):
        yield finding("visit.overcoded", target, code=line.code, supported=code, level=LEVELS[level], by=by)
        return
    yield finding("visit.overcoded", target, Outcome.PASS, code=line.code)
    if family.rank(line.code) < family.rank(code):
        yield finding("visit.undercoded", target, code=line.code, supported=code, level=LEVELS[level], by=by)
    yield from _acquaintance(line, family, chart)


def _service(line_id: str, code: str, said: Supported, reason: str) -> DocumentedService:
    return DocumentedService(
        kind=ServiceKind.VISIT,
        code=code,
        line_id=line_id,
        elements=said.elements,
        reason=reason,
        reference=data("em_levels")["reference"],
    )


def _acquaintance(line: ServiceLine, family: Family, chart: Chart) -> Iterator[Finding]:
    """A new patient's code where the note says that the patient is known, and the other way round."""
    if family.patient:
        other = "established" if family.patient == "new" else "new"
        found = [
            hit.concept
            for page in chart.pages
            for hit in page.hits(_patients())
            if page.done(hit.start, hit.end)
        ]
        if other in found and family.patient not in found:
            yield finding(
                "visit.patient", f"line:{line.line_id}", code=line.code, charged=family.patient, said=other
            )


@cache
def _patients() -> Lexicon:
    """What notes call patients that are new, and those that are known."""
    table = data("em_words")
    return Lexicon({name: table[f"{name}_patient"] for name in ("new", "established")})


def _discharge() -> tuple[str, str]:
    rule = data("em_levels")["discharge"]
    return rule["short"], rule["long"]


def _discharged(line: ServiceLine, said: Supported, chart: Chart) -> Iterator[DocumentedService | Finding]:
    """The discharge day: the longer code needs its time stated."""
    rule = data("em_levels")["discharge"]
    if line.service_date < rule["from"] or not chart.pages:
        return
    code = rule["long"] if said.minutes > rule["up_to"] else rule["short"]
    reason = f"{said.minutes} minutes are stated" if said.minutes else "no time is stated"
    times = tuple(element for element in said.elements if element.name == "time")
    yield _service(line.line_id, code, said._replace(elements=times), reason)
    target = f"line:{line.line_id}"
    words = {"code": line.code, "supported": code, "level": reason, "by": "total time"}
    if line.code == code:
        yield finding("visit.overcoded", target, Outcome.PASS, code=line.code)
    else:
        rule_id = "visit.overcoded" if line.code == rule["long"] else "visit.undercoded"
        yield finding(rule_id, target, **words)


def _missing(facts: EncounterFacts, charged: Sequence[ServiceLine], chart: Chart) -> bool:
    """Whether a note was written and services were charged on the professional form, but no visit."""
    return (
        facts.visit.visit_class in _UNCHARGED
        and bool(chart.pages)
        and bool(charged)
        and not any(not line.code or is_visit(line.code) or _global(line.code) for line in charged)
    )


def _global(code: str) -> bool:
    """Whether a procedure's own payment may hold the visit (CPT 10004-69990: surgery)."""
    return code.isdigit() and "10004" <= code <= "69990"


@cache
def _new() -> Lexicon:
    return Lexicon({"new": data("em_words")["new_patient"]})


def _uncharged(facts: EncounterFacts, said: Supported, chart: Chart) -> Iterator[DocumentedService | Finding]:
    new = any(page.hits(_new()) for page in chart.pages)
    family = usual(facts.visit.visit_class, "new" if new else "established", facts.service_date)
    if family is None:
        return
    level, by = said.in_family(family)
    if level > 0:  # a visit of the lowest level may be part of what was charged
        code = family.codes[level]
        yield _service("", code, said, f"{LEVELS[level]}, by {by}")
        yield finding("visit.uncharged", f"service:{code}", supported=code, level=LEVELS[level], by=by)
