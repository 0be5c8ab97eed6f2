"""Which of many expressions may match in a text, and in which of its lines that can be.

To search a whole note for one expression after the other takes longer than all else that is done with it; to
see once which words it has takes as long as one search.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from services.coder.engine.beginnings import LEAST, OPEN, Told, bare, told
from services.coder.reading.places import occurrences

_STARTS: Final = 2048
"""Numbers for the first three letters of words; a few have the same, for a small table stays at hand."""
_KINDS: Final = 7
"""The bits of a letter that tell its kind, of eight."""
_ANY: Final = 255
"""A bit for each kind."""
_MOST_REMEMBERED: Final = 200_000  # words
_STAR: Final = ord(OPEN)


@dataclass(frozen=True, slots=True)
class Clue:
    """A word, or the beginning of one, that tells that an expression may match in a line."""

    word: str
    """Its letters; none: it may match in any line."""
    others: tuple["Clue", ...]
    """Of which one must stand with it, if there are any."""

    def lines(self, places: list[int], text: str, stop: int) -> list[tuple[int, int]]:
        """The lines before `stop` in which the expression may match, of those in which the word begins at
        one of the places.
        """
        out: list[tuple[int, int]] = []
        end = -1
        for at in places:
            if at >= stop:
                break
            if at > end:
                start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at, stop)
                if end < 0:
                    end = stop
                if self.complete(text, start, end):
                    out.append((start, end))
        return out

    def complete(self, text: str, start: int, end: int) -> bool:
        """Whether what must stand with it is between two places of the text."""
        for other in self.others:
            if text.find(other.word, start, end) >= 0 and other.complete(text, start, end):
                return True
        return not self.others


class Starts:
    """How some words begin: tells of most others, without looking for them, that they are none of these."""

    def __init__(self, words: Iterable[bytes]) -> None:
        starts = bytearray(_STARTS)
        for word in words:
            if len(word) >= LEAST:
                starts[_start(word)] |= _following(word)
        self._starts = bytes(starts)

    def may_be(self, word: bytes) -> bool:
        """Whether a word may be one of them."""
        return len(word) < LEAST or self._starts[_start(word)] & _following(word) != 0


class Sifted:
    """What a text has of the clues of a sieve."""

    def __init__(self, clues: dict[int, list[int]], places: dict[int, list[int]]) -> None:
        self.clues: Final = clues
        """The numbers of clues by that of the expression, in order."""
        self.places: Final = places
        """Where the word of each clue begins, in order; nowhere: any line has it; behind the text: it may be
        anywhere.
        """


class Sieve:
    """Expressions, each of which matches within a line; tells those that may match in a text."""

    def __init__(self, expressions: Iterable[Sequence[Told]]) -> None:
        """Made of what was `told` of each expression."""
        self._clues: list[Told | Clue] = []
        """In the order of the expressions; made when they are first met."""
        self.anywhere: list[int] = []
        """The numbers of those clues that any text may have."""
        self._places: list[int] = []
        self._by_word: dict[str, list[int]] = {}
        for place, clues in enumerate(expressions):
            for clue in clues:
                word = clue[0]
                tells = len(word) >= LEAST
                known = self._by_word.setdefault(word, []) if tells else self.anywhere
                known.append(len(self._clues))
                self._clues.append(clue)
                self._places.append(place)
        self._told: dict[bytes, tuple[int, ...]] = {}
        self._starts = Starts(map(str.encode, self._by_word))

    def sifted(self, words: Iterable[bytes]) -> "Sifted":
        """What a text of these words has; see `tokens.spaced_runs`."""
        places: dict[int, list[int]] = {number: [] for number in self.anywhere}
        at = 0
        for word in words:
            size = len(word)
            if size >= LEAST and self._starts.may_be(word):
                for number in self._tells(word):
                    stands = places.get(number)
                    if stands is None:
                        places[number] = [at]
                    else:
                        stands.append(at)
            at += size + 1
        clues: dict[int, list[int]] = {}
        for number in sorted(places):
            clues.setdefault(self._places[number], []).append(number)
        return Sifted(clues, places)

    def lines(self, sifted: "Sifted", expression: int, folded: str, stop: int) -> list[tuple[int, int]]:
        """The lines of a text, before `stop`, that have one of the clues of an expression."""
        lines: list[tuple[int, int]] = []
        for number in sifted.clues.get(expression, ()):
            clue, places = self._clue(number), sifted.places[number]
            if not places or places[-1] >= len(folded):
                places = _anywhere(clue.word, folded, stop)
            lines += clue.lines(places, folded, stop)
        return sorted(set(lines)) if len(lines) > 1 else lines

    def _clue(self, number: int) -> Clue:
        clue = self._clues[number]
        if not isinstance(clue, Clue):
            clue = self._clues[number] = _clue(clue)
        return clue

    def _tells(self, word: bytes) -> tuple[int, ...]:
        """The clues that a word of a text is."""
        told = self._told.get(word)
        if told is None:
            if len(self._told) > _MOST_REMEMBERED:  # garbage input must not grow memory without bound
                self._told.clear()
            written = word.decode()
            known = [written, *(written[:size] + OPEN for size in range(LEAST, len(written) + 1))]
            told = tuple([number for each in known for number in self._by_word.get(each, ())])
            self._told[word] = told
        return told


class Sieved:
    """One expression that matches within a line, looked for only in the lines that may have it."""

    def __init__(self, expression: str) -> None:
        self._sieve = Sieve([told(expression)])
        self._pattern = re.compile(expression)

    def all_in(self, folded: str, words: Iterable[bytes]) -> list[re.Match[str]]:
        """Every match in a text of these words, in order."""
        lines = self._sieve.lines(self._sieve.sifted(words), 0, folded, len(folded))
        return [found for line in lines for found in self._pattern.finditer(folded, *line)]


def _anywhere(word: str, folded: str, stop: int) -> list[int]:
    """Where a word may be, whose places are not known: for none at the beginning of every line."""
    return (
        occurrences(folded, word, 0, stop)
        if word
        else [0, *(at + 1 for at in occurrences(folded, "\n", 0, stop))]
    )


def _start(word: bytes) -> int:
    """A number for the first three letters."""
    return (word[0] * 64 + word[1] * 8 + word[2]) % _STARTS


def _following(word: bytes) -> int:
    """A bit for the kind of the fourth letter; every bit where any may follow."""
    if len(word) == LEAST:
        return 1
    return _ANY if word[LEAST] == _STAR else 1 << (word[LEAST] & _KINDS)


def _clue(of: Told) -> Clue:
    word, others = of
    return Clue(bare(word), tuple([_clue(other) for other in others]))
