"""The lines of a note, each with its bullet or number set apart."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

_LETTER_BULLET: Final = ("o ", "o\t")
_ROMAN: Final = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_ORDINAL: Final = re.compile(
    r"(?P<bare>\d{1,2})[ \t]{1,3}(?=[A-Za-z])"
    r"|\(?(?:(?P<roman>[IVX]{1,4}|[ivx]{1,4})|(?P<letter>[A-Ha-h]))[.)][ \t]{1,9}(?=[A-Za-z\d])"
)
"""What numbers a list without a point behind the number, with Roman numbers or with letters."""
_LONGEST_ORDINAL: Final = 6  # characters: «(viii)»
_ORDINAL_STARTS: Final = frozenset("(0123456789")
_POINTS: Final = frozenset(".)")
_LEAST_ORDINALS: Final = 2
_MARKER: Final = re.compile(
    r"[ \t\u00a0]{0,200}"
    r"(?:(?P<hash>#{1,6})[ \t]*(?:\d{1,2}[.):]?[ \t]{0,9})?(?=[^\s#])"
    r"|(?P<number>\(?\d{1,2}(?:[.)]|[.)]?:))[ \t]{0,9}(?:(?=[^\s\d])|(?<=[ \t])(?=\d{1,3}[ -]?[A-Za-z]))"
    r"|(?P<bullet>[\u2022\u00b7\u25e6\u25aa\u25cf\u25cb\u2023\u2043\u27a2\u2713\uf0b7]"
    r"|(?:[-*+>\u2013\u2014o]|-{2,3}>?|=>)(?=[ \t]|\*\*))[ \t]{0,9}"
    r")?(?P<strong>\*{2,3}|__)?"
)

_new = tuple.__new__
"""Makes a `Line` without a call in Python: a note has many."""


class Line(NamedTuple):
    """A line that is not blank: its span without outer space, where its words begin, and what stood before
    them.

    `marker` is "" or one of "hash", "number", "bullet"; `indent` counts the spaces before; `after_blank`
    says that a
    blank line (or nothing) came before.
    """

    start: int
    end: int
    words: int
    marker: str
    indent: int
    after_blank: bool


def lines_of(text: str) -> list[Line]:
    """Every line with words in it, in order."""
    found: list[Line] = []
    counted: list[int] = []  # the lines that may begin with a number of another kind
    at, previous, blank = 0, 0, True  # whether nothing but space came since the line before
    for written in text.splitlines(keepends=True):
        begin, at = at, at + len(written)
        body = written.strip()
        if not body:
            blank = True
            continue
        head = body[0]
        indent = written.index(head)
        first = begin + indent
        end = first + len(body)
        marker, words = "", first
        if not head.isalpha() or (head == "o" and body.startswith(_LETTER_BULLET)):
            marker, words = _marked(text, first, end)
        if not marker and (head in _ORDINAL_STARTS or not _POINTS.isdisjoint(body[1:_LONGEST_ORDINAL])):
            counted.append(len(found))
        after_blank = blank and (not found or text.count("\n", previous, first) > 1)
        found.append(_new(Line, (first, end, words, marker, indent, after_blank)))
        previous, blank = end, False
    return _numbered(text, found, counted)


def _numbered(text: str, lines: list[Line], counted: Sequence[int]) -> list[Line]:
    """The lines with those of `counted` marked that count up from one: «I. ...» before «II. ...», «(a)»,
    «1 ...».

    One alone is no list: «A. fib», «2 units given».
    """
    runs: list[list[tuple[int, int]]] = []
    open_runs: dict[str, list[tuple[int, int]]] = {}
    for index in counted:
        mark = _ordinal(text, lines[index])
        if mark is None:
            continue
        style, count, words = mark
        if count == 1:
            runs.append([(index, words)])
            open_runs[style] = runs[-1]
        elif count == len(open_runs.get(style, ())) + 1:
            open_runs[style].append((index, words))
    for run in runs:
        if len(run) >= _LEAST_ORDINALS:
            for index, words in run:
                lines[index] = lines[index]._replace(words=words, marker="number")
    return lines


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


def _marked(text: str, start: int, end: int) -> tuple[str, int]:
    """The kind of mark that a line begins with ("" for none), and where its words begin."""
    prefix = _MARKER.match(text, start, end)
    if prefix is None or prefix.end() >= end:
        return "", start
    return _marker_of(prefix), prefix.end()


def _marker_of(prefix: re.Match[str]) -> str:
    """Which of the three kinds of mark a line began with."""
    for kind in ("hash", "number", "bullet"):
        if prefix.group(kind) is not None:
            return kind
    return ""
