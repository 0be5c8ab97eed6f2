"""The words of folded text."""

import re
from string import ascii_lowercase, digits
from typing import Final

_TOKEN: Final = re.compile(r"\w+(?:'\w+)?|[^\w\s]")
_MARKS: Final = frozenset(",.;:?!)")
"""What mostly stands behind a word."""
_LETTERS: Final = bytes(code if chr(code) in ascii_lowercase else ord(" ") for code in range(256))
_ROUGH: Final = bytes(ord("0") if chr(code) in digits else _LETTERS[code] for code in range(256))
_A: Final = ord("a")
_Z: Final = ord("z")


def tokens_of(text: str) -> list[str]:
    """The words (with what follows an apostrophe) and, each by itself, the marks of a text."""
    found: list[str] = []
    for chunk in text.split():
        if chunk.isalnum():
            found.append(chunk)
        elif chunk[-1] in _MARKS and chunk[:-1].isalnum():
            found.append(chunk[:-1])
            found.append(chunk[-1])
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


def letter_runs(folded: str) -> list[bytes]:
    """The runs of the letters a to z: what is cheap to know of all words of a text."""
    return folded.encode("ascii", "replace").translate(_LETTERS).split()


def rough_words(folded: str) -> list[bytes]:
    """The runs of the letters a to z and of digits, each digit as 0."""
    return folded.encode("ascii", "replace").translate(_ROUGH).split()


def words_between(text: str, start: int, end: int) -> list[tuple[int, str]]:
    """The runs of letters and digits within `text[start:end]`, each with where it begins; without one that
    begins before it.
    """
    found: list[tuple[int, str]] = []
    at = start
    if start > 0 and word_end(text, start - 1, start) == start:
        at = word_end(text, start, end)
    while at < end:
        stop = word_end(text, at, end)
        if stop > at:
            found.append((at, text[at:stop]))
        at = stop + 1  # what ends a word begins none
    return found


def word_end(text: str, at: int, end: int) -> int:
    r"""Where the letters and digits (`\w`) end that begin at a character; `at` where none does."""
    while at < end:
        code = ord(text[at])
        if not (_A <= code <= _Z) and not (text[at].isalnum() or text[at] == "_"):
            break
        at += 1
    return at
