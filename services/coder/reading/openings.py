"""The headings of a note: alone on a line, before a colon or dash, in capitals, within a line, one letter."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final, NamedTuple

from services.coder.reading.cues import part_labels
from services.coder.reading.headings import LONGEST, headings, kind_of, may_begin, may_end, normalise
from services.coder.reading.kinds import Division, SectionKind
from services.coder.reading.lines import Line
from services.coder.reading.model import Span

_K: Final = SectionKind
_DASHES: Final = (" - ", " \u2013 ", " \u2014 ")
_POINT: Final = ". "
_IMAGED: Final = re.compile(r"\b(?:ct|cta|mri|mra|us|xr|scan|angio|of|the)\s$")
"""What stands before «A/P» of the abdomen and pelvis, which is no assessment and plan."""
_CAPITALS: Final = re.compile(r"[A-Z][A-Z/&]+(?: (?:[A-Z/&]+|&))*(?=[ \t])")
_LETTER: Final = re.compile(
    r"[SOAP](?<![A-Za-z/&][SOAP])(?=[ \t*]{0,3}[:\n]| [-\u2013] |/[ \t\n])"
    r"(?<!P(?=[ \t*]{0,3}:[ \t]{0,3}\d{2,3}\b))"
)
_BEFORE_LETTER: Final = re.compile(r"(?:^|[.;\n\r])[ \t*#]{0,9}$")
_LEAST_LETTERS: Final = 2
_ALONE: Final = re.compile(r"\A(?!(?:.*\n)*[ \t]*B:)(?:.*\n)+A:[ \t]")
"""An A at the beginning of a line below others, of no list of A, B, C."""
_LEAST_UNKNOWN: Final = 4  # letters of a heading outside the vocabulary
# Words after a capital abbreviation that make it part of a sentence: "PMH of COPD".
_GOES_ON: Final = frozenset(
    {
        "of",
        "is",
        "was",
        "significant",
        "notable",
        "includes",
        "including",
        "positive",
        "for",
        "are",
        "remarkable",
    }
)
_CAPITAL_START: Final = re.compile(r"[A-Z](?:(?<=[\s(].)|(?<=^.))")
_CONCLUSIONS: Final = frozenset(
    {
        _K.ASSESSMENT,
        _K.PLAN,
        _K.ASSESSMENT_PLAN,
        _K.IMPRESSION,
        _K.MEDICAL_DECISION_MAKING,
        _K.HOSPITAL_COURSE,
    }
)
_UNDER_PROBLEMS: Final = frozenset({_K.ASSESSMENT, _K.PLAN})
_LISTED: Final = frozenset({_K.PHYSICAL_EXAM, _K.OBJECTIVE, _K.REVIEW_OF_SYSTEMS, _K.RESULTS, _K.IMAGING})
_MOST_HEADINGS: Final = 5000  # per note; more than any note has, so that garbage stays cheap


class Opening(NamedTuple):
    """A heading found: where its line's marks begin, its words, where the body begins, and how it stood."""

    start: int
    heading: Span
    body: int
    kind: SectionKind
    alone: bool


class _Source(NamedTuple):
    """A note's text, and the same text folded."""

    text: str
    folded: str


class _State(NamedTuple):
    """What is open: the section's kind, and the section whose sub-headings are looked for."""

    current: SectionKind = _K.UNLABELLED
    parent: SectionKind = _K.UNLABELLED


@cache
def _after(parent: SectionKind, kind: SectionKind) -> _State:
    """The state once a heading of that kind has been read."""
    within = headings().within
    if kind in within:
        return _State(kind, kind)
    return _State(kind, parent if kind in within.get(parent, {}).values() else _K.UNLABELLED)


