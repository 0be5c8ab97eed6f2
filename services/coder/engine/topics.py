"""What is meant by a problem that is called by an organ or a measure, under which nothing is stated: «Blood
pressure. Controlled.» is the patient's hypertension, where the history tells one condition of that kind
(IV.J: what is managed is coded); so is «As to the pressure, it is at goal on lisinopril» of an assessment in
prose. Which name is of which conditions is data: `data/topics.yaml`.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from services.coder.engine import assertion, sections, zones
from services.coder.engine.drug_classes import may_name_drug
from services.coder.engine.finding import in_lines
from services.coder.engine.model import Encounter, Mention, Zone
from services.coder.engine.tables import table
from services.coder.reading import Note, SectionKind
from services.coder.reading.places import nearest
from services.coder.terminology.index import Terminology

_CATEGORY: Final = 3
_MARKS: Final = (",", "(", ";", ":")
_WHOSE: Final = ("her ", "his ", "their ", "the ", "my ", "your ")
_LED: Final = re.compile(
    r"(?:and )?(?:as (?:to|for|regards)|regarding|concerning|with regard to|in regard to|turning to"
    r"|on the (?:matter|subject|question) of) (?:the |his |her |their )?([a-z0-9/ ]+?)(?:,| is\b| are\b|:)"
)
_LEADING: Final = (
    "and ",
    "as ",
    "regarding ",
    "concerning ",
    "with regard",
    "in regard",
    "turning ",
    "on the ",
)
"""What each of these begins with."""
_SUBJECT: Final = re.compile(
    r"(?:(?:the|his|her|their) )?([a-z0-9/ ]+?) (?:is|are|remains?|stays?|has|have|looks?|runs?)\b"
)
_RETURNED: Final = re.compile(
    r"\b(?:evidence|signs?|trace|return|recurrence) of (?:the|his|her|their|that) (?:old )?([a-z]+)\b"
)
_TOLD: Final = frozenset(
    (
        SectionKind.UNLABELLED,
        SectionKind.HPI,
        SectionKind.SUBJECTIVE,
        SectionKind.INTERVAL_HISTORY,
        SectionKind.CHIEF_COMPLAINT,
        SectionKind.REASON_FOR_VISIT,
        SectionKind.PAST_HISTORY,
        SectionKind.PAST_MEDICAL_HISTORY,
        SectionKind.PROBLEM_LIST,
        SectionKind.ASSESSMENT,
        SectionKind.ASSESSMENT_PLAN,
    )
)
_OWN: Final = frozenset(("affirmed", "historical"))


def known(
    note: Note, pieces: zones.Lines, chosen: list[Mention], encounter: Encounter, vocabulary: Terminology
) -> list[Mention]:
    """The conditions that the names of problems, and what sentences of prose begin with, mean by an organ or
    a measure.
    """
    out: list[Mention] = []
    history: list[Mention] | None = None
    for index, codes in (*_titled(note, chosen), *_spoken(note, pieces)):
        if any(m.code.startswith(codes) for m in (*chosen, *out)):
            continue
        if history is None:
            history = _history(note, encounter, vocabulary)
        told = [mention for mention in history if mention.code.startswith(codes)]
        if len({mention.code[:_CATEGORY] for mention in told}) == 1:
            best = max(told, key=lambda mention: (len(mention.stems), -mention.start))
            zone = Zone.PROBLEM if index >= 0 else Zone.ASSESSMENT
            out.append(best.having(zone=zone, problem=index, whole=False))
    return out


def _titled(note: Note, chosen: list[Mention]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The problems that are called by an organ or a measure, with the codes that these may mean."""
    for index, problem in enumerate(note.problems):
        codes = _codes(note.folded[problem.title.start : problem.title.end])
        if codes and not any(m.problem == index and m.code[0] != "R" for m in chosen):
            yield index, codes


def _spoken(note: Note, pieces: zones.Lines) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The same of the sentences of prose that begin with one, or say that nothing has come back of one; of a
    mere «her pressure is» only with the drug for it.
    """
    loose = {line.start for line in pieces.loose()}
    for line in pieces.others():
        if line.section not in sections.CONCLUSION:
            continue
        led = note.folded.startswith(_LEADING, line.start)
        named = _LED.match(note.folded, line.start, line.end) if led else None
        if named is None and line.start in loose:
            named = _stated(note.folded, line)
        codes = _by_name().get(named[1]) if named is not None else None
        if codes:
            yield -1, codes


def _stated(folded: str, line: zones.Line) -> re.Match[str] | None:
    """What a sentence says something of, with a drug, or says not to have come back."""
    named = _SUBJECT.match(folded, line.start, line.end)
    if named is not None and may_name_drug(folded[named.end() : line.end]):
        return named
    return _RETURNED.search(folded, line.start, line.end)


def _codes(title: str) -> tuple[str, ...]:
    """The first characters of the codes that the name of a problem may mean; none if it is none of these."""
    name = title[: nearest(title, 0, len(title), _MARKS)]
    if name.startswith(_WHOSE):
        name = name[name.index(" ") :]
    return _by_name().get(name.strip(), ())


@cache
def _by_name() -> dict[str, tuple[str, ...]]:
    return {name: tuple(topic["codes"]) for topic in table("topics") for name in topic["names"]}


def _history(note: Note, encounter: Encounter, vocabulary: Terminology) -> list[Mention]:
    """What the note tells of the patient's conditions."""
    return [
        mention
        for mention in in_lines(note, zones.of_kinds(note, _TOLD, Zone.HISTORY), vocabulary)
        if assertion.verdict(note, mention, encounter.setting)[1] in _OWN
    ]
