"""A heading found in a note, and where its words end and its body begins."""

from typing import Final

from services.coder.reading.kinds import SectionKind

MOST_HEADINGS: Final = 5000  # per note; more than any note has, so that garbage stays cheap
_BEHIND_LABEL: Final = frozenset(":*_ \t-\u2013\u2014=.")
_AROUND_LABEL: Final = frozenset(" \t*_:#=-")


class Opening:
    """A heading found: where its line's marks begin, its words (to `stop`), where the body begins, and how it
    stood.
    """

    def __init__(
        self, start: int, words: int, stop: int, body: int, kind: SectionKind, *, alone: bool
    ) -> None:
        self.start = start
        self.words = words
        self.stop = stop
        self.body = body
        self.kind = kind
        self.alone = alone


def behind(text: str, end: int, line_end: int) -> int:
    """Where the text behind a label's colon begins."""
    while end < line_end and text[end] in _BEHIND_LABEL:
        end += 1
    return end


def trimmed(text: str, start: int, end: int) -> int:
    """Where the words of a label end, without marks."""
    while end > start and text[end - 1] in _AROUND_LABEL:
        end -= 1
    return end
