"""The sections of a note: what each heading opens, up to the next."""

import re
from collections.abc import Sequence
from typing import Final

from services.coder.reading.headings import headings
from services.coder.reading.kinds import Division, SectionKind
from services.coder.reading.lines import Line
from services.coder.reading.model import Section, Span
from services.coder.reading.openings import Opening, openings_of

_K: Final = SectionKind
_LATER_ASSESSMENT: Final = frozenset(
    {_K.ASSESSMENT, _K.ASSESSMENT_PLAN, _K.DIAGNOSES, _K.DISCHARGE_DIAGNOSIS}
)
_BLANK: Final = re.compile(r"\n[ \t]*\r?\n\s*")
_MEASURED: Final = frozenset({_K.RESULTS, _K.LABORATORY, _K.IMAGING, _K.PATHOLOGY, _K.FINDINGS})


def sections_of(text: str, folded: str, lines: Sequence[Line]) -> list[Section]:
    """The sections of a note, tiling it from 0 to its length; at least one, if only unlabelled."""
    openings = list(openings_of(text, folded, lines))
    found: list[Section] = []
    if not openings or openings[0].start > 0:
        end = openings[0].start if openings else len(text)
        found.append(Section(_K.UNLABELLED, Division.SUBJECTIVE, 0, Span(0, 0), Span(0, end)))
    later_assessment = _later_assessment(openings)
    concluded = any(headings().divisions[o.kind] is Division.ASSESSMENT_AND_PLAN for o in openings)
    division = Division.SUBJECTIVE
    for index, opening in enumerate(openings):
        end = openings[index + 1].start if index + 1 < len(openings) else len(text)
        previous = found[-1].kind if found else _K.UNLABELLED
        if opening.kind is not _K.OTHER:  # a heading that we do not know stays in the division it stands in
            division = headings().divisions[opening.kind]
        if (
            opening.kind is _K.IMPRESSION
            and previous in _MEASURED
            and index < later_assessment
            and not opening.alone
        ):
            division = Division.OBJECTIVE_RESULTS
        body = Span(min(opening.body, end), end)
        found.append(Section(opening.kind, division, opening.start, opening.heading, body))
        if not concluded and not opening.alone:
            found.extend(_paragraphs_after(text, found))
    return found


def _paragraphs_after(text: str, found: list[Section]) -> list[Section]:
    """The paragraphs that follow a heading's own («Results: ...»), in a note whose assessment has no heading:
    they go on with the note, not with that heading. The section before them, the last of `found`, is cut.
    """
    last = found[-1]
    blank = _BLANK.search(text, last.body.start, last.body.end)
    if blank is None or blank.end() >= last.body.end:
        return []
    found[-1] = last._replace(body=Span(last.body.start, blank.end()))
    after = Span(blank.end(), last.body.end)
    return [Section(_K.UNLABELLED, Division.SUBJECTIVE, blank.end(), Span(after.start, after.start), after)]


def _later_assessment(openings: Sequence[Opening]) -> int:
    """Index of the last opening of an assessment, or -1: an impression before it is a reading of a test."""
    return max((i for i, opening in enumerate(openings) if opening.kind in _LATER_ASSESSMENT), default=-1)
