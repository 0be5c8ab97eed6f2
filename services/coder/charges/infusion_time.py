"""How long infusions ran, by the start and stop times of the notes, against the hours that were charged.

    "Rituximab 700 mg IV infusion, started 0910, stopped 1245."  -> 215 minutes of a drug
    "1 L normal saline infused over 2 hours."                    -> 120 minutes of fluid

The first hour needs a least time, a further hour more than half of it; an infusion without a stated time
is a push at most (Medicare Claims Processing Manual ch. 12 §30.5, ch. 4 §230.2). Rules: `data/timed.yaml`.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, Final, NamedTuple

from services.coder.charges.chart import Chart, Page
from services.coder.charges.doses import drug_names, pattern
from services.coder.charges.findings import finding, plain
from services.coder.encounter.tables import data
from services.contracts.base import Finding, Outcome
from services.contracts.coding import DocumentedService, Element, Evidence, ServiceKind, ServiceLine

_CLOCK: Final = r"(?P<{0}h>[01]?\d|2[0-3]):?(?P<{0}m>[0-5]\d)\s*(?P<{0}half>[ap])?\.?m?\b"
_BEGAN: Final = r"\b(?:from|start(?:ed)?|began|begun|hung)\b(?: time)?(?: at)?:?\s*" + _CLOCK.format("a")
_ENDED: Final = (
    r"(?:\bto\b|-|\buntil\b|\b(?:stop(?:ped)?|end(?:ed)?|finished|completed?)\b(?: time)?)(?: at)?:?"
)
_SPAN: Final = re.compile(_BEGAN + r"[^.]{0,60}?" + _ENDED + r"\s*" + _CLOCK.format("b"))
_LENGTH: Final = re.compile(
    r"\b(?:over|for|ran|lasted|lasting)\s(?:a total of )?"
    r"(?P<number>\d{1,3}(?:\.\d)?)\s*-?(?P<unit>min|hour|hr)"
)
_BEFORE: Final = 160  # characters in which the name of what ran is looked for
_HOUR: Final = 60
_HALF: Final = 31  # minutes of a further hour that must have run
_DAY: Final = 24 * _HOUR
_NOON: Final = 12 * _HOUR
_REFERENCE: Final = "Medicare Claims Processing Manual ch. 12 §30.5, ch. 4 §230.2"


class Run(NamedTuple):
    """One infusion: of a drug or of fluid, its minutes, and where the note says so."""

    what: str
    minutes: int
    evidence: Evidence


def runs(chart: Chart) -> list[Run]:
    """The infusions of the notes with a stated time; the same quotation once."""
    found = {(run.what, run.evidence.text): run for page in chart.pages for run in _runs(page)}
    return list(found.values())


def further_hours(minutes: int) -> int:
    """Hours beyond the first of which more than half ran."""
    return max(0, (minutes - _HALF) // _HOUR)


def infusions(lines: Sequence[ServiceLine], chart: Chart) -> Iterator[DocumentedService | Finding]:
    """The verdicts on the hours of infusions that were charged."""
    codes = {line.code for line in lines}
    rules = [r for r in data("timed")["infusions"] if not codes.isdisjoint((r["first"], r["more"]))]
    if not rules or not chart.pages:
        return
    found = runs(chart)
    for rule in rules:
        if sum(other["what"] == rule["what"] for other in rules) > 1:
            why = "the notes do not tell the hours of both kinds of infusion apart"
            first = next(line for line in lines if line.code in (rule["first"], rule["more"]))
            target = f"line:{first.line_id}"
            yield finding("infusion.over", target, Outcome.NOT_CHECKED, code=first.code, why=why)
            continue
        long = [run for run in found if run.what == rule["what"] and run.minutes >= rule["least"]]
        yield from _first(rule, lines, long)
        yield from _more(rule, lines, long)


def _first(rule: dict[str, Any], lines: Sequence[ServiceLine], long: list[Run]) -> Iterator[Finding]:
    for line in lines:
        if line.code == rule["first"]:
            outcome = Outcome.PASS if long else Outcome.FAIL
            words = {"code": line.code, "least": rule["least"]}
            yield finding("infusion.untimed", f"line:{line.line_id}", outcome, **words)


def _more(
    rule: dict[str, Any], lines: Sequence[ServiceLine], long: list[Run]
) -> Iterator[DocumentedService | Finding]:
    charged = [line for line in lines if line.code == rule["more"]]
    units = sum(further_hours(run.minutes) for run in long)
    if not charged and not units:
        return
    line_id = charged[0].line_id if charged else ""
    number = sum((line.units for line in charged), Decimal(0))
    said = " + ".join(f"{run.minutes} minutes" for run in long) or "no stated time"
    yield _service(rule["more"], units, line_id, long)
    target = f"line:{line_id}" if charged else f"service:{rule['more']}"
    words = {"code": rule["more"], "charged": plain(number), "said": said, "units": units}
    if charged:
        yield finding("infusion.over", target, Outcome.FAIL if number > units else Outcome.PASS, **words)
    if number < units:
        yield finding("infusion.under", target, **words)


def _service(code: str, units: int, line_id: str, long: list[Run]) -> DocumentedService:
    elements = tuple(
        Element(
            name="infusion",
            value=str(run.minutes),
            reason=f"{run.minutes} minutes, {run.what}",
            evidence=(run.evidence,),
        )
        for run in long
    )
    return DocumentedService(
        kind=ServiceKind.ADMINISTRATION,
        code=code,
        units=Decimal(units),
        line_id=line_id,
        elements=elements,
        reason=f"{units} further hour(s) of which more than half ran",
        reference=_REFERENCE,
    )


def _runs(page: Page) -> Iterator[Run]:
    folded = page.note.folded
    for shape, minutes_of in ((_SPAN, _between), (_LENGTH, _stated)):
        for match in shape.finditer(folded):
            begin = max(page.sentence(match.start())[0] - _BEFORE, 0)
            near = folded[begin : match.end() + _BEFORE // 2]
            minutes = minutes_of(match)
            ran = minutes > 0 and _pattern("running").search(near) and not _planned(page, match.start())
            if ran and page.done(match.start(), match.end()):
                what = _what(page, begin, match.end())
                yield Run(what, minutes, page.evidence(match.start(), match.end()))


def _planned(page: Page, at: int) -> bool:
    """Whether the sentence says that the drug is still to be given, or was not."""
    begin, end = page.sentence(at)
    return pattern("not_given").search(page.note.folded, begin, end) is not None


def _what(page: Page, start: int, end: int) -> str:
    """What ran: fluid where a fluid is named later than any drug (some fluids have a drug's code, too)."""
    drugs = [hit.start for hit in drug_names().find(page.words, start, end)]
    fluids = [match.start() for match in _pattern("fluid").finditer(page.note.folded, start, end)]
    return "fluid" if fluids and max(fluids) >= max(drugs, default=-1) else "drug"


def _between(match: re.Match[str]) -> int:
    """Minutes from one time of the clock to the other, past midnight too."""
    start, stop = (_clock(match, name) for name in "ab")
    return (stop - start) % _DAY


def _clock(match: re.Match[str], name: str) -> int:
    minutes = int(match[f"{name}h"]) * _HOUR + int(match[f"{name}m"])
    half = match[f"{name}half"]
    return minutes % _NOON + (_NOON if half == "p" else 0) if half else minutes


def _stated(match: re.Match[str]) -> int:
    number = Decimal(match["number"])
    return int(number if match["unit"] == "min" else number * _HOUR)


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{data('timed')[name]})\b")