def openings_of(text: str, folded: str, lines: Sequence[Line]) -> Iterator[Opening]:
    """The headings of a note, in order, with what may be one decided by what is open already."""
    source = _Source(text, folded)
    letters = _letters(text)
    pending = sorted(letters, reverse=True)
    state = _State()
    count = 0
    for line in lines:
        colon = text.find(":", line.words, line.end)
        lettered = bool(pending) and pending[-1] < line.end
        begins = may_begin(folded, line.words)
        if not lettered and colon < 0 and not (begins and _stands_out(text, line)):
            continue
        found = _of_line(source, line, colon, state, begins=begins) if line.words not in letters else []
        if lettered:
            own: list[Opening] = []
            while pending and pending[-1] < line.end:
                own.append(letters[pending.pop()])
            found = sorted([*found, *own])
        for opening in found:
            state = _after(state.parent, opening.kind)
            yield opening
            count += 1
        if count > _MOST_HEADINGS:
            return


def _stands_out(text: str, line: Line) -> bool:
    """Whether a line looks like one that may be a heading without a colon."""
    return text[line.words].isupper() or line.marker == "hash"


def _of_line(source: _Source, line: Line, colon: int, state: _State, *, begins: bool) -> list[Opening]:
    """The headings of one line: at its start, then after each sentence of it.

    `colon` is the line's first, or -1; `begins` says that its first word may begin a heading.
    """
    current = state.current
    first = _leading(source, line, colon, state) if begins else _unknown(source, line, colon, current)
    found: list[Opening] = []
    if first is not None:
        found.append(first)
        current = first.kind
        colon = source.text.find(":", first.body, line.end)
    while colon >= 0:
        inline = _inline(source, line, colon, current)
        if inline is not None:
            found.append(inline)
            current = inline.kind
        colon = source.text.find(":", colon + 1, line.end)
    return found


def _leading(source: _Source, line: Line, colon: int, state: _State) -> Opening | None:
    """The heading that a line begins with, if it begins with one that may open a section here."""
    text, folded = source
    within = headings().within.get(state.parent)
    for end, alone, sure in _label_ends(text, line, colon):
        if not may_end(folded, line.words, end):
            continue
        label = folded[line.words : end]
        kind = (within.get(normalise(label)) if within else None) or kind_of(label)
        if kind is None or not (sure or _stands_out(text, line)):
            continue
        if text.startswith(_POINT, end) and _of_results(kind) and _of_results(state.current):
            continue  # «CT head. Normal.» among the results is one of them
        if not _may_open(kind, label, line, state.current, alone=alone):
            return None
        return _opening(source, line, end, kind, alone=alone)
    return _bare(source, line, state.current) or _unknown(source, line, colon, state.current)


def _of_results(kind: SectionKind) -> bool:
    return headings().divisions[kind] is Division.OBJECTIVE_RESULTS


def _label_ends(text: str, line: Line, colon: int) -> Iterator[tuple[int, bool, bool]]:
    """Where a label at the line's start may end: (end, alone on the line, marked by a colon)."""
    if 0 <= colon - line.words <= LONGEST:
        yield colon, not text[colon + 1 : line.end].strip(" *_"), True
    elif line.end - line.words <= LONGEST:
        yield line.end, True, False
    reach = min(line.end, line.words + LONGEST)
    for mark in _DASHES:
        dash = text.find(mark, line.words, reach)
        if dash > 0:
            yield dash, False, False
    point = text.find(_POINT, line.words, reach)
    if point > 0 and not line.marker:
        yield point, False, False  # «Course. She came in with ...»


def _opening(source: _Source, line: Line, end: int, kind: SectionKind, *, alone: bool) -> Opening:
    """An opening at a line's start whose label ends at `end`."""
    heading, body = _label(source.text, line.words, end, line.end)
    return Opening(line.start, heading, body, kind, alone)


def _label(text: str, start: int, end: int, line_end: int) -> tuple[Span, int]:
    """The words of a label without marks, and where the text behind its colon begins."""
    body = end
    while body < line_end and text[body] in ":*_ \t-\u2013\u2014=.":
        body += 1
    stop = end
    while stop > start and text[stop - 1] in " \t*_:#=-":
        stop -= 1
    return Span(start, stop), body


