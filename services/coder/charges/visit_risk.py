"""The risk of what was decided for the patient: the third element of medical decision making.

Only decisions of this visit count: what the assessment, the plan or the course of the visit says, not the
lists that are carried along. Words: `data/em_words.yaml`.
"""

import re
from collections.abc import Iterator
from functools import cache
from string import ascii_lowercase
from typing import NamedTuple

from services.coder.charges.chart import BACKGROUND, UNSAID, Chart, Lexicon, Page, Words
from services.coder.charges.visit_data import undone
from services.coder.charges.visit_rules import LEVELS
from services.coder.encounter.tables import data
from services.coder.reading import Division, SectionKind
from services.coder.reading.places import occurrences
from services.contracts.coding import Element, Evidence

_WHERE = frozenset(
    (
        SectionKind.EMERGENCY_COURSE,
        SectionKind.HOSPITAL_COURSE,
        SectionKind.MEDICAL_DECISION_MAKING,
        SectionKind.INSTRUCTIONS,
        SectionKind.DISPOSITION,
        SectionKind.UNLABELLED,
        SectionKind.OTHER,
        SectionKind.DISCHARGE_MEDICATIONS,
    )
)
_PAID_APART = frozenset((SectionKind.PROCEDURES, SectionKind.PROCEDURE_DESCRIPTION, SectionKind.ANESTHESIA))
"""What is done there has a charge of its own."""
_TABLES = (("high_risk", 3), ("moderate_risk", 2), ("low_risk", 1), ("minimal_risk", 0))
_DECIDED = frozenset(("hypothetical.after", "hypothetical.test"))
"""What takes no decision back: that a drug is taken as needed, or that a result is still awaited."""
_LEAST = 6
"""Letters that a word needs before its ending makes it a drug."""
_FIRST = re.compile(r"[a-z0-9]+")
_LETTERS = frozenset(ascii_lowercase)
_DOSE = re.compile(r" (?<=[a-z]{4} )\d+(?:\.\d+)?\s?(?:mg|mcg|units)\b")
"""A dose, from the space behind a word that may be a drug."""
_LEAST_DOSED = 4
"""Letters of such a word."""


class Decided(NamedTuple):
    """A decision: its level, what kind it is, where it is said."""

    level: int
    kind: str
    evidence: Evidence


def risk(chart: Chart) -> Element | None:
    """The element, or None where the note decides nothing."""
    found = [one for page in chart.pages for one in _decisions(page)]
    if not found:
        return None
    top = max(one.level for one in found)
    chosen: dict[str, Decided] = {}
    for one in found:
        if one.level == top:
            chosen.setdefault(one.evidence.text.lower(), one)
    kinds = dict.fromkeys(one.kind for one in chosen.values())
    return Element(
        name="risk",
        value=LEVELS[top],
        reason=", ".join(kinds),
        evidence=tuple(one.evidence for one in chosen.values()),
    )


def _decisions(page: Page) -> Iterator[Decided]:
    for hit in page.hits(_words()):
        if _decided(page, hit.start, hit.end):
            table, kind = hit.concept.split("/")
            yield Decided(dict(_TABLES)[table], kind, page.evidence(hit.start, hit.end))
    for start, end in _drugs(page):
        yield Decided(2, "prescription drug", page.evidence(start, end))


@cache
def _words() -> Lexicon:
    words = data("em_words")
    return Lexicon(
        {f"{name}/{kind}": phrases for name, _ in _TABLES for kind, phrases in words[name].items()}
    )


def _decided(page: Page, start: int, end: int) -> bool:
    note = page.note
    section = note.section_at(start)
    label = note.folded[end : end + 1] == ":"
    if label or section.kind in BACKGROUND or section.kind in _PAID_APART or _unsaid(page, start, end):
        return False
    return section.division is Division.ASSESSMENT_AND_PLAN or section.kind in _WHERE


def _unsaid(page: Page, start: int, end: int) -> bool:
    """Whether the note takes it back."""
    if undone(page, start):
        return True
    triggers = page.note.context_at(start, end).triggers
    return any(t.flag & UNSAID and t.rule not in _DECIDED for t in triggers)


def _drugs(page: Page) -> Iterator[tuple[int, int]]:
    """Prescription drugs that are started, continued, changed or dosed."""
    folded = page.note.folded
    for start, end in (*_named(page.words), *_dosed(folded)):
        if folded[start:end] in _not_prescribed() or not _decided(page, start, end):
            continue
        begin, stop = page.sentence(start)
        if _managed().search(folded, begin, stop):
            yield start, end


def _named(words: Words) -> list[tuple[int, int]]:
    """The listed drugs, and words with the endings of generic names; only where such a word begins is looked
    at.
    """
    folded = words.folded
    pattern, begun, endings = _drug_pattern(), _drugs_begun(), _endings()
    places: list[int] = []
    for word in words.present:
        if word in begun or word.endswith(endings):
            places += occurrences(folded, word)
    found: list[tuple[int, int]] = []
    taken = 0
    for at in sorted(set(places)):
        match = pattern.match(folded, at) if at >= taken else None
        if match is not None:
            taken = match.end()
            found.append(match.span())
    return found


def _dosed(folded: str) -> list[tuple[int, int]]:
    """Words with a dose behind them: drugs whose names are in no list."""
    found: list[tuple[int, int]] = []
    taken = 0
    for match in _DOSE.finditer(folded):
        end = match.start()
        start = end
        while start > taken and folded[start - 1] in _LETTERS:
            start -= 1
        whole = start == 0 or not (folded[start - 1].isalnum() or folded[start - 1] == "_")
        if whole and end - start >= _LEAST_DOSED:
            taken = match.end()
            found.append((start, end))
    return found


@cache
def _not_prescribed() -> frozenset[str]:
    """Words before a dose that are no drug, and drugs that need no prescription."""
    words = data("em_words")
    return frozenset((*words["endings_not"], *words["low_risk"]["over-the-counter drug"]))


@cache
def _endings() -> tuple[str, ...]:
    """The endings of generic names."""
    return tuple(data("em_words")["endings"])


@cache
def _drugs_begun() -> frozenset[str]:
    """The first words of the listed drugs, as they may be written."""
    firsts = [_FIRST.match(name) for name in data("em_words")["drugs"]]
    return frozenset(form for first in firsts if first for form in (first.group(), first.group() + "s"))


@cache
def _drug_pattern() -> re.Pattern[str]:
    """The listed drugs, and words with the endings of generic names."""
    words = data("em_words")
    named = sorted(words["drugs"], key=lambda name: (-len(name), name))
    endings = "|".join(words["endings"])
    stem = max(_LEAST - min(map(len, words["endings"])), 1)
    return re.compile(
        rf"\b(?:(?:{'|'.join(map(re.escape, named))})s?"
        rf"|(?=[a-z]{{{_LEAST},}})[a-z]{{{stem - 1},}}(?:{endings}))\b"
    )


@cache
def _managed() -> re.Pattern[str]:
    words = data("em_words")
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words['verbs']))})|{words['dose']}")
