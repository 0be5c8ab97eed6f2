"""The pieces of an assessment or plan: lines, and the numbered items of a line that holds several."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from services.coder.reading.kinds import LISTS, Division, SectionKind
from services.coder.reading.lines import Line
from services.coder.reading.model import Section
from services.coder.reading.places import begun, occurrences

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
_STATED: Final = frozenset({_K.IMPRESSION, _K.ASSESSMENT})
"""Sections whose lines may be lists, and may be sentences."""
MARKED: Final = frozenset({"number", "hash"})
_ASSESSING: Final = Division.ASSESSMENT_AND_PLAN
_COUNT: Final = re.compile(
    r"(?:(?<=\s)|^)\(?(\d{1,2})[.)][ \t]{1,3}(?=[A-Za-z]|\d{1,2}(?:\.\d{1,2})?[ -]?[cm]m\b)"
    r"|(?:(?<=[.;:][ \t])|^)(\d{1,2})[ \t](?=[A-Z])"
)
_BARE: Final = re.compile(r"(?<=[A-Za-z\d)%,][ \t])(\d{1,2})[ \t](?=[A-Z])")
"""A number behind words without a stop, where those before it stood behind one: «1 Afib stable 2 HTN»."""
_WITHOUT_POINT: Final = 2  # the group of `_COUNT` that no point follows
_HASH: Final = re.compile(r"(?:(?<=\s)|^)#(?:\d{1,2})?[ \t]{0,3}(?=[A-Za-z])")
_ORDINALS: Final = ("first", "1st", "one", "1")
_DICTATED: Final = re.compile(
    r"(?:(?<=[.;:!?]\s)|^)(?:(?:for|as for|as to|regarding|about)\s)?(?:(?:his|her|the|their|my|our)\s)?"
    r"(?:(first|second|third|fourth|fifth|sixth|seventh|next|last|final)\s(?:problem|issue|concern|diagnosis)"
    r"|(?:problem|issue|diagnosis)\s(?:number\s)?(one|two|three|four|five|six|seven|[1-9]))"
    r"(?:\stoday)?(?:\sis\s|\s?[,:-]\s)\s*(?=[a-z])",
    re.IGNORECASE | re.MULTILINE,
)
"""How a problem is counted in dictation: «For her second problem, hypertension.»"""
_NUMBERED: Final = ("one", "1", "number")
_NAMED_SO: Final = ("problem", "issue", "concern", "diagnosis")
_LEADING: Final = " \t/"
"""What may stand between a heading and its first item: «A/ 1. gout»."""
_OF_NUMBER: Final = re.compile(
    r"(?i:stage|type|grade|class|level|category|group|phase|day|week|no|number)[ \t]$"
)
"""What the number behind it belongs to: «1. CKD stage 2. Stable» is one item."""
_STOP: Final = re.compile(r"(?<=[a-z\d)])\.[ \t]+(?=[A-Z])")
"""Where a sentence of a list of diagnoses ends."""
_NAME: Final = 8  # words of a diagnosis that is a sentence of its own
_BEHIND_COUNT: Final = frozenset(".) \t")


class Piece:
    """A line's words, or one numbered item of it.

    `begin` is where its mark stands, `start` where its words do; `indent` counts the spaces before its line.
    """

    def __init__(self, begin: int, start: int, end: int, *, marker: str, indent: int, section: int) -> None:
        self.begin = begin
        self.start = start
        self.end = end
        self.marker = marker
        self.indent = indent
        self.section = section

    def part(self, begin: int, start: int, end: int) -> "Piece":
        """A part of it, under the same mark."""
        return Piece(begin, start, end, marker=self.marker, indent=self.indent, section=self.section)


class _Mark:
    """The number or # of an item within a line: where it stands, and where the item's words begin."""

    def __init__(self, start: int, end: int, marker: str) -> None:
        self.start = start
        self.end = end
        self.marker = marker


def regions_of(text: str, lines: list[Line], sections: Sequence[Section]) -> list[list[Piece]]:
    """The pieces of each run of neighbouring sections that may state problems."""
    regions: list[list[Piece]] = []
    region: list[Piece] = []
    starts = [line.start for line in lines]
    for index, section in enumerate(sections):
        guessed = section.inferred and len(sections) > 1  # its sentences are asked one by one (`infer`)
        if guessed or section.kind not in PROBLEM_KINDS or section.division is not _ASSESSING:
            if region:
                regions.append(region)
                region = []
            continue
        for at in range(max(begun(starts, section.body.start), 0), len(lines)):
            if lines[at].start >= section.body.end:
                break
            after = lines[at + 1] if at + 1 < len(lines) else None
            region.extend(_pieces(text, lines[at], after, section, index))
    if region:
        regions.append(region)
    return regions


