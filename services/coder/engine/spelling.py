"""Spelling tolerance: a long word that no term has, and that one letter makes a word of exactly one stem
that terms have.

Only in the names of problems, and only for words of seven letters and more: short words are too near to each
other.
"""

from services.coder.terminology.index import Terminology
from services.coder.terminology.words import Word

_SHORTEST = 7
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def mended(words: list[Word], vocabulary: Terminology) -> list[Word]:
    """The words, the misspelt ones with the stem that was meant; their places in the text stay."""
    return [
        word._replace(stem=_meant(word.stem, vocabulary)) if _odd(word.stem, vocabulary) else word
        for word in words
    ]


def _odd(stem: str, vocabulary: Terminology) -> bool:
    return len(stem) >= _SHORTEST and stem.isalpha() and stem.isascii() and not vocabulary.knows(stem)


def _meant(stem: str, vocabulary: Terminology) -> str:
    known = vocabulary.mended.get(stem)
    if known is None:
        found = {near for near in _neighbours(stem) if vocabulary.knows(near)}
        known = found.pop() if len(found) == 1 else stem
        if len(vocabulary.mended) < _MOST_REMEMBERED:
            vocabulary.mended[stem] = known
    return known


_MOST_REMEMBERED = 10_000


def _neighbours(stem: str) -> set[str]:
    """Every string that one deletion, swap, change or insertion makes of the stem; its first letter is
    trusted.
    """
    cuts = [(stem[:i], stem[i:]) for i in range(1, len(stem) + 1)]
    out = {left + right[1:] for left, right in cuts if right}
    out.update(left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1)
    out.update(left + letter + right[1:] for left, right in cuts if right for letter in _LETTERS)
    out.update(left + letter + right for left, right in cuts for letter in _LETTERS)
    return out
