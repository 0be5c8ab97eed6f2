"""The headings of a note in order: those that a line begins with (alone on it, before a colon or dash, in
capitals), with those within a line and of one letter.
"""

import re
from typing import Final

from services.coder.reading.cues import part_labels
from services.coder.reading.headings import (
    LONGEST,
    Headings,
    headings,
    kind_among,
    may_begin,
    may_end,
    normalise,
)
from services.coder.reading.inline import DICTATED, before_colon, dictated_in
from services.coder.reading.kinds import CONCLUSIONS, Division, PartKind, SectionKind
from services.coder.reading.labels import MOST_HEADINGS, Opening, behind, trimmed
from services.coder.reading.letters import letters_of
from services.coder.reading.lines import Line, is_capital

_K: Final = SectionKind
_DASHES: Final = (" - ", " \u2013 ", " \u2014 ")
_POINT: Final = ". "
_CAPITALS: Final = re.compile(r"[A-Z][A-Z/&]+(?: (?:[A-Z/&]+|&))*(?=[ \t])")
_SECOND: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ/&")
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
_UNDER_PROBLEMS: Final = frozenset({_K.ASSESSMENT, _K.PLAN})
_LISTED: Final = frozenset({_K.PHYSICAL_EXAM, _K.OBJECTIVE, _K.REVIEW_OF_SYSTEMS, _K.RESULTS, _K.IMAGING})
_ITEMS: Final = frozenset({"bullet", "number"})
_LABEL_BELOW: Final = re.compile(r"\s*(?:[-*\u2022] *)?([a-z][a-z ]{3,30}):")
_UNLABELLED: Final = _K.UNLABELLED
_OTHER: Final = _K.OTHER
_ASSESSMENT_PLAN: Final = _K.ASSESSMENT_PLAN
_CONCLUDING: Final = Division.ASSESSMENT_AND_PLAN
_MEASURING: Final = Division.OBJECTIVE_RESULTS


class _Note:
    """A note's text, the same folded, and what is open where it is read: the section's kind (`current`), and
    the section whose sub-headings are looked for (`parent`).
    """

    def __init__(self, text: str, folded: str) -> None:
        self.text = text
        self.folded = folded
        self.dictated = DICTATED in folded
        self.known: Headings = headings()
        self.current: SectionKind = _UNLABELLED
        self.parent: SectionKind = _UNLABELLED

    def open(self, kind: SectionKind) -> None:
        """Go on below a heading of that kind."""
        within = self.known.within
        if kind in within:
            self.parent = kind
        elif self.parent not in within or kind not in within[self.parent].values():
            self.parent = _UNLABELLED
        self.current = kind


def openings_of(text: str, folded: str, lines: list[Line]) -> list[Opening]:
    """The headings of a note, in order, with what may be one decided by what is open already."""
    note = _Note(text, folded)
    letters = letters_of(text, note.known)
    pending = sorted(letters, reverse=True)
    found: list[Opening] = []
    for line in lines:
        own: list[Opening] = []
        while pending and pending[-1] < line.end:
            own.append(letters[pending.pop()])
        colon = text.find(":", line.words, line.end)
        if not own and colon < 0 and not _stands_out(text, line):
            continue
        begins = may_begin(note.known, folded, line.words)
        if not own and colon < 0 and not (begins or note.dictated):
            continue
        if line.words not in letters:
            own = _merged(own, _of_line(note, line, colon, begins=begins))
        elif colon >= 0:  # «S: better. O: afebrile. A/P: 1. CAP»
            own = _merged(own, _beside_letters(note, line, own))
        for opening in own:
            note.open(opening.kind)
        found.extend(own)
        if len(found) > MOST_HEADINGS:
            break
    return found


def _beside_letters(note: _Note, line: Line, letters: list[Opening]) -> list[Opening]:
    """The headings of more than a letter behind that of one letter which a line begins with."""
    taken = {opening.start for opening in letters}
    found: list[Opening] = []
    current = letters[-1].kind
    colon = note.text.find(":", letters[0].body, line.end)
    while colon >= 0:
        within = before_colon(note.text, note.folded, note.known, line, colon, current=current)
        if within is not None and within.start not in taken:
            found.append(within)
            current = within.kind
        colon = note.text.find(":", colon + 1, line.end)
    return found


def _merged(letters: list[Opening], others: list[Opening]) -> list[Opening]:
    """The headings of one line, in order."""
    return sorted([*letters, *others], key=lambda opening: opening.start) if letters else others


def _stands_out(text: str, line: Line) -> bool:
    """Whether a line looks like one that may be a heading without a colon."""
    return line.marker == "hash" or is_capital(text, line.words)


def _of_line(note: _Note, line: Line, colon: int, *, begins: bool) -> list[Opening]:
    """The headings of one line: at its start, then after each sentence of it.

    `colon` is the line's first, or -1; `begins` says that its first word may begin a heading.
    """
    dictated = dictated_in(note.folded, line) if note.dictated else []
    if dictated:
        return dictated
    current = note.current
    first = _leading(note, line, colon) if begins else _unknown(note, line, colon)
    found: list[Opening] = []
    if first is not None:
        found.append(first)
        current = first.kind
        colon = note.text.find(":", first.body, line.end)
    while colon >= 0:
        within = before_colon(note.text, note.folded, note.known, line, colon, current=current)
        if within is not None and first is None and _of_problem(current, within.kind):
            within = None  # «New orders: ...» among the sentences under one of the problems
        if within is not None:
            found.append(within)
            current = within.kind
        colon = note.text.find(":", colon + 1, line.end)
    return found


