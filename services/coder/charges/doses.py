"""Doses of drugs that a note says were given (or ordered in the visit) by needle.

    "ceftriaxone 1 g IM"                      -> ceftriaxone, 1000 mg, muscle
    "One gram of ceftriaxone given in the vein" -> ceftriaxone, 1000 mg
    "Kenalog-40 (40 mg/mL) 1 mL into the knee"  -> triamcinolone acetonide, 40 mg, joint

Drugs and billing units: `data/hcpcs_drugs.csv`; words of routes: `data/administration.yaml`.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from services.coder.charges.chart import BACKGROUND, UNSAID, Chart, Hit, Lexicon, Page
from services.coder.encounter.tables import data
from services.contracts.coding import Evidence

_NUMBERS: Final = {
    "half a": "0.5",
    "one": "1",
    "a": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "ten": "10",
}
_DOSE: Final = re.compile(
    r"(?<![\w.,-])(?P<number>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?|half a|one|two|three|four|five|ten)[\s-]*"
    r"(?P<unit>million units|milligrams?|mg|micrograms?|mcg|grams?|gm?|units?|iu|ml|cc|meq)\b"
    r"(?!\s*/\s*(?:kg|ml|m2|hr?|dl))"
)
_STRENGTH: Final = re.compile(
    r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>mg|mcg|units)\s*(?:/|per )\s*(?:ml|cc)\b"
)
_TIMES: Final = re.compile(
    r"\bx\s?(?P<digit>[2-6])\b(?!\s*(?:days?|weeks?|months?))|\b(?P<twice>twice|two doses)\b"
)
_SCALES: Final = {
    "mcg": ("mcg", "0.001"),
    "microgram": ("mcg", "0.001"),
    "mg": ("mg", "1"),
    "milligram": ("mg", "1"),
    "g": ("mg", "1000"),
    "gm": ("mg", "1000"),
    "gram": ("mg", "1000"),
    "unit": ("units", "1"),
    "iu": ("units", "1"),
    "million unit": ("units", "1000000"),
    "ml": ("ml", "1"),
    "cc": ("ml", "1"),
    "meq": ("meq", "1"),
}
_NEAR: Final = 48  # characters between a drug's name and its dose
_ASIDE: Final = 4  # characters between a drug and its other name: «triamcinolone (Kenalog)»
_BEFORE: Final = 6  # characters between a dose and the name after it: «1 g of ceftriaxone»


@dataclass(frozen=True, slots=True)
class BillingUnit:
    """What one unit of a HCPCS code stands for: `amount` in milligrams, units, ml or meq.

    `whole`: the code counts each administration ("up to"). `single`: sold in single-dose containers.
    """

    code: str
    drug: str
    amount: Decimal
    unit: str
    whole: bool
    single: bool
    begins: date
    ends: date


class Dose(NamedTuple):
    """One dose in a note: `amount` in the drug's base unit (0: not stated), how often, by which route."""

    drug: str
    amount: Decimal
    unit: str
    times: int
    route: str
    given: bool
    evidence: Evidence


@cache
def billing_units() -> tuple[BillingUnit, ...]:
    """Every row of the table."""
    text = files("services.coder").joinpath("data/hcpcs_drugs.csv").read_text(encoding="utf-8")
    return tuple(_billing_unit(row) for row in csv.DictReader(text.splitlines()))


def _billing_unit(row: dict[str, str]) -> BillingUnit:
    amount, unit = scaled(row["amount"], row["unit"])
    return BillingUnit(
        row["code"],
        row["drugs"].split("|")[0],
        amount,
        unit,
        row["counts"] == "upto",
        row["container"] == "single",
        date.fromisoformat(row["from"]) if row["from"] else date.min,
        date.fromisoformat(row["to"]) if row["to"] else date.max,
    )


@cache
def drug_names() -> Lexicon:
    """The drugs of the table, by their first name."""
    text = files("services.coder").joinpath("data/hcpcs_drugs.csv").read_text(encoding="utf-8")
    names: dict[str, set[str]] = {}
    for row in csv.DictReader(text.splitlines()):
        listed = row["drugs"].split("|")
        names.setdefault(listed[0], set()).update(listed)
    return Lexicon({drug: sorted(listed) for drug, listed in names.items()})


def scaled(number: str, unit: str) -> tuple[Decimal, str]:
    """An amount in its base unit: milligrams, units, ml, meq; what has no scale keeps its name."""
    value = Decimal(_NUMBERS.get(number, number.replace(",", "")))
    base, factor = _SCALES.get(unit.removesuffix("s"), (unit, "1"))
    if base == "mcg":
        base = "mg"
    return value * Decimal(factor), base