def _may_open(kind: SectionKind, label: str, line: Line, current: SectionKind, *, alone: bool) -> bool:
    """Whether a label of the vocabulary is a heading here, and not the label of a piece of what is open."""
    division = headings().divisions[kind]
    if current in _CONCLUSIONS:
        outside = division is not Division.ASSESSMENT_AND_PLAN
        if outside and (line.marker in {"bullet", "number"} or normalise(label) in headings().weak):
            return False
        if outside and line.marker == "hash" and not alone:
            return False  # "# Tobacco - patch" is a problem
        if (
            current is _K.ASSESSMENT_PLAN
            and not alone
            and (kind in _UNDER_PROBLEMS or normalise(label) in part_labels())
        ):
            return False  # "Assessment: ... Plan: ... Education: ..." under each problem
        return alone or line.marker not in {"bullet", "number"}
    if line.marker == "bullet" and current in _LISTED:
        return division is not headings().divisions[current] and normalise(label) not in headings().weak
    return True


def _bare(source: _Source, line: Line, current: SectionKind) -> Opening | None:
    """A heading in capitals before running text, without a colon ("HPI 54 yo F with ...")."""
    text, folded = source
    if not text[line.words : line.words + 2].isupper():
        return None
    run = _CAPITALS.match(text, line.words, line.end)
    if run is None or text[line.words : line.end].isupper():
        return None
    end = run.end()
    while end > line.words:
        label = folded[line.words : end]
        if label in headings().bare:
            kind = kind_of(label)
            goes_on = not _GOES_ON.isdisjoint(folded[end : end + 16].split()[:1])
            if kind is None or goes_on or not _may_open(kind, label, line, current, alone=False):
                return None
            return _opening(source, line, end, kind, alone=False)
        end = text.rfind(" ", line.words, end)
    return None


def _unknown(source: _Source, line: Line, colon: int, current: SectionKind) -> Opening | None:
    """A heading outside the vocabulary: capitals and a colon alone on a line, outside of assessments."""
    if colon != line.end - 1 or colon - line.words > LONGEST or current in _CONCLUSIONS or line.marker:
        return None
    label = source.folded[line.words : colon]
    capitals = source.text[line.words : colon].isupper()
    if not capitals or len(label) < _LEAST_UNKNOWN or label in headings().body_systems:
        return None
    return _opening(source, line, colon, _K.OTHER, alone=True)


def _inline(source: _Source, line: Line, colon: int, current: SectionKind) -> Opening | None:
    """A heading before a colon within a line: after the end of a sentence, or in capitals."""
    text, folded = source
    floor = max(line.words, colon - LONGEST)
    if not may_end(folded, floor, colon):
        return None
    for match in _CAPITAL_START.finditer(text[floor:colon]):
        begin = floor + match.start()
        if begin == line.words or not may_begin(folded, begin) or _IMAGED.search(folded, floor, begin):
            continue
        kind = kind_of(folded[begin:colon])
        if kind is None or not _is_clear(text, line, begin, colon):
            continue
        if current in _CONCLUSIONS and normalise(folded[begin:colon]) in headings().weak:
            return None
        heading, body = _label(text, begin, colon, line.end)
        return Opening(begin, heading, body, kind, alone=False)
    return None


def _is_clear(text: str, line: Line, begin: int, colon: int) -> bool:
    """Whether a label within a line stands apart from what is before it."""
    before = text[max(line.words, begin - 3) : begin]
    return before.rstrip()[-1:] in ".;!?):|" or before.endswith("  ") or text[begin:colon].isupper()


def _is_pair(used: set[str]) -> bool:
    """Whether the letters are those of a note: two of them, S or A among them."""
    return len(used) >= _LEAST_LETTERS and bool(used & {"s", "a"})


def _letters(text: str) -> dict[int, Opening]:
    """The headings of one letter (S: O: A: P:) by offset, if two of them are used or an A begins a line."""
    found = [
        match.start()
        for match in _LETTER.finditer(text)
        if _BEFORE_LETTER.search(text, max(0, match.start() - 12), match.start())
    ]
    used = {text[at].lower() for at in found}
    if len(found) > _MOST_HEADINGS or not (_is_pair(used) or (used == {"a"} and _ALONE.match(text))):
        return {}
    kinds = headings().letters
    labels = ((at, *_label(text, at, at + 1, len(text))) for at in found)
    return {
        at: Opening(at, heading, body, kinds[text[at].lower()], alone=False) for at, heading, body in labels
    }
