"""Which pieces of a note are read for diagnoses, and how strongly each says that the condition was addressed.

Official Guidelines IV.J (outpatient: code what was addressed or affects management) and III (inpatient:
other diagnoses):
the assessment and the final diagnoses are read first; the narrative only where they are missing, or for what
they leave out.
"""

from collections.abc import Iterator
from typing import NamedTuple

from services.coder.engine.model import Zone
from services.coder.reading import Note, Problem, Section, SectionKind

_FINAL = frozenset(
    (SectionKind.DIAGNOSES, SectionKind.DISCHARGE_DIAGNOSIS, SectionKind.POSTOPERATIVE_DIAGNOSIS)
)
_CONCLUSION = frozenset(
    (
        SectionKind.ASSESSMENT,
        SectionKind.ASSESSMENT_PLAN,
        SectionKind.IMPRESSION,
        SectionKind.MEDICAL_DECISION_MAKING,
    )
)
_EARLIER = frozenset((SectionKind.ADMISSION_DIAGNOSIS, SectionKind.PREOPERATIVE_DIAGNOSIS))
_REASON = frozenset((SectionKind.CHIEF_COMPLAINT, SectionKind.REASON_FOR_VISIT, SectionKind.INDICATION))
_NARRATIVE = frozenset(
    (
        SectionKind.UNLABELLED,
        SectionKind.OTHER,
        SectionKind.HPI,
        SectionKind.SUBJECTIVE,
        SectionKind.INTERVAL_HISTORY,
        SectionKind.PLAN,
        SectionKind.HOSPITAL_COURSE,
        SectionKind.EMERGENCY_COURSE,
        SectionKind.CLINICAL_HISTORY,
    )
)
_HISTORY = frozenset((SectionKind.PAST_HISTORY, SectionKind.PAST_MEDICAL_HISTORY, SectionKind.PROBLEM_LIST))
_TITLE = 9  # words: a shorter line of an assessment is read as the name of a problem


class Line(NamedTuple):
    """A piece of the note that is read as one statement."""

    start: int
    end: int
    zone: Zone
    problem: int
    section: SectionKind


def lines_of(note: Note) -> Iterator[Line]:
    """Every piece of the note that is read, in the order of the text; titles of problems apart from what is
    said under them.
    """
    titles = {problem.title.start: index for index, problem in enumerate(note.problems)}
    for sentence in note.sentences:
        section = note.sections[sentence.section]
        zone = _zone(section)
        if zone is None:
            continue
        index = titles.get(sentence.start, -1)
        owner = _owner(note.problems, sentence.start)
        if index >= 0:
            title = note.problems[index].title
            yield Line(title.start, title.end, Zone.PROBLEM, index, section.kind)
            if title.end < sentence.end:
                yield Line(title.end, sentence.end, Zone.BODY, index, section.kind)
        elif owner >= 0:
            yield Line(sentence.start, sentence.end, Zone.BODY, owner, section.kind)
        else:
            short = zone is Zone.ASSESSMENT and note.text.count(" ", sentence.start, sentence.end) < _TITLE
            yield Line(sentence.start, sentence.end, Zone.PROBLEM if short else zone, -1, section.kind)


def _owner(problems: tuple[Problem, ...], offset: int) -> int:
    for index, problem in enumerate(problems):
        if problem.title.start <= offset < max(problem.body.end, problem.title.end):
            return index
    return -1


def _zone(section: Section) -> Zone | None:
    kind = section.kind
    if kind in _FINAL:
        return Zone.PROBLEM
    if kind in _CONCLUSION:
        return Zone.ASSESSMENT
    if kind in _EARLIER:
        return Zone.NARRATIVE
    if kind in _REASON:
        return Zone.REASON
    if kind in _NARRATIVE:
        return Zone.NARRATIVE
    return Zone.HISTORY if kind in _HISTORY else None
