"""Finding the vocabulary's terms in a line: the line as a whole first, then the longest terms inside it, in
any order of words.
"""

import re
from functools import cache
from typing import NamedTuple

from services.coder.terminology.index import Phrase, Terminology
from services.coder.terminology.words import Word, folder, tables

_SLACK = 3  # words that may stand between the words of a term
_DENIALS = frozenset(("no", "not", "without", "denie", "negative", "deny"))
_STOP = re.compile(r"[,;.:()\n]")
_LONGEST_LINE = 60  # words; a longer line is read in pieces


class Found(NamedTuple):
    """A term in a line: the positions of its words in the line's words, its code and the rank of its
    source.
    """

    positions: tuple[int, ...]
    code: str
    rank: int
    whole: bool


def words_of(folded: str, start: int, end: int) -> list[Word]:
    """The content words of `folded[start:end]`, with offsets into the whole text."""
    return folder().words(folded[start:end], start)


def whole(words: list[Word], vocabulary: Terminology) -> Found | None:
    """The term that the line is, with no word left over, or None."""
    found = vocabulary.exact(tuple(word.stem for word in words)) if words else None
    return Found(tuple(range(len(words))), *found, whole=True) if found else None


def find(words: list[Word], vocabulary: Terminology) -> list[Found]:
    """The terms in one line, not overlapping, in the order of the text."""
    if not words:
        return []
    complete = whole(words, vocabulary)
    if complete is not None:
        return [complete]
    out: list[Found] = []
    for begin in range(0, len(words), _LONGEST_LINE):
        out.extend(_inside(words[begin : begin + _LONGEST_LINE], begin, vocabulary))
    return sorted(out)


def _inside(words: list[Word], offset: int, vocabulary: Terminology) -> list[Found]:
    places: dict[str, list[int]] = {}
    for index, word in enumerate(words):
        places.setdefault(word.stem, []).append(index)
    matches: list[tuple[int, int, int, tuple[int, ...], Phrase]] = []
    present = places.keys()
    for anchor in vocabulary.anchors(set(present)):
        for phrase in vocabulary.anchored(anchor):
            if phrase.stems <= present:
                for at in places[anchor]:
                    positions = _positions(phrase, at, places)
                    spread = positions[-1] - positions[0] + 1 - len(positions)
                    if spread <= _SLACK:
                        matches.append((-phrase.weight, phrase.rank, spread, positions, phrase))
    return _disjoint(matches, words, offset)


def _positions(phrase: Phrase, at: int, places: dict[str, list[int]]) -> tuple[int, ...]:
    """Where the words of `phrase` stand, each as near to its rarest word as can be."""
    return tuple(sorted(min(places[stem], key=lambda p: (abs(p - at), p)) for stem in phrase.stems))


def _disjoint(
    matches: list[tuple[int, int, int, tuple[int, ...], Phrase]], words: list[Word], offset: int
) -> list[Found]:
    """The terms that say most first, then the more trusted, then the tighter.

    A word serves one term, but for body parts and sides: «left hip osteoarthritis with labral tear» is of
    one hip.
    """
    taken: set[int] = set()
    shared = _shared()
    out: list[Found] = []
    for _, rank, _, positions, phrase in sorted(matches, key=lambda m: (m[0], m[1], m[2], m[3], m[4].code)):
        own = [p for p in positions if words[p].stem not in shared] or positions
        if taken.isdisjoint(own):
            taken.update(positions)
            shifted = tuple(p + offset for p in positions)
            out.append(Found(shifted, phrase.code, rank, whole=len(positions) == len(words)))
    return out


@cache
def _shared() -> frozenset[str]:
    return frozenset(tables()["anatomy"]) | {"right", "left", "bilateral"}


def meant(found: Found, words: list[Word], text: str, barred: set[int], slack: int) -> bool:
    """Whether the words are the term.

    An abbreviation that is also an everyday word must stand in capitals; a term must not be pieced together
    from
    words that the line asserts and words that it denies, nor from words far apart.
    """
    part = barred.intersection(found.positions)
    if (
        part
        and len(part) < len(found.positions)
        and not _DENIALS.intersection(words[p].stem for p in found.positions)
    ):
        return False
    if found.positions[-1] - found.positions[0] + 1 - len(found.positions) > slack:
        return False
    if len(found.positions) > 1 or words[found.positions[0]].stem not in _capitals():
        return True
    word = words[found.positions[0]]
    return text[word.start : word.end].isupper()


def denied(words: list[Word], folded: str) -> set[int]:
    """Positions of the words that the line denies: «no coma», «without exacerbation»."""
    out: set[int] = set()
    for index, word in enumerate(words):
        if word.stem in _DENIALS:
            stop = index + 1
            while stop < len(words) and not _STOP.search(folded, words[stop - 1].end, words[stop].start):
                out.add(stop)
                stop += 1
    return out


@cache
def _capitals() -> frozenset[str]:
    return frozenset(tables()["capitals"])