def _pieces(text: str, line: Line, after: Line | None, section: Section, index: int) -> list[Piece]:
    """The pieces of one line within its section; `after` is the line below."""
    start = max(line.words, section.body.start)
    end = min(line.end, section.body.end)
    if start >= end:
        return []
    whole = start == line.words
    # A list stands as far in as its first item: «Dx: 1. ...» over «    2. ...».
    first = Piece(
        line.start if whole else start,
        start,
        end,
        marker=line.marker if whole else "",
        indent=line.indent + (0 if whole else start - line.start),
        section=index,
    )
    if first.marker in MARKED:
        marks = _continued(text, line, after, end) if first.marker == "number" else []
    else:
        marks = _enumerated(text, start, end)
    if not marks:
        if text.find(";", start, end) >= 0 and (
            section.kind in LISTS or _is_chain(text, section, start, end)
        ):
            return _separated(text, first)
        if section.kind in LISTS and not first.marker:
            return _sentences(text, first)
        return [] if text[start:end].isspace() else [first]
    before = text[start : marks[0].start].strip(_LEADING)
    found = [first.part(first.begin, start, marks[0].start)] if before else []
    indent = line.indent + (0 if first.marker else marks[0].start - line.start)
    for position, mark in enumerate(marks):
        stop = marks[position + 1].start if position + 1 < len(marks) else end
        found.append(Piece(mark.start, mark.end, stop, marker=mark.marker, indent=indent, section=index))
    return found


def _is_chain(text: str, section: Section, start: int, end: int) -> bool:
    """Whether a line of an impression is names with semicolons between, and no sentences."""
    last = start + len(text[start:end].rstrip(" ."))
    return section.kind in _STATED and text.find(". ", start, last) < 0


def _separated(text: str, piece: Piece) -> list[Piece]:
    """The diagnoses of one line, set apart by semicolons."""
    found: list[Piece] = []
    start = piece.start
    while start < piece.end:
        stop = text.find(";", start, piece.end)
        stop = stop if stop >= 0 else piece.end
        if text[start:stop].strip():
            begin = piece.begin if start == piece.start else start
            found.append(piece.part(begin, start + (text[start] == " "), stop))
        start = stop + 1
    return found


def _sentences(text: str, piece: Piece) -> list[Piece]:
    """The diagnoses of one line, each a short sentence: «Chest pain. Hypertension.»; or the whole line."""
    ends = [end.end() for end in _STOP.finditer(text, piece.start, piece.end)]
    edges = [piece.start, *ends, piece.end]
    found = [
        piece.part(piece.begin if start == piece.start else start, start, stop)
        for start, stop in pairwise(edges)
        if not text[start:stop].isspace()
    ]
    return found if all(len(text[one.start : one.end].split()) <= _NAME for one in found) else [piece]


def _enumerated(text: str, start: int, end: int) -> list[_Mark]:
    """The marks of the items "1. ... 2. ..." within a line, counting up from 1; or of "#A ... #B"; or of "For
    his first problem, ... Second problem, ...".
    """
    found = _counted(text, start, end)
    hashes = _hashes(text, start, end) or ([] if found else _dictated(text, start, end))
    if hashes:
        found = sorted([*found, *hashes], key=lambda mark: mark.start)
    return found if len(found) > 1 or (found and not text[start : found[0].start].strip(_LEADING)) else []


def _continued(text: str, line: Line, after: Line | None, end: int) -> list[_Mark]:
    """The further items of a line that begins with a number: «1. gout 2. low back pain»."""
    number = _number(text, line)
    if number is None or (after is not None and _number(text, after) == number + 1):
        return []
    marks = _counted(text, line.words, end, number + 1)
    return [] if any(_OF_NUMBER.search(text, line.words, mark.start) for mark in marks) else marks


def _number(text: str, line: Line) -> int | None:
    """The number that a line begins with."""
    digits = text[line.start : line.words].strip(" \t#().:")
    return int(digits) if digits.isdecimal() else None


def _counted(text: str, start: int, end: int, first: int = 1) -> list[_Mark]:
    """The numbers of a line that count up from `first`, each before the words of an item."""
    found: list[_Mark] = []
    digits = str(first)
    bare = False  # whether the first number stood without a point
    at = text.find(digits, start, end)
    while at >= 0:
        stop = at + len(digits)
        mark: re.Match[str] | None = None
        if stop < end and text[stop] in _BEHIND_COUNT:
            begin = at - (at > start and text[at - 1] == "0")
            mark = _COUNT.match(text, begin - (begin > start and text[begin - 1] == "("), end)
            if mark is None and bare:
                mark = _BARE.match(text, at, end)
        if mark is not None and int(mark.group(mark.lastindex or 1)) == len(found) + first:
            bare = bare or (not found and mark.lastindex == _WITHOUT_POINT)
            found.append(_Mark(mark.start(), mark.end(), "number"))
            digits = str(len(found) + first)
            stop = mark.end()
        at = text.find(digits, stop, end)
    return found


def _hashes(text: str, start: int, end: int) -> list[_Mark]:
    """The # of a line that stand before words."""
    found: list[_Mark] = []
    at = text.find("#", start, end)
    while at >= 0:
        mark = _HASH.match(text, at, end)
        if mark is not None:
            found.append(_Mark(at, mark.end(), "hash"))
        at = text.find("#", at + 1, end)
    return found


def _dictated(text: str, start: int, end: int) -> list[_Mark]:
    """The words of a line that count problems, from the first."""
    line = text[start:end].lower()
    if not any(_counts_first(line, word) for word in _NAMED_SO):
        return []
    found = list(_DICTATED.finditer(text, start, end))
    if not found or (found[0][1] or found[0][2]).lower() not in _ORDINALS:
        return []
    return [_Mark(mark.start(), mark.end(), "number") for mark in found]


def _counts_first(line: str, word: str) -> bool:
    """Whether a line may speak of the first of several problems, by one word for these; cheap, and mostly
    not.
    """
    return any(
        line.endswith(_ORDINALS, 0, max(at - 1, 0)) or line.startswith(_NUMBERED, at + len(word) + 1)
        for at in occurrences(line, word)
    )
