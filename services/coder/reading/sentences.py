"""Sentences and list items: wrapped lines joined, lines with several sentences split."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from services.coder.reading.kinds import LISTS
from services.coder.reading.lines import Line
from services.coder.reading.model import Section, Sentence, Span
from services.coder.reading.places import begun, nearest
from services.coder.reading.vocabulary import phrase_set

LONGEST: Final = 1200  # characters; longer runs are cut at a space, so that work per sentence is bounded
_WRAP: Final = 50  # a line shorter than this was not broken by a wrapping editor
_WIDEST: Final = 120  # a line longer than this neither
_BREAK: Final = re.compile(
    r"[.!? \t](?:(?<=[.!?])[.!?]{0,3}[\"')\]\u201d]{0,2}\s{1,20}(?=[\"'(\[\u201c*]{0,3}[A-Z0-9\u2022\-])"
    r"|(?<=[ \t])[ \t]{0,20}(?=[\u2022\u25e6\u25aa] |\d{1,2}\)[ \t]|- [A-Z][a-zA-Z ]{2,40}: ))"
)
_ITEM_MARKS: Final = (")", "\u2022", "\u25e6", "\u25aa", " - ")
"""What the items within a line begin with: without one of these there is no item to be looked for."""
_BULLET_MARKS: Final = _ITEM_MARKS[1:]
_BEHIND_NUMBER: Final = (" ", "\t")
_ABBREVIATIONS: Final = phrase_set("cues.yaml", "abbreviations")
_SHORTENED: Final = phrase_set("cues.yaml", "shortened")
_LONGEST_ABBREVIATION: Final = 8  # characters
_STARTERS: Final = ("no ", "not ", "denies ", "denied ", "never ", "mom ", "mother ", "dad ", "father ")
"""What a sentence in small letters begins with behind any word."""
_BEFORE_LETTERS: Final = ("hepatitis", "hep", "vitamin", "vit", "influenza", "type", "group", "hemophilia")
"""Words whose names end with a letter."""
_SIDES: Final = ("R", "L")
_WHOLE_WORD: Final = 4  # letters
_STOPS: Final = ".!?"
_LAST_SPACE: Final = 0x3000  # the ideographic space
_STOP_MARKS: Final = frozenset(_STOPS)
_BULLETS: Final = frozenset(" \t\r\n\u2022\u25e6\u25aa*")
_CLOSING: Final = frozenset("\"')]\u201d")
_SPACES: Final = frozenset(filter(str.isspace, map(chr, range(_LAST_SPACE + 1))))
_OPENING: Final = frozenset("\"'([\u201c*")
_BEGINNING: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789\u2022-")
_LEADING_ON: Final = frozenset(
    (
        "a",
        "an",
        "and",
        "at",
        "by",
        "due",
        "for",
        "from",
        "in",
        "of",
        "on",
        "or",
        "the",
        "to",
        "with",
        "without",
    )
)
"""Words that no diagnosis ends with: the next line goes on with it."""


class _Run:
    """A stretch of a section that belongs together: whether it is a list item, and is after a blank line."""

    def __init__(self, start: int, end: int, *, item: bool, after_blank: bool) -> None:
        self.start = start
        self.end = end
        self.item = item
        self.after_blank = after_blank


class Sentences:
    """The sentences and list items of a note. None crosses a section's boundary, so that each section is read
    by itself, and only when it is asked for: of most notes the assessment and a few more.
    """

    def __init__(self, text: str, lines: list[Line], sections: Sequence[Section]) -> None:
        self._text = text
        self._lines = lines
        self._line_starts = [line.start for line in lines]
        self._sections = sections
        self._found: dict[int, tuple[Sentence, ...]] = {}
        self._starts: dict[int, list[int]] = {}

    def of(self, section: int) -> tuple[Sentence, ...]:
        """Those of the section with that index, in order."""
        found = self._found.get(section)
        if found is None:
            body = self._sections[section].body
            first = max(begun(self._line_starts, body.start), 0)
            listed = self._sections[section].kind in LISTS
            runs = _runs(self._text, self._lines, first, body, listed=listed)
            sentences = _sentences(self._text, runs, body, section)
            self._starts[section] = [sentence.start for sentence in sentences]
            found = self._found[section] = tuple(sentences)
        return found

    def at(self, section: int, offset: int) -> Sentence | None:
        """The sentence of a section that holds a character, or None between sentences."""
        own = self.of(section)
        index = begun(self._starts[section], offset)
        if index < 0:
            return None
        sentence = own[index]
        return sentence if offset < sentence.end else None

    def __iter__(self) -> Iterator[Sentence]:
        for section in range(len(self._sections)):
            yield from self.of(section)


def _sentences(text: str, runs: list[_Run], body: Span, section: int) -> list[Sentence]:
    """The sentences and list items of one section."""
    found: list[Sentence] = []
    lead = -1
    within = text[body.start : body.end]
    stops = tuple(mark for mark in _STOPS if mark in within)
    marks = tuple(mark for mark in _ITEM_MARKS if mark in within)
    for run in runs:
        if lead >= 0 and not run.item and found[-1].start > lead and (run.after_blank or found[-1].item):
            lead = -1
        marked = nearest(text, run.start, run.end, marks) < run.end
        spans = (
            _divided(text, run)
            if marked and _has_items(text, run)
            else _split(text, run, stops, telegraphic=not marked)
        )
        for first, stop in spans:
            found.append(Sentence(first, stop, section, lead, item=run.item))
        if found and text[found[-1].end - 1] == ":":
            lead = found[-1].start
    return found


def _runs(text: str, lines: list[Line], first: int, body: Span, *, listed: bool) -> list[_Run]:
    """The stretches of a section that belong together, from its first line on; `listed`: it has one diagnosis
    a line.
    """
    found: list[_Run] = []
    low, high = body.start, body.end
    for index in range(first, len(lines)):
        line = lines[index]
        if line.start >= high:
            break
        begin, stop = max(line.words, low), min(line.end, high)
        if begin >= stop:
            continue
        goes_on = found and line.end <= high and not (line.after_blank or line.marker)
        apart = listed and goes_on and _is_next(text, found[-1], line)
        if goes_on and not apart and _continues(text, found[-1], line):
            found[-1].end = line.end
        else:
            item = line.marker != "" and low <= line.words
            found.append(_Run(begin, stop, item=item, after_blank=line.after_blank))
    return found


def _is_next(text: str, run: _Run, line: Line) -> bool:
    """Whether a line of a list of diagnoses is the next: it begins with a capital, and the one above it does
    not lead on to it.
    """
    if not text[line.words].isupper() or text[run.end - 1] == ",":
        return False
    last = text.rfind(" ", run.start, run.end) + 1
    return text[last : run.end].lower() not in _LEADING_ON


def _continues(text: str, run: _Run, line: Line) -> bool:
    """Whether a line without a mark goes on with the sentence that the run right above it began."""
    end = run.end
    if run.item and not line.indent and text[line.words].isupper():
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


def _has_items(text: str, run: _Run) -> bool:
    """Whether a run that has a mark of items may have items: mostly a bracket closes no number."""
    at = text.find(")", run.start, run.end)
    while at >= 0:
        if text[at - 1].isdigit() and text[at + 1 : at + 2] in _BEHIND_NUMBER:
            return True
        at = text.find(")", at + 1, run.end)
    return nearest(text, run.start, run.end, _BULLET_MARKS) < run.end


def _split(text: str, run: _Run, stops: tuple[str, ...], *, telegraphic: bool) -> list[tuple[int, int]]:
    """The sentences of one run, trimmed; `stops` are the marks that end any sentence of its section,
    `telegraphic` says that one may begin with a small letter.
    """
    found: list[tuple[int, int]] = []
    begin = run.start
    stop = nearest(text, begin, run.end, stops)
    while stop < run.end:
        following = _following(text, stop, run.end, telegraphic=telegraphic)
        if following > 0 and not _goes_on(text, begin, stop):
            _cut(text, begin, following, found)
            begin = following
        stop = nearest(text, max(following, stop + 1), run.end, stops)
    _cut(text, begin, run.end, found)
    return found


def _following(text: str, stop: int, end: int, *, telegraphic: bool) -> int:
    """Where the next sentence begins, if one may end with the mark at `stop`; else 0."""
    marked = _over(text, stop, min(stop + 4, end), _STOP_MARKS)
    closed = _over(text, marked, min(marked + 2, end), _CLOSING)
    begin = _over(text, closed, min(closed + 20, end), _SPACES)
    first = _over(text, begin, min(begin + 3, end), _OPENING) if begin > closed else end
    if first >= end:
        return 0
    return begin if text[first] in _BEGINNING or (telegraphic and _small(text, stop, first)) else 0


def _small(text: str, stop: int, first: int) -> bool:
    """Whether a sentence begins with a small letter, as telegraphic writers have it: behind a whole word or
    capitals, as abbreviations with a point are short («no fever. cellulitis of the left leg»), or with a word
    that begins one.
    """
    if not text[first].islower() or text[stop + 1] in _STOP_MARKS:
        return False
    begin = stop
    while begin > 0 and text[begin - 1].isalpha():
        begin -= 1
    length = stop - begin
    if text[begin:stop] in _SHORTENED:
        return False
    if (length >= _WHOLE_WORD and text[begin].islower()) or (length > 1 and text[begin:stop].isupper()):
        return True
    return length > 1 and text.startswith(_STARTERS, first)


def _over(text: str, at: int, end: int, kind: frozenset[str]) -> int:
    """Where the characters of a kind end that begin at a place."""
    while at < end and text[at] in kind:
        at += 1
    return at


def _divided(text: str, run: _Run) -> list[tuple[int, int]]:
    """The sentences of one run that may have items within its lines, trimmed."""
    found: list[tuple[int, int]] = []
    begin = run.start
    for match in _BREAK.finditer(text, begin, run.end):
        stop = match.start()
        mark = text[stop]
        if _goes_on(text, begin, stop) if mark in _STOPS else _in_bracket(text, begin, match.end()):
            continue
        _cut(text, begin, match.end() if mark in _STOPS else stop, found)
        begin = match.end()
    _cut(text, begin, run.end, found)
    return found


def _in_bracket(text: str, begin: int, at: int) -> bool:
    """Whether a bracket is open at a place: the number before its end is none of a list, «(EF 25) with»."""
    return text.rfind("(", begin, at) > text.rfind(")", begin, at)


def _goes_on(text: str, begin: int, stop: int) -> bool:
    """Whether the mark at `stop` ends no sentence: an abbreviation's point, a question before its word."""
    if text[stop] == "?":
        return stop == begin or text[stop - 1] in _SPACES
    return text[stop] == "." and _abbreviated(text, begin, stop)


