"""The sections of a note: what each heading opens, up to the next."""

import re
from typing import Final

from services.coder.reading.headings import headings
from services.coder.reading.kinds import Division, SectionKind
from services.coder.reading.labels import Opening
from services.coder.reading.lines import Line
from services.coder.reading.model import Section, Span
from services.coder.reading.openings import openings_of

_K: Final = SectionKind
_UNLABELLED: Final = _K.UNLABELLED
_OTHER: Final = _K.OTHER
_IMPRESSION: Final = _K.IMPRESSION
_SUBJECTIVE: Final = Division.SUBJECTIVE
_RESULTS: Final = Division.OBJECTIVE_RESULTS
_LATER_ASSESSMENT: Final = frozenset(
    {_K.ASSESSMENT, _K.ASSESSMENT_PLAN, _K.DIAGNOSES, _K.DISCHARGE_DIAGNOSIS}
)
_BLANK: Final = re.compile(r"\n[ \t]*\r?\n\s*")
_ADDRESSED: Final = re.compile(
    r"(?:\n[ \t]*|\. )(?=(?:I|We|My impression)\b(?! (?:do|did|can)\s?not )(?!\.)[^\n]{10})"
)
CONCLUDING: Final = _LATER_ASSESSMENT | {
    _K.IMPRESSION,
    _K.PLAN,
    _K.POSTOPERATIVE_DIAGNOSIS,
    _K.MEDICAL_DECISION_MAKING,
    _K.HOSPITAL_COURSE,
}
"""What states an assessment. A note without any of these states it in its running text."""
_MEASURED: Final = frozenset({_K.RESULTS, _K.LABORATORY, _K.IMAGING, _K.PATHOLOGY, _K.FINDINGS})


def sections_of(text: str, folded: str, lines: list[Line]) -> list[Section]:
    """The sections of a note, tiling it from 0 to its length; at least one, if only unlabelled."""
    openings = openings_of(text, folded, lines)
    divisions = headings().divisions
    found: list[Section] = []
    if not openings or openings[0].start > 0:
        end = openings[0].start if openings else len(text)
        found.append(_unlabelled(0, end))
    later_assessment = _later_assessment(openings)
    concluded = any(opening.kind in CONCLUDING for opening in openings)
    division = _SUBJECTIVE
    for index, opening in enumerate(openings):
        end = openings[index + 1].start if index + 1 < len(openings) else len(text)
        previous = found[-1].kind if found else _UNLABELLED
        if opening.kind is not _OTHER:  # a heading that we do not know stays in the division it stands in
            division = divisions[opening.kind]
        if (
            opening.kind is _IMPRESSION
            and previous in _MEASURED
            and index < later_assessment
            and not opening.alone
        ):
            division = _RESULTS
        heading, body = Span(opening.words, opening.stop), Span(min(opening.body, end), end)
        found.append(Section(opening.kind, division, start=opening.start, heading=heading, body=body))
        if not concluded:
            found.extend(_rest(text, found, alone=opening.alone))
    return found


def _rest(text: str, found: list[Section], *, alone: bool) -> list[Section]:
    """What follows the part under a heading, in a note whose assessment has no heading of its own: the
    paragraphs after that of «Results: ...», and what begins «I explained ...» under findings.

    It goes on with the note, not with that heading. The section before it, the last of `found`, is cut.
    """
    last = found[-1]
    findings = last.division in {Division.OBJECTIVE_EXAM, Division.OBJECTIVE_RESULTS}
    places = [_ADDRESSED.search(text, last.body.start, last.body.end)] if findings else []
    if not alone:
        places.append(_BLANK.search(text, last.body.start, last.body.end))
    cut = min((place.end() for place in places if place is not None), default=last.body.end)
    if cut >= last.body.end:
        return []
    found[-1] = Section(
        last.kind, last.division, start=last.start, heading=last.heading, body=Span(last.body.start, cut)
    )
    return [_unlabelled(cut, last.body.end)]


def _unlabelled(start: int, end: int) -> Section:
    """A stretch of text under no heading."""
    return Section(_UNLABELLED, _SUBJECTIVE, start=start, heading=Span(start, start), body=Span(start, end))


def _later_assessment(openings: list[Opening]) -> int:
    """Index of the last opening of an assessment, or -1: an impression before it is a reading of a test."""
    for index in range(len(openings) - 1, -1, -1):
        if openings[index].kind in _LATER_ASSESSMENT:
            return index
    return -1
