"""Sentences and list items: wrapped lines joined, lines with several sentences split."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from services.coder.reading.lines import Line
from services.coder.reading.model import Section, Sentence
from services.coder.reading.vocabulary import phrase_set

LONGEST: Final = 2000  # characters; a longer run of text is cut at a space, so that work per sentence is bounded
_WRAP: Final = 50  # a line shorter than this was not broken by a wrapping editor
_STOP: Final = re.compile(r"[.!?]{1,4}[\"')\]\u201d]{0,2}\s{1,20}(?=[\"'(\[\u201c*]{0,3}[A-Z0-9\u2022\-])")
_BREAK: Final = re.compile(
    r"[.!?]{1,4}[\"')\]\u201d]{0,2}\s{1,20}(?=[\"'(\[\u201c*]{0,3}[A-Z0-9\u2022\-])"
    r"|[ \t]{1,20}(?=[\u2022\u25e6\u25aa] |\d{1,2}\)[ \t]|- [A-Z][a-zA-Z ]{2,40}: )"
)
_ITEM_MARKS: Final = (") ", " - ", " \u2022", " \u25e6", " \u25aa")
_BULLETS: Final = " \t\r\n\u2022\u25e6\u25aa*"
_INITIAL: Final = re.compile(r"(?:^|[\s.(])[A-Z]$")


@cache
def _abbreviations() -> frozenset[str]:
    return phrase_set("cues.yaml", "abbreviations")


def sentences_of(text: str, lines: Sequence[Line], sections: Sequence[Section]) -> list[Sentence]:
    """Every sentence and list item of a note, in order; none crosses a section's boundary."""
    found: list[Sentence] = []
    index = 0
    lead = -1
    marks = [mark for mark in _ITEM_MARKS if mark in text]
    for start, end, item, after_blank in _runs(text, lines, sections):
        while start >= sections[index].body.end and index + 1 < len(sections):
            index += 1
            lead = -1
        if lead >= 0 and (after_blank if not item else False) and len(found) - 1 > lead:
            lead = -1
        elif lead >= 0 and not item and len(found) - 1 > lead and found[-1].item:
            lead = -1
        marked = any(text.find(mark, start, end) >= 0 for mark in marks) if marks else False
        for s, e in _split(text, start, end, _BREAK if marked else _STOP):
            found.append(Sentence(s, e, index, item, lead))
        if found and text[found[-1].end - 1] == ":":
            lead = len(found) - 1
    return found


def _runs(text: str, lines: Sequence[Line], sections: Sequence[Section]) -> Iterator[tuple[int, int, bool, bool]]:
    """Stretches of text that belong together: (start, end, is a list item, follows a blank line)."""
    bounds = [(section.start, section.body.start) for section in sections]
    at = 0
    start, end, item, blank = -1, -1, False, False
    for line in lines:
        cut = [b for b in _bounds_in(bounds, at, line)]
        at += len(cut)
        begin = line.words
        if not cut and start >= 0 and _continues(text, end, line):
            end = line.end
            continue
        if start >= 0:
            yield start, end, item, blank
            start = -1
        for heading, body in cut:
            if heading > begin:
                yield begin, heading, bool(line.marker), line.after_blank
            begin = max(begin, body)
        if begin < line.end:
            start, end, item, blank = begin, line.end, bool(line.marker) and not cut, line.after_blank
    if start >= 0:
        yield start, end, item, blank


def _bounds_in(bounds: Sequence[tuple[int, int]], at: int, line: Line) -> Iterator[tuple[int, int]]:
    """The section boundaries from index `at` that lie before the end of a line."""
    while at < len(bounds) and bounds[at][0] < line.end:
        yield bounds[at]
        at += 1


def _continues(text: str, end: int, line: Line) -> bool:
    """Whether a line goes on with the sentence that the text before `end` began."""
    if line.marker or line.after_blank:
        return False
    last = text[end - 1]
    if last in ".:;!?":
        return False
    if text[line.words].islower() or last == ",":
        return True
    begin = text.rfind("\n", 0, end) + 1
    return end - begin >= _WRAP and ":" not in text[line.words : min(line.end, line.words + 40)]


def _split(text: str, start: int, end: int, boundary: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """The sentences of one run of text, trimmed."""
    begin = start
    for match in boundary.finditer(text, start, end):
        stop = match.start()
        if text[stop] in ".!?":
            if text[stop] == "." and _abbreviated(text, begin, stop):
                continue
            stop = match.end()
        yield from _cut(text, begin, stop)
        begin = match.end()
    yield from _cut(text, begin, end)


def _abbreviated(text: str, begin: int, stop: int) -> bool:
    """Whether the point at `stop` ends an abbreviation or an initial rather than a sentence."""
    window = text[max(begin, stop - 12) : stop]
    word = window[window.rfind(" ") + 1 :]
    return word.lower().lstrip("(\"'") in _abbreviations() or _INITIAL.search(window) is not None


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence without outer space and bullets, in pieces no longer than `LONGEST`."""
    while start < end and text[start] in _BULLETS:
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > LONGEST:
        stop = text.rfind(" ", start + 1, start + LONGEST)
        stop = stop if stop > 0 else start + LONGEST
        yield start, stop
        start = stop
    if end > start:
        yield start, end