def _abbreviated(text: str, begin: int, stop: int) -> bool:
    """Whether the point at `stop` ends an abbreviation or an initial rather than a sentence."""
    space = text.rfind(" ", max(begin, stop - _LONGEST_ABBREVIATION), stop)
    if space < 0 and stop - begin > _LONGEST_ABBREVIATION:
        return False
    word = text[max(space + 1, begin) : stop].lstrip("(\"'\n\t")
    if word in _SIDES and space > begin and text[space - 1].isalpha():
        return False  # «Knee OA R. Shoulder pain L.»
    if len(word) == 1 and space > begin and text[begin:space].lower().endswith(_BEFORE_LETTERS):
        return False  # «Hepatitis C. Cirrhosis.»
    return word.lower() in _ABBREVIATIONS or (len(word) == 1 and word.isupper())


def _cut(text: str, start: int, end: int, found: list[tuple[int, int]]) -> None:
    """Add a sentence without outer space and bullets, in pieces no longer than `LONGEST`."""
    start = _over(text, start, end, _BULLETS)
    while end > start and text[end - 1] in _SPACES:
        end -= 1
    while end - start > LONGEST:
        stop = text.rfind(" ", start + 1, start + LONGEST)
        stop = stop if stop > 0 else start + LONGEST
        found.append((start, stop))
        start = stop
    if end > start:
        found.append((start, end))
