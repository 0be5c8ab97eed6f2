"""The words of folded text."""

import re
from typing import Final

_TOKEN: Final = re.compile(r"\w+(?:'\w+)?|[^\w\s]")
_ASCII: Final = 127
_A: Final = ord("a")
_Z: Final = ord("z")


def tokens_of(text: str) -> list[str]:
    """The words (with what follows an apostrophe) and, each by itself, the marks of a text."""
    found: list[str] = []
    for chunk in text.split():
        if chunk.isalnum():
            found.append(chunk)
        else:
            found.extend(_TOKEN.findall(chunk))
    return found


def places_of(tokens: list[str], text: str, start: int) -> list[int]:
    """Where each of the tokens of a text begins that begins at `start`."""
    found: list[int] = []
    for token in tokens:
        at = text.find(token, start)
        found.append(at)
        start = at + len(token)
    return found


def word_end(text: str, at: int, end: int) -> int:
    r"""Where the letters and digits (`\w`) end that begin at a character; `at` where none does."""
    while at < end:
        code = ord(text[at])
        if not (_A <= code <= _Z) and not (text[at].isalnum() or text[at] == "_"):
            break
        at += 1
    return at
