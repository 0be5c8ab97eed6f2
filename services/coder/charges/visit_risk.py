"""The risk of what was decided for the patient: the third element of medical decision making.

Only decisions of this visit count: what the assessment, the plan or the course of the visit says, not the
lists that are carried along. Words: `data/em_words.yaml`.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from services.coder.charges.chart import BACKGROUND, UNSAID, Chart, Lexicon, Page
from services.coder.charges.visit_data import undone
from services.coder.charges.visit_rules import LEVELS
from services.coder.encounter.tables import data
from services.coder.reading import Division, SectionKind
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
_AS_NEEDED = "hypothetical.after"
_LEAST = 6
"""Letters that a word needs before its ending makes it a drug."""


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
    for hit in _words().find(page.words):
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
    """Whether the note takes it back. A drug to be taken "as needed" is decided on all the same."""
    if undone(page, start):
        return True
    triggers = page.note.context_at(start, end).triggers
    return any(t.flag & UNSAID and t.rule != _AS_NEEDED for t in triggers)


def _drugs(page: Page) -> Iterator[tuple[int, int]]:
    """Prescription drugs that are started, continued, changed or dosed."""
    note = page.note
    for pattern in (_drug_pattern(), _dosed()):
        for match in pattern.finditer(note.folded):
            start, end = match.span("drug")
            if match["drug"] in _not_prescribed() or not _decided(page, start, end):
                continue
            begin, stop = page.sentence(start)
            if _managed().search(note.folded, begin, stop):
                yield start, end


@cache
def _dosed() -> re.Pattern[str]:
    """Any word with a dose behind it: a drug whose name is in no list."""
    return re.compile(r"\b(?P<drug>[a-z]{4,}) \d+(?:\.\d+)?\s?(?:mg|mcg|units)\b")


@cache
def _not_prescribed() -> frozenset[str]:
    """Words before a dose that are no drug, and drugs that need no prescription."""
    words = data("em_words")
    return frozenset((*words["endings_not"], *words["low_risk"]["over-the-counter drug"]))


@cache
def _drug_pattern() -> re.Pattern[str]:
    """The listed drugs, and words with the endings of generic names."""
    words = data("em_words")
    named = sorted(words["drugs"], key=lambda name: (-len(name), name))
    endings = "|".join(words["endings"])
    stem = max(_LEAST - min(map(len, words["endings"])), 1)
    return re.compile(
        rf"\b(?P<drug>(?:{'|'.join(map(re.escape, named))})s?"
        rf"|(?=[a-z]{{{_LEAST},}})[a-z]{{{stem - 1},}}(?:{endings}))\b"
    )


@cache
def _managed() -> re.Pattern[str]:
    words = data("em_words")
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words['verbs']))})|{words['dose']}")
