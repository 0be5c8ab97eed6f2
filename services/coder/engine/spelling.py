"""Spelling tolerance: a word that no term has, and that one letter makes a word that terms have.

Only in the names of problems. A word of seven letters and more is mended where one stem is that near; a
shorter one, or one with several such stems, only where exactly one of them makes a term with other words of
the line («acuet bronchitis»): short words are too near to each other.

A word that breaks off («hypothyr», «a-fib, perm») is written out where one word that begins so makes a term
with the others, or, at the head of the line, where all that are terms of their own are of one category.
"""

import re
from functools import cache
from typing import Final

from services.coder.terminology.index import Terminology
from services.coder.terminology.words import Word, folder, tables

_SHORTEST: Final = 5  # letters
_SHORTEST_ALONE: Final = 7  # letters
_SHORTEST_BROKEN: Final = 3  # letters of a word that breaks off
_SHORTEST_BROKEN_ALONE: Final = 6  # letters of a word that breaks off
_MOST_LONGER: Final = 60
_LONGEST_LINE: Final = 20  # words of a line whose other words are asked
_LONGEST_NAME: Final = 8  # words of a line in which words are written out
_SIDES: Final = frozenset(("right", "left", "bilateral"))
_STOP: Final = re.compile(r"[ \t]*(?:[,;:.(\n-]|$)")
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_MOST_REMEMBERED: Final = 10_000


def mended(words: list[Word], folded: str, vocabulary: Terminology) -> list[Word]:
    """The words of a line of the note, the misspelt ones with the stem that was meant; their places stay."""
    if not any(_odd(word.stem, vocabulary) for word in words):
        return words
    line = {word.stem for word in words}
    first = words[0] if _STOP.match(folded, words[0].end) else None
    return [
        Word(_meant(word.stem, line, vocabulary, heads=word is first), word.start, word.end)
        if _odd(word.stem, vocabulary)
        else word
        for word in words
    ]


def _odd(stem: str, vocabulary: Terminology) -> bool:
    if vocabulary.knows(stem) or len(stem) < _SHORTEST_BROKEN or not stem.isalpha() or not stem.isascii():
        return False
    return stem not in _spelled()


@cache
def _spelled() -> frozenset[str]:
    """What is no misspelling, though no term has it."""
    return frozenset(tables()["spelled"])


def _meant(stem: str, line: set[str], vocabulary: Terminology, *, heads: bool) -> str:
    near = _near(stem, vocabulary) if len(stem) >= _SHORTEST else ()
    if len(near) != 1 or len(stem) < _SHORTEST_ALONE:
        if len(line) > _LONGEST_LINE:
            return stem
        near = tuple(each for each in near if _makes_a_term(each, line, vocabulary))
    return near[0] if len(near) == 1 else _completed(stem, line, vocabulary, heads=heads)


def _near(stem: str, vocabulary: Terminology) -> tuple[str, ...]:
    near = vocabulary.near.get(stem)
    if near is None:
        folded = {folder().form(each) for each in _neighbours(stem)}
        near = tuple(sorted(each for each in folded if vocabulary.knows(each)))
        if len(vocabulary.near) < _MOST_REMEMBERED:
            vocabulary.near[stem] = near
    return near


def _completed(stem: str, line: set[str], vocabulary: Terminology, *, heads: bool) -> str:
    """The word that breaks off here; the stem itself where none or several may be meant."""
    longer = vocabulary.longer.get(stem)
    if longer is None:
        longer = tuple(vocabulary.beginning(stem, _MOST_LONGER))
        if len(vocabulary.longer) < _MOST_REMEMBERED:
            vocabulary.longer[stem] = longer
    if not longer or len(line) > _LONGEST_NAME:
        return stem
    fitting = [each for each in longer if _makes_a_term(each, line, vocabulary)]
    if fitting or not heads or len(stem) < _SHORTEST_BROKEN_ALONE:
        return fitting[0] if len(fitting) == 1 else stem
    alone = {each: found[0][:3] for each in longer if (found := vocabulary.exact([each]))}
    return min(alone, key=len) if len(set(alone.values())) == 1 else stem


def _makes_a_term(stem: str, line: set[str], vocabulary: Terminology) -> bool:
    """Whether the stem and other words of the line are a term of several words, sides apart."""
    present = line | {stem}
    return any(
        stem in phrase.stems and len(phrase.stems - _SIDES) > 1 for phrase in vocabulary.among(present)
    )


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