def _leading(note: _Note, line: Line, colon: int) -> Opening | None:
    """The heading that a line begins with, if it begins with one that may open a section here."""
    end = colon if 0 <= colon - line.words <= LONGEST else line.end
    sure = end == colon
    kind = _kind_here(note, line, end, sure=sure) if end - line.words <= LONGEST else None
    alone = kind is not None and (not sure or not note.text[colon + 1 : line.end].strip(" *_"))
    if kind is None:
        for end in _parted(note.text, line):
            kind = _kind_here(note, line, end, sure=False)
            if kind is not None:
                break
    if kind is None:
        return _bare(note, line) or _unknown(note, line, colon)
    label = note.folded[line.words : end]
    if not _may_open(note.known, kind, label, line, note.current, alone=alone):
        return None
    if note.current in CONCLUSIONS and kind not in CONCLUSIONS and _is_reasoned(note.folded, line.end):
        return None
    return _opening(note.text, line, end, kind, alone=alone)


def _is_reasoned(folded: str, start: int) -> bool:
    """Whether the line below begins with the label of a problem's reasoning: «Follow-up.» above it is what
    the problem is called.
    """
    label = _LABEL_BELOW.match(folded, start)
    return label is not None and part_labels().get(label[1]) is PartKind.REASONING


def _kind_here(note: _Note, line: Line, end: int, *, sure: bool) -> SectionKind | None:
    """The kind of section that the words up to `end` may open here; `sure` says that a colon marks them."""
    if not may_end(note.known, note.folded, line.words, end) or not (sure or _stands_out(note.text, line)):
        return None
    label = note.folded[line.words : end]
    within = note.known.within.get(note.parent)
    kind = within.get(label) or within.get(normalise(label)) if within is not None else None
    if kind is None:
        kind = kind_among(note.known, label)
    if kind is None or note.text[end : end + len(_POINT)] != _POINT:
        return kind
    divisions = note.known.divisions
    listed = divisions[kind] is _MEASURING and divisions[note.current] is _MEASURING
    return None if listed else kind  # «CT head. Normal.» among the results is one of them


def _parted(text: str, line: Line) -> list[int]:
    """Where a label at the line's start may end without a colon: before a dash, or at the first full stop."""
    head = text[line.words : min(line.end, line.words + LONGEST)]
    places = [head.find(mark) for mark in _DASHES]
    if not line.marker:
        places.append(head.find(_POINT))  # «Course. She came in with ...»
    return [line.words + place for place in places if place > 0]


def _opening(text: str, line: Line, end: int, kind: SectionKind, *, alone: bool) -> Opening:
    """An opening at a line's start whose label ends at `end`."""
    stop = trimmed(text, line.words, end)
    return Opening(line.start, line.words, stop, behind(text, end, line.end), kind, alone=alone)


def _may_open(
    known: Headings, kind: SectionKind, label: str, line: Line, current: SectionKind, *, alone: bool
) -> bool:
    """Whether a label of the vocabulary is a heading here, and not the label of a piece of what is open."""
    division = known.divisions[kind]
    if current in CONCLUSIONS:
        outside = division is not _CONCLUDING
        if outside and (line.marker in _ITEMS or normalise(label) in known.weak):
            return False
        if outside and line.marker == "hash" and not alone:
            return False  # "# Tobacco - patch" is a problem
        if not alone and (
            _of_problem(current, kind) or (current is _ASSESSMENT_PLAN and normalise(label) in part_labels())
        ):
            return False  # "Assessment: ... Plan: ... Education: ..." under each problem
        return alone or line.marker not in _ITEMS
    if line.marker == "bullet" and current in _LISTED:
        return division is not known.divisions[current] and normalise(label) not in known.weak
    return True


def _of_problem(current: SectionKind, kind: SectionKind) -> bool:
    """Whether a label within an assessment and plan is of one of its problems."""
    return current is _ASSESSMENT_PLAN and kind in _UNDER_PROBLEMS


def _bare(note: _Note, line: Line) -> Opening | None:
    """A heading in capitals before running text, without a colon ("HPI 54 yo F with ...")."""
    text = note.text
    if not is_capital(text, line.words):
        return None
    if text[line.words + 1 : line.words + 2] not in _SECOND:
        return None
    run = _CAPITALS.match(text, line.words, line.end)
    if run is None or text[line.words : line.end].isupper():
        return None
    end = run.end()
    while end > line.words:
        label = note.folded[line.words : end]
        if label in note.known.bare:
            kind = kind_among(note.known, label)
            goes_on = not _GOES_ON.isdisjoint(note.folded[end : end + 16].split()[:1])
            if (
                kind is None
                or goes_on
                or not _may_open(note.known, kind, label, line, note.current, alone=False)
            ):
                return None
            return _opening(text, line, end, kind, alone=False)
        end = text.rfind(" ", line.words, end)
    return None


def _unknown(note: _Note, line: Line, colon: int) -> Opening | None:
    """A heading outside the vocabulary: capitals and a colon alone on a line, outside of assessments."""
    if colon != line.end - 1 or colon - line.words > LONGEST or note.current in CONCLUSIONS or line.marker:
        return None
    label = note.folded[line.words : colon]
    capitals = note.text[line.words : colon].isupper()
    if not capitals or len(label) < _LEAST_UNKNOWN or label in note.known.body_systems:
        return None
    return _opening(note.text, line, colon, _OTHER, alone=True)
