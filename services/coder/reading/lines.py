"""The lines of a note, each with its bullet or number set apart."""

import re
from string import ascii_letters, ascii_uppercase
from typing import Final

_RARE_BREAKS: Final = tuple("\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
"""What ends a line beside "\\n"."""
_LETTER_BULLET: Final = ("o ", "o\t")
_ROMAN: Final = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_ORDINAL: Final = re.compile(
    r"(?P<bare>\d{1,2})[ \t]{1,3}(?=[A-Za-z])"
    r"|\(?(?:(?P<roman>[IVX]{1,4}|[ivx]{1,4})|(?P<letter>[A-Ha-h]))[.)][ \t]{1,9}(?=[A-Za-z\d])"
)
"""What numbers a list without a point behind the number, with Roman numbers or with letters."""
_LEAST_ORDINALS: Final = 2
_MARKER: Final = re.compile(
    r"(?:(?P<hash>#{1,6})[ \t]*(?:\d{1,2}[.):]?[ \t]{0,9})?(?=[^\s#])"
    r"|(?P<number>\(?\d{1,2}(?:[.)]|[.)]?:))[ \t]{0,9}(?:(?=[^\s\d])|(?<=[ \t])(?=\d{1,3}[ -]?[A-Za-z]))"
    r"|(?P<bullet>[\u2022\u00b7\u25e6\u25aa\u25cf\u25cb\u2023\u2043\u27a2\u2713\uf0b7\u2611\u2612]"
    r"|[\[(][xX][\])](?=[ \t])|(?=[\[(][ ]?[\])][ \t]|\u2610)"
    r"|(?:[-*+>\u2013\u2014o]|-{2,3}>?|=>)(?=[ \t]|\*\*))[ \t]{0,9}"
    r")?(?:\*{2,3}|__)?"
)
_ASCII: Final = frozenset(map(chr, range(128)))
_CAPITALS: Final = frozenset(ascii_uppercase)
_LETTERS: Final = frozenset(ascii_letters)
_BULLETS: Final = frozenset("-*\u2022")
_UNMARKED: Final = _ASCII - set("#([0123456789-*+>=_")
"""What no mark begins with; «o» is asked for by itself."""
_ORDINAL_MARKS: Final = frozenset("(0123456789")
_ORDINAL_LETTERS: Final = frozenset("ABCDEFGHIVXabcdefghivx")
_BEHIND_LETTER: Final = frozenset(".)IVXivx")


class Line:
    """A line that is not blank: its span without outer space, where its words begin, and what stood before
    them.

    `marker` is "" or one of "hash", "number", "bullet"; `indent` counts the spaces before; `after_blank` says
    that a blank line (or nothing) came before.
    """

    def __init__(
        self, start: int, end: int, words: int, marker: str, indent: int, *, after_blank: bool
    ) -> None:
        self.start = start
        self.end = end
        self.words = words
        self.marker = marker
        self.indent = indent
        self.after_blank = after_blank


def lines_of(text: str) -> list[Line]:
    """Every line with words in it, in order."""
    found: list[Line] = []
    counted: list[Line] = []  # those that may begin with a number of another kind
    at, previous, blank = 0, 0, True  # whether nothing but space came since the line before
    plain = not any(mark in text for mark in _RARE_BREAKS)
    for written in text.split("\n") if plain else text.splitlines(keepends=True):
        begin, at = at, at + len(written) + plain
        body = written.lstrip()
        if not body:
            blank = True
            continue
        indent = len(written) - len(body)
        first = begin + indent
        end = first + len(body.rstrip())
        after_blank = blank and (not found or text.count("\n", previous, first) > 1)
        line = Line(first, end, first, "", indent, after_blank=after_blank)
        head = text[first]
        if head not in _UNMARKED or (head == "o" and body.startswith(_LETTER_BULLET)):
            _mark(text, line)
        if not line.marker and _may_count(text, line, head):
            counted.append(line)
        found.append(line)
        previous, blank = end, False
    _number(text, counted)
    return found


def is_capital(text: str, at: int) -> bool:
    """Whether a character is a capital letter."""
    return text[at] in _CAPITALS or (text[at] not in _ASCII and text[at].isupper())


def _mark(text: str, line: Line) -> None:
    """Set the mark that a line begins with apart from its words."""
    at = line.start
    if at + 2 < line.end and text[at] in _BULLETS and text[at + 1] == " " and text[at + 2] in _LETTERS:
        line.marker, line.words = "bullet", at + 2  # nearly all, without an expression
        return
    prefix = _MARKER.match(text, line.start, line.end)
    if prefix is not None and prefix.end() < line.end:
        line.marker = prefix.lastgroup or ""
        line.words = prefix.end()


def _may_count(text: str, line: Line, head: str) -> bool:
    """Whether a line that begins with the character `head` may begin with a number that `_ORDINAL` knows."""
    if head in _ORDINAL_LETTERS:
        return line.start + 1 < line.end and text[line.start + 1] in _BEHIND_LETTER
    return head in _ORDINAL_MARKS


def _number(text: str, lines: list[Line]) -> None:
    """Mark those of the lines as numbered that count up from one: «I. ...» before «II. ...», «(a)»,
    «1 ...».

    One alone is no list: «A. fib», «2 units given».
    """
    runs: list[list[tuple[Line, int]]] = []
    open_runs: dict[str, list[tuple[Line, int]]] = {}
    for line in lines:
        mark = _ordinal(text, line)
        if mark is None:
            continue
        style, count, words = mark
        if count == 1:
            runs.append([(line, words)])
            open_runs[style] = runs[-1]
        elif count == len(open_runs.get(style, ())) + 1:
            open_runs[style].append((line, words))
    for run in runs:
        if len(run) >= _LEAST_ORDINALS:
            for line, words in run:
                line.words, line.marker = words, "number"


def _ordinal(text: str, line: Line) -> tuple[str, int, int] | None:
    """The style and count of a line's number, and where the words behind it begin; None without one."""
    mark = _ORDINAL.match(text, line.words, line.end)
    if mark is None:
        return None
    if mark["bare"]:
        return "bare", int(mark["bare"]), mark.end()
    if mark["roman"] and mark["roman"].lower() in _ROMAN:
        return "roman", _ROMAN.index(mark["roman"].lower()), mark.end()
    return ("letter", ord(mark["letter"].lower()) - ord("a") + 1, mark.end()) if mark["letter"] else None
