"""Sentences and list items: wrapped lines joined, lines with several sentences split."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from services.coder.reading.lines import Line
from services.coder.reading.model import Section, Sentence
from services.coder.reading.vocabulary import phrase_set

LONGEST: Final = 1200  # characters; longer runs are cut at a space, so that work per sentence is bounded
_WRAP: Final = 50  # a line shorter than this was not broken by a wrapping editor
# Both begin with a set of characters, which the expression engine skips to quickly.
_STOP: Final = re.compile(
    r"[.!?][.!?]{0,3}[\"')\]\u201d]{0,2}\s{1,20}(?=[\"'(\[\u201c*]{0,3}[A-Z0-9\u2022\-])"
)
_BREAK: Final = re.compile(
    r"[.!? \t](?:(?<=[.!?])[.!?]{0,3}[\"')\]\u201d]{0,2}\s{1,20}(?=[\"'(\[\u201c*]{0,3}[A-Z0-9\u2022\-])"
    r"|(?<=[ \t])[ \t]{0,20}(?=[\u2022\u25e6\u25aa] |\d{1,2}\)[ \t]|- [A-Z][a-zA-Z ]{2,40}: ))"
)
_ITEM_MARK: Final = re.compile(r"[)\u2022\u25e6\u25aa]| - ")
_BULLETS: Final = " \t\r\n\u2022\u25e6\u25aa*"
_LONGEST_ABBREVIATION: Final = 8  # characters
_Run = tuple[int, int, bool, bool]


@cache
def _abbreviations() -> frozenset[str]:
    return phrase_set("cues.yaml", "abbreviations")


def sentences_of(text: str, lines: Sequence[Line], sections: Sequence[Section]) -> list[Sentence]:
    """Every sentence and list item of a note, in order; none crosses a section's boundary."""
    found: list[Sentence] = []
    index, lead = 0, -1
    for start, end, item, after_blank in _runs(text, lines, sections):
        while start >= sections[index].body.end and index + 1 < len(sections):
            index, lead = index + 1, -1
        if lead >= 0 and not item and len(found) - 1 > lead and (after_blank or found[-1].item):
            lead = -1
        boundary = _BREAK if _ITEM_MARK.search(text, start, end) else _STOP
        found.extend(
            Sentence(first, stop, index, item, lead) for first, stop in _split(text, start, end, boundary)
        )
        if found and text[found[-1].end - 1] == ":":
            lead = len(found) - 1
    return found


def _runs(text: str, lines: Sequence[Line], sections: Sequence[Section]) -> list[_Run]:
    """Stretches of text that belong together: start, end, whether a list item, whether after a blank line."""
    found: list[_Run] = []
    bounds = [(section.start, section.body.start) for section in sections]
    bounds.append((len(text), len(text)))
    at = 0
    for line in lines:
        begin = line.words
        item = line.marker != ""
        if bounds[at][0] >= line.end:
            if found and _continues(text, found[-1], line):
                found[-1] = (found[-1][0], line.end, found[-1][2], found[-1][3])
            else:
                found.append((begin, line.end, item, line.after_blank))
            continue
        while bounds[at][0] < line.end:
            heading, body = bounds[at]
            if heading > begin:
                found.append((begin, heading, item, line.after_blank))
            begin = max(begin, body)
            item = item and body <= line.words
            at += 1
        if begin < line.end:
            found.append((begin, line.end, item, line.after_blank))
    return found


def _continues(text: str, run: _Run, line: Line) -> bool:
    """Whether a line goes on with the sentence that the run before it began."""
    _, end, item, _ = run
    if line.after_blank or line.marker:
        return False
    if item and not line.indent and text[line.words].isupper():
        return False  # the name of the next problem, under a bullet without a full stop
    last = text[end - 1]
    if last in ".:;!?":
        return False
    if last == "," or text[line.words].islower():
        return True
    begin = text.rfind("\n", max(0, end - _WRAP), end)
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
    return (len(word) == 1 and word.isupper()) or word.lower() in _abbreviations()


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
