"""How much data was reviewed and analysed: the second element of medical decision making.

Tests ordered or reviewed, each once; outside documents; a historian who is not the patient; an
interpretation of one's own; a discussion with another professional. Words: `data/em_words.yaml`.
"""

import re
from collections.abc import Collection, Iterator
from functools import cache
from typing import NamedTuple

from services.coder.charges.chart import BACKGROUND, Chart, Lexicon, Page
from services.coder.charges.visit_rules import LEVELS
from services.coder.encounter.tables import data
from services.coder.reading import Division, Flag, SectionKind
from services.contracts.coding import Element, Evidence

_WHERE = frozenset(
    (SectionKind.EMERGENCY_COURSE, SectionKind.HOSPITAL_COURSE, SectionKind.MEDICAL_DECISION_MAKING)
)
_DIVISIONS = frozenset((Division.ASSESSMENT_AND_PLAN, Division.OBJECTIVE_RESULTS))
_OTHERS = Flag.FAMILY | Flag.OTHER_PERSON | Flag.HYPOTHETICAL
_BEFORE = 28  # characters


class Reviewed(NamedTuple):
    """One thing that counts: its category (test, document, historian, ...), its name, where it is said."""

    category: str
    name: str
    evidence: Evidence


def data_reviewed(chart: Chart, charged: Collection[str]) -> Element | None:
    """The element, or None where the note names no data. `charged`: the numbers on the encounter's lines."""
    found: dict[tuple[str, str], Reviewed] = {}
    for page in chart.pages:
        for one in (*_tests(page, charged), *_others(page)):
            found.setdefault((one.category, one.name), one)
    if not found:
        return None
    listed = list(found.values())
    return Element(
        name="data",
        value=LEVELS[level_of([one.category for one in listed])],
        reason=", ".join(f"{one.category} ({one.name})" if one.name else one.category for one in listed),
        evidence=tuple(one.evidence for one in listed),
    )


def level_of(categories: list[str]) -> int:
    """The level by the three categories of data that the AMA names."""
    rule = data("em_levels")["data"]
    points = sum(category in ("test", "document") for category in categories)
    historian = "historian" in categories
    met = (
        (points + historian >= rule["moderate_points"])
        + ("interpretation" in categories)
        + ("discussion" in categories)
    )
    if met >= rule["moderate_of"]:
        return LEVELS.index("high" if met >= rule["high_of"] else "moderate")
    return LEVELS.index("low" if historian or points >= rule["low_points"] else "straightforward")


@cache
def _test_words() -> Lexicon:
    return Lexicon({name: entry["words"] for name, entry in data("em_words")["tests"].items()})


@cache
def _other_words() -> Lexicon:
    words = data("em_words")
    kinds = {"document": words["documents"], "historian": words["historian"], "self": words["self"]}
    return Lexicon({**kinds, "interpretation": words["interpretation"], "discussion": words["discussion"]})


def tests_in(page: Page) -> Iterator[tuple[str, int, int]]:
    """Name and place of the tests that a note says were ordered or reviewed."""
    for hit in page.hits(_test_words()):
        if _handled(page, hit.start, hit.end):
            yield hit.concept, hit.start, hit.end


def _tests(page: Page, charged: Collection[str]) -> Iterator[Reviewed]:
    table = data("em_words")["tests"]
    for name, start, end in tests_in(page):
        if not set(table[name].get("not_with", ())).intersection(charged):
            yield Reviewed("test", name, page.evidence(start, end))


def _handled(page: Page, start: int, end: int) -> bool:
    note = page.note
    section = note.section_at(start)
    if section.kind in BACKGROUND or note.context_at(start, end).flags & _OTHERS:
        return False
    if undone(page, start):
        return False
    if section.division in _DIVISIONS or section.kind in _WHERE:
        return True
    begin, stop = page.sentence(start)
    return _stem_of("handled").search(note.folded, begin, stop) is not None


def undone(page: Page, start: int) -> bool:
    """Whether the words right before a place say that it was not done, or not yet."""
    return _undone().search(page.note.folded, max(start - _BEFORE, 0), start) is not None


@cache
def _undone() -> re.Pattern[str]:
    words = "|".join(map(re.escape, data("em_words")["undone"]))
    return re.compile(rf"\b(?:{words})\b[^.;:\n]*$")


@cache
def _stem_of(name: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(map(re.escape, data("em_words")[name])) + r")")


def _others(page: Page) -> Iterator[Reviewed]:
    note = page.note
    for hit in page.hits(_other_words()):
        background = note.section_at(hit.start).kind is SectionKind.PRIOR_NOTE
        if hit.concept == "self" or background or note.context_at(hit.start, hit.end).flags & Flag.NEGATED:
            continue
        if hit.concept == "document":
            begin, stop = page.sentence(hit.start)
            if not _stem_of("reviewed").search(note.folded, begin, stop):
                continue
        yield Reviewed(hit.concept, "", page.evidence(hit.start, hit.end))
