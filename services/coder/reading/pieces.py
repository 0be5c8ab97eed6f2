"""The pieces of an assessment or plan: lines, and the numbered items of a line that holds several."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

from services.coder.reading.kinds import Division, SectionKind
from services.coder.reading.lines import Line
from services.coder.reading.model import Section

_K: Final = SectionKind
PROBLEM_KINDS: Final = frozenset(
    {
        _K.ASSESSMENT,
        _K.PLAN,
        _K.ASSESSMENT_PLAN,
        _K.IMPRESSION,
        _K.DIAGNOSES,
        _K.ADMISSION_DIAGNOSIS,
        _K.DISCHARGE_DIAGNOSIS,
        _K.PREOPERATIVE_DIAGNOSIS,
        _K.POSTOPERATIVE_DIAGNOSIS,
        _K.MEDICAL_DECISION_MAKING,
        _K.HOSPITAL_COURSE,
        _K.DIFFERENTIAL_DIAGNOSIS,
    }
)
_LISTS: Final = frozenset(
    {
        _K.DIAGNOSES,
        _K.ADMISSION_DIAGNOSIS,
        _K.DISCHARGE_DIAGNOSIS,
        _K.PREOPERATIVE_DIAGNOSIS,
        _K.POSTOPERATIVE_DIAGNOSIS,
    }
)
_STATED: Final = frozenset({_K.IMPRESSION, _K.ASSESSMENT})
"""Sections whose lines may be lists, and may be sentences."""
_NUMBER: Final = re.compile(
    r"(?:(?<=\s)|^)\(?(\d{1,2})[.)][ \t]{1,3}(?=[A-Za-z])|(?:(?<=\s)|^)#(\d{1,2})?[ \t]{0,3}(?=[A-Za-z])"
    r"|(?:(?<=[.;:][ \t])|^)(\d{1,2})[ \t](?=[A-Z])"
)
_FIRST_MARKS: Final = ("1.", "1)", "#", "1 ")
"""What the first item of a line is marked with: most lines have none of these, and need no closer look."""


class Piece(NamedTuple):
    """A line's words, or one numbered item of it.

    `begin` is where its mark stands, `start` where its words do; `indent` counts the spaces before its line.
    """

    begin: int
    start: int
    end: int
    marker: str
    indent: int
    section: int


def regions_of(text: str, lines: Sequence[Line], sections: Sequence[Section]) -> Iterator[list[Piece]]:
    """The pieces of each run of neighbouring sections that may state problems."""
    region: list[Piece] = []
    for index, section in enumerate(sections):
        guessed = section.inferred and len(sections) > 1  # its sentences are asked one by one (`infer`)
        if (
            guessed
            or section.kind not in PROBLEM_KINDS
            or section.division is not Division.ASSESSMENT_AND_PLAN
        ):
            if region:
                yield region
                region = []
            continue
        first = max(bisect_right(lines, (section.body.start + 1,)) - 1, 0)  # a line begins with its start
        for line in islice(lines, first, None):
            if line.start >= section.body.end:
                break
            region.extend(_pieces(text, line, section, index))
    if region:
        yield region


def _pieces(text: str, line: Line, section: Section, index: int) -> Iterator[Piece]:
    """The pieces of one line within its section."""
    start = max(line.words, section.body.start)
    end = min(line.end, section.body.end)
    whole = start == line.words
    if start >= end:
        return
    marks = [] if whole and line.marker in {"number", "hash"} else _enumerated(text, start, end)
    # A list stands as far in as its first item: «Dx: 1. ...» over «    2. ...».
    first = Piece(
        line.start if whole else start,
        start,
        end,
        line.marker if whole else "",
        line.indent + (0 if whole else start - line.start),
        index,
    )
    if not marks:
        if ";" in text[start:end] and (section.kind in _LISTS or _is_chain(text, section, start, end)):
            yield from _separated(text, first)
        elif text[start:end].strip():
            yield first
        return
    if text[start : marks[0].start()].strip():
        yield first._replace(end=marks[0].start())
    indent = line.indent + marks[0].start() - line.start
    for position, mark in enumerate(marks):
        stop = marks[position + 1].start() if position + 1 < len(marks) else end
        marker = "number" if mark.group(1) or mark.group(3) else "hash"
        yield Piece(mark.start(), mark.end(), stop, marker, indent, index)


def _is_chain(text: str, section: Section, start: int, end: int) -> bool:
    """Whether a line of an impression is names with semicolons between, and no sentences."""
    return section.kind in _STATED and text.find(". ", start, end) < 0


def _separated(text: str, piece: Piece) -> Iterator[Piece]:
    """The diagnoses of one line, set apart by semicolons."""
    start = piece.start
    while start < piece.end:
        stop = text.find(";", start, piece.end)
        stop = stop if stop >= 0 else piece.end
        if text[start:stop].strip():
            begin = piece.begin if start == piece.start else start
            yield piece._replace(begin=begin, start=start + (text[start] == " "), end=stop)
        start = stop + 1


def _enumerated(text: str, start: int, end: int) -> list[re.Match[str]]:
    """The marks of the items "1. ... 2. ..." within a line, counting up from 1; or of "#A ... #B"."""
    found: list[re.Match[str]] = []
    if all(text.find(mark, start, end) < 0 for mark in _FIRST_MARKS):
        return found
    expected = 1
    for mark in _NUMBER.finditer(text, start, end):
        number = mark.group(1) or mark.group(3)
        if number is None or int(number) == expected:
            found.append(mark)
            expected += number is not None
    return found if len(found) > 1 or (found and found[0].start() == start) else []