def doses(chart: Chart) -> list[Dose]:
    """The doses of the notes; the same dose in two places of the record is one."""
    found: dict[tuple[str, Decimal, str], Dose] = {}
    for page in chart.pages:
        for dose in _page_doses(page):
            key = (dose.drug, dose.amount, dose.unit)
            known = found.get(key)
            if known is None or (dose.given, dose.times) > (known.given, known.times):
                found[key] = dose
    told = {dose.drug for dose in found.values() if dose.amount}
    return [dose for dose in found.values() if dose.amount or dose.drug not in told]


def mentioned(chart: Chart, drug: str) -> bool:
    """Whether any note names the drug as something other than an allergy or what was not given."""
    return any(
        hit.concept == drug and page.done(hit.start, hit.end)
        for page in chart.pages
        for hit in page.hits(drug_names())
    )


def _page_doses(page: Page) -> Iterator[Dose]:
    note = page.note
    for begin, end, hits in _by_sentence(page):
        text = note.folded[begin:end]
        if pattern("not_given").search(text) and not _today(text):
            continue
        for index, hit in enumerate(hits):
            left = hits[index - 1].end if index else begin
            right = hits[index + 1].start if index + 1 < len(hits) else end
            if note.context_at(hit.start, hit.end).flags & UNSAID:
                continue
            dose = _dose(page, hit, (left, right), (begin, end))
            if dose is not None:
                yield dose


def _by_sentence(page: Page) -> Iterator[tuple[int, int, list[Hit]]]:
    """The sentences that name drugs, with the drugs."""
    grouped: dict[tuple[int, int], list[Hit]] = {}
    for hit in page.hits(drug_names()):
        if page.note.section_at(hit.start).kind in BACKGROUND:
            continue
        hits = grouped.setdefault(page.sentence(hit.start), [])
        if hits and hits[-1].concept == hit.concept and hit.start - hits[-1].end <= _ASIDE:
            hits[-1] = hits[-1]._replace(end=hit.end)
        else:
            hits.append(hit)
    for (begin, end), hits in grouped.items():
        yield begin, end, hits


def _today(text: str) -> bool:
    return re.search(r"\b(?:today|in (?:the )?(?:clinic|office|ed|department)|here)\b", text) is not None


def _dose(page: Page, hit: Hit, window: tuple[int, int], sentence: tuple[int, int]) -> Dose | None:
    """The dose that belongs to a drug's name, if the sentence says that it is given by needle."""
    folded = page.note.folded
    text = folded[sentence[0] : sentence[1]]
    route = route_in(text)
    given = pattern("given").search(text) is not None
    if not route and (not given or pattern("mouth").search(text)):
        return None
    amount, unit, start, end = _amount(folded, hit, window)
    times = _TIMES.search(folded, hit.end, window[1])
    count = int(times.group("digit") or 2) if times else 1
    return Dose(hit.concept, amount, unit, count, route, given, page.evidence(start, end))


def _amount(folded: str, hit: Hit, window: tuple[int, int]) -> tuple[Decimal, str, int, int]:
    """Amount and unit beside a name, with the span that holds both; 0 where none stands there."""
    after = _DOSE.search(folded, hit.end, min(window[1], hit.end + _NEAR))
    before = [m for m in _DOSE.finditer(folded, window[0], hit.start) if hit.start - m.end() <= _BEFORE]
    chosen = before[-1] if before else after
    if chosen is None:
        return Decimal(0), "", hit.start, hit.end
    amount, unit = scaled(chosen.group("number"), chosen.group("unit"))
    start, end = min(hit.start, chosen.start()), max(hit.end, chosen.end())
    strength = _STRENGTH.search(folded, hit.start, window[1])
    if unit == "ml" and strength is not None:
        each, unit = scaled(strength.group("number"), strength.group("unit"))
        return amount * each, unit, start, max(end, strength.end())
    return amount, unit, start, end


def route_in(text: str) -> str:
    """The route that a sentence names, or nothing; the more exact words are looked for first."""
    return next((name for name, pattern in _routes().items() if pattern.search(text)), "")


@cache
def _routes() -> dict[str, re.Pattern[str]]:
    routes: dict[str, dict[str, Any]] = data("administration")["routes"]
    return {name: re.compile(rf"\b(?:{entry['words']})\b") for name, entry in routes.items()}


@cache
def pattern(name: str) -> re.Pattern[str]:
    """The words of an entry of `data/administration.yaml`, as whole words."""
    return re.compile(rf"\b(?:{data('administration')[name]})\b")


def wasted(chart: Chart, drug: str) -> Evidence | None:
    """Where a note says that some of the drug was thrown away."""
    for page in chart.pages:
        folded = page.note.folded
        for match in pattern("waste").finditer(folded):
            begin, end = page.sentence(match.start())
            here = {hit.concept for hit in drug_names().find(page.words, begin, end)}
            if (not here or drug in here) and not page.note.context_at(*match.span()).flags & UNSAID:
                return page.evidence(begin, end)
    return None
