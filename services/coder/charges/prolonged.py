"""Time beyond the highest level of a visit, and critical care, charged against the minutes that are stated.

The payer decides by which number and from how many minutes on: `data/timed.yaml`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Final, NamedTuple

from services.coder.charges.chart import Chart
from services.coder.charges.findings import finding, plain
from services.coder.charges.visit_time import critical_time, minutes_of, total_time
from services.coder.encounter.tables import data
from services.contracts.base import Finding, Outcome
from services.contracts.coding import DocumentedService, Element, ServiceKind, ServiceLine
from services.contracts.encounter import ClaimType, EncounterFacts

_REFERENCE: Final = "AMA CPT E/M guidelines 2023 (numbers only); CMS final rules 85 FR 84472, 87 FR 69404"
_TOTAL: Final = "total time"
_READERS: Final = {_TOTAL: total_time, "critical care": critical_time}


@dataclass(frozen=True, slots=True)
class Beside:
    """A code of further time: beside which codes, and from which minute on; `each` minutes make one unit."""

    code: str
    time: str
    begins: date
    each: int
    after: dict[str, int]
    payers: tuple[str, ...]
    not_payers: tuple[str, ...]

    def taken_by(self, payer: str) -> bool:
        """Whether a payer of that kind takes the code."""
        return payer in self.payers if self.payers else payer not in self.not_payers

    def units(self, beside: str, minutes: int) -> int:
        """Units that so many minutes make beside a code."""
        first = self.after[beside]
        return 1 + (minutes - first) // self.each if minutes >= first else 0


class Told(NamedTuple):
    """The minutes that the notes of a day state of one kind of time (0: none)."""

    minutes: int
    element: Element | None

    def words(self, time: str) -> str:
        """For a person."""
        return f"{self.minutes} minutes of {time}" if self.minutes else f"no {time} is stated, which"


def prolonged(
    facts: EncounterFacts, lines: Sequence[ServiceLine], chart: Chart
) -> Iterator[DocumentedService | Finding]:
    """The verdicts on time beyond a visit's highest level and on critical care, day by day."""
    if not chart.pages:
        return
    payer = facts.coverages[0].payer_kind if facts.coverages else ""
    timed = [ln for ln in lines if ln.claim_type is ClaimType.PROFESSIONAL and ln.code in _codes()]
    days = sorted({line.service_date for line in timed})
    for day in days:
        listed = [line for line in timed if line.service_date == day]
        pages = chart if len(days) == 1 else chart.of_day(day)
        told = {time: _told(pages, time) for time in _READERS}
        yield from _least(listed, told)
        yield from _foreign(listed, payer, day)
        for rule in beside():
            if rule.begins <= day and rule.taken_by(payer):
                yield from _compared(rule, listed, told[rule.time])


def _told(chart: Chart, time: str) -> Told:
    element = _READERS[time](chart)
    return Told(minutes_of(element) if element else 0, element)


def _least(lines: Sequence[ServiceLine], told: dict[str, Told]) -> Iterator[Finding]:
    for line in lines:
        rule = data("timed")["least"].get(line.code)
        if rule is None:
            continue
        said = told[rule["time"]]
        outcome = Outcome.PASS if said.minutes >= rule["minutes"] else Outcome.FAIL
        words = {"code": line.code, "said": said.words(rule["time"]), "least": rule["minutes"]}
        yield finding("time.short", f"line:{line.line_id}", outcome, **words)


def _foreign(lines: Sequence[ServiceLine], payer: str, day: date) -> Iterator[Finding]:
    """Codes that another kind of payer takes for the same time."""
    taken = [rule for rule in beside() if rule.taken_by(payer) and rule.begins <= day]
    known = {rule.code for rule in taken}
    for line in lines:
        if line.code in known or all(rule.code != line.code for rule in beside()):
            continue
        charged = {other.code for other in lines}
        instead = sorted(rule.code for rule in taken if charged.intersection(rule.after))
        words = {"code": line.code, "instead": ", ".join(instead) or "none beside this visit"}
        yield finding("prolonged.payer", f"line:{line.line_id}", **words)


def _compared(
    rule: Beside, lines: Sequence[ServiceLine], told: Told
) -> Iterator[DocumentedService | Finding]:
    charged = [line for line in lines if line.code == rule.code]
    visit = next((line.code for line in lines if line.code in rule.after), "")
    units = rule.units(visit, told.minutes) if visit else 0
    if not charged and not units:
        return
    line_id = charged[0].line_id if charged else ""
    reason = f"{told.words(rule.time)} make {units} x {rule.code} beside {visit or 'no visit of its list'}"
    yield DocumentedService(
        kind=ServiceKind.VISIT,
        code=rule.code,
        units=Decimal(units),
        line_id=line_id,
        elements=(told.element,) if told.element else (),
        reason=reason,
        reference=_REFERENCE,
    )
    yield from _verdict(rule.code, charged, units, reason)


def _verdict(code: str, charged: Sequence[ServiceLine], units: int, reason: str) -> Iterator[Finding]:
    number = sum((line.units for line in charged), Decimal(0))
    words = {"code": code, "charged": plain(number), "reason": reason}
    if not charged:
        yield finding("prolonged.uncharged", f"service:{code}", **words)
        return
    target = f"line:{charged[0].line_id}"
    yield finding("prolonged.over", target, Outcome.FAIL if number > units else Outcome.PASS, **words)
    if number < units:
        yield finding("prolonged.under", target, **words)


@cache
def beside() -> tuple[Beside, ...]:
    """Every row of the table, in its order."""
    return tuple(
        Beside(
            row["code"],
            row.get("time", _TOTAL),
            row["from"],
            row["each"],
            row["after"],
            tuple(row.get("payers", ())),
            tuple(row.get("not_payers", ())),
        )
        for row in data("timed")["beside"]
    )


@cache
def _codes() -> frozenset[str]:
    """Every code that this module has a word on."""
    rows = ({rule.code, *rule.after} for rule in beside())
    return frozenset(data("timed")["least"]).union(*rows)
