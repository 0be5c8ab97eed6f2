"""Sentences and list items: wrapped lines joined, lines with several sentences split."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Final

from services.coder.reading.lines import Line
from services.coder.reading.model import Section, Sentence, Span
from services.coder.reading.vocabulary import phrase_set

LONGEST: Final = 1200  # characters; longer runs are cut at a space, so that work per sentence is bounded
_WRAP: Final = 50  # a line shorter than this was not broken by a wrapping editor
_WIDEST: Final = 120  # a line longer than this neither
# Both begin with a set of characters, which the expression engine skips to quickly.
_STOP: Final = re.compile(
    r"[.!?][.!?]{0,3}[\"')\]\u201d]{0,2}\s{1,20}(?=[\"'(\[\u201c*]{0,3}[A-Z0-9\u2022\-])"
)
_BREAK: Final = re.compile(
    r"[.!? \t](?:(?<=[.!?])[.!?]{0,3}[\"')\]\u201d]{0,2}\s{1,20}(?=[\"'(\[\u201c*]{0,3}[A-Z0-9\u2022\-])"
    r"|(?<=[ \t])[ \t]{0,20}(?=[\u2022\u25e6\u25aa] |\d{1,2}\)[ \t]|- [A-Z][a-zA-Z ]{2,40}: ))"
)
_ITEM_MARKS: Final = (")", "\u2022", "\u25e6", "\u25aa", " - ")
"""What the items within a line begin with: without one of these there is no item to be looked for."""
_BULLETS: Final = " \t\r\n\u2022\u25e6\u25aa*"
_LONGEST_ABBREVIATION: Final = 8  # characters
_Run = tuple[int, int, bool, bool]
_new = tuple.__new__
"""Makes a `Sentence` without a call in Python: a note has many."""


@cache
def _abbreviations() -> frozenset[str]:
    return phrase_set("cues.yaml", "abbreviations")


class Sentences:
    """The sentences and list items of a note. None crosses a section's boundary, so that each section is read
    by itself, and only when it is asked for: of most notes the assessment and a few more.
    """

    def __init__(self, text: str, lines: Sequence[Line], sections: Sequence[Section]) -> None:
        self._text = text
        self._lines = lines
        self._sections = sections
        self._found: dict[int, tuple[Sentence, ...]] = {}

    def of(self, section: int) -> tuple[Sentence, ...]:
        """Those of the section with that index, in order."""
        found = self._found.get(section)
        if found is None:
            body = self._sections[section].body
            found = self._found[section] = tuple(_sentences(self._text, self._lines, body, section))
        return found

    def at(self, section: int, offset: int) -> Sentence | None:
        """The sentence of a section that holds a character, or None between sentences."""
        own = self.of(section)
        index = bisect_right(own, (offset + 1,)) - 1  # a sentence begins with its start
        return own[index] if index >= 0 and offset < own[index].end else None

    def __iter__(self) -> Iterator[Sentence]:
        for section in range(len(self._sections)):
            yield from self.of(section)


def _sentences(text: str, lines: Sequence[Line], body: Span, section: int) -> list[Sentence]:
    """The sentences and list items of one section."""
    found: list[Sentence] = []
    lead = -1
    within = text[body.start : body.end]
    marks = [mark for mark in _ITEM_MARKS if mark in within]
    for start, end, item, after_blank in _runs(text, lines, body):
        if lead >= 0 and not item and found[-1].start > lead and (after_blank or found[-1].item):
            lead = -1
        boundary = _STOP
        for mark in marks:
            if text.find(mark, start, end) >= 0:
                boundary = _BREAK
        for first, stop in _split(text, start, end, boundary):
            found.append(_new(Sentence, (first, stop, section, item, lead)))
        if found and text[found[-1].end - 1] == ":":
            lead = found[-1].start
    return found


def _runs(text: str, lines: Sequence[Line], body: Span) -> list[_Run]:
    """Stretches of a section that belong together: start, end, whether a list item, whether after a blank
    line.
    """
    found: list[_Run] = []
    first = max(bisect_right(lines, (body.start + 1,)) - 1, 0)  # a line begins with its start
    low, high = body
    for line in islice(lines, first, None):
        start, end, words, marker, _, after_blank = line
        if start >= high:
            break
        begin, stop = max(words, low), min(end, high)
        if begin >= stop:
            continue
        if found and end <= high and not (after_blank or marker) and _continues(text, found[-1], line):
            found[-1] = (found[-1][0], end, found[-1][2], found[-1][3])
        else:
            found.append((begin, stop, marker != "" and low <= words, after_blank))
    return found


def _continues(text: str, run: _Run, line: Line) -> bool:
    """Whether a line without a mark goes on with the sentence that the run right above it began."""
    _, end, item, _ = run
    if item and not line.indent and text[line.words].isupper():
        return False  # the name of the next problem, under a bullet without a full stop
    last = text[end - 1]
    if last in ".:;!?":
        return False
    if last == "," or text[line.words].islower():
        return True
    begin = text.rfind("\n", max(0, end - _WRAP), end)
    if text.rfind("\n", max(0, end - _WIDEST), end) < 0 and end >= _WIDEST:
        return False  # no line is wrapped at that width: it ended where its author ended it
    return begin < 0 and end >= _WRAP and ":" not in text[line.words : min(line.end, line.words + 40)]


def _split(text: str, start: int, end: int, boundary: re.Pattern[str]) -> list[tuple[int, int]]:
    """The sentences of one run of text, trimmed."""
    found: list[tuple[int, int]] = []
    begin = start
    for match in boundary.finditer(text, start, end):
        stop = match.start()
        mark = text[stop]
        if mark == "." and _abbreviated(text, begin, stop):
            continue
        _cut(text, begin, match.end() if mark in ".!?" else stop, found)
        begin = match.end()
    _cut(text, begin, end, found)
    return found


def _abbreviated(text: str, begin: int, stop: int) -> bool:
    """Whether the point at `stop` ends an abbreviation or an initial rather than a sentence."""
    space = text.rfind(" ", max(begin, stop - _LONGEST_ABBREVIATION), stop)
    if space < 0 and stop - begin > _LONGEST_ABBREVIATION:
        return False
    word = text[max(space + 1, begin) : stop].lstrip("(\"'\n\t")
    return word.lower() in _abbreviations() or (len(word) == 1 and word.isupper())


def _cut(text: str, start: int, end: int, found: list[tuple[int, int]]) -> None:
    """Add a sentence without outer space and bullets, in pieces no longer than `LONGEST`."""
    while start < end and text[start] in _BULLETS:
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > LONGEST:
        stop = text.rfind(" ", start + 1, start + LONGEST)
        stop = stop if stop > 0 else start + LONGEST
        found.append((start, stop))
        start = stop
    if end > start:
        found.append((start, end))
