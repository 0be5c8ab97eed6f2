"""The lines of a note, each with its bullet or number set apart."""

import re
from typing import Final, NamedTuple

_LETTER_BULLET: Final = ("o ", "o\t")
_MARKER: Final = re.compile(
    r"[ \t\u00a0]{0,200}"
    r"(?:(?P<hash>#{1,6})[ \t]*(?:\d{1,2}[.):]?[ \t]{0,9})?(?=[^\s#])"
    r"|(?P<number>\(?\d{1,2}(?:[.)]|[.)]?:))[ \t]{0,9}(?:(?=[^\s\d])|(?<=[ \t])(?=\d{1,3}[ -]?[A-Za-z]))"
    r"|(?P<bullet>[\u2022\u00b7\u25e6\u25aa\u25cf\u25cb\u2023\u2043\u27a2\u2713\uf0b7]"
    r"|[-*+>\u2013\u2014o](?=[ \t]|\*\*))[ \t]{0,9}"
    r")?(?P<strong>\*{2,3}|__)?"
)


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
    at, previous = 0, -1
    for written in text.splitlines(keepends=True):
        begin, at = at, at + len(written)
        body = written.strip()
        if not body:
            continue
        indent = written.index(body[0])
        first = begin + indent
        end = first + len(body)
        marker, words = "", first
        if not body[0].isalpha() or body.startswith(_LETTER_BULLET):
            marker, words = _marked(text, first, end)
        after_blank = previous < 0 or text.count("\n", previous, first) > 1
        found.append(Line(first, end, words, marker, indent, after_blank))
        previous = end
    return found


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
