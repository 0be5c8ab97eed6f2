"""Which of many expressions may match in a text, and in which of its lines that can be.

To search a whole note for one expression after the other takes longer than all else that is done with it; to
see once which words it has takes as long as one search.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from services.coder.engine.beginnings import LEAST, OPEN, Told, bare, told

_MOST_REMEMBERED: Final = 50_000  # words


@dataclass(frozen=True, slots=True)
class Clue:
    """A word, or the beginning of one, that tells that an expression may match in a line."""

    word: str
    """Its letters; none: it may match in any line."""
    others: tuple["Clue", ...]
    """Of which one must stand with it, if there are any."""

    def lines(self, text: str, stop: int) -> list[tuple[int, int]]:
        """The lines before `stop` in which the expression may match."""
        out: list[tuple[int, int]] = []
        at = text.find(self.word, 0, stop)
        while at >= 0:
            start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at, stop)
            if end < 0:
                end = stop
            if self.complete(text, start, end):
                out.append((start, end))
            at = text.find(self.word, end + 1, stop)
        return out

    def complete(self, text: str, start: int, end: int) -> bool:
        """Whether what must stand with it is between two places of the text."""
        for other in self.others:
            if text.find(other.word, start, end) >= 0 and other.complete(text, start, end):
                return True
        return not self.others


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
        self._silent: set[bytes] = set()
        """Words that were met and are no clue: most of a note are among them."""

    def sifted(self, words: frozenset[bytes]) -> dict[int, list[int]]:
        """The numbers of the clues that a text of these words has, by that of the expression, in order."""
        found = set(self.anywhere)
        for word in words - self._silent:
            found.update(self._tells(word))
        out: dict[int, list[int]] = {}
        for number in sorted(found):
            out.setdefault(self._places[number], []).append(number)
        return out

    def lines(self, clues: list[int], folded: str, stop: int) -> list[tuple[int, int]]:
        """The lines of a text, before `stop`, that have one of the clues."""
        lines: list[tuple[int, int]] = []
        for number in clues:
            lines += self._clue(number).lines(folded, stop)
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
            written = word.decode()
            known = [written, *(written[:size] + OPEN for size in range(LEAST, len(written) + 1))]
            told = tuple([number for each in known for number in self._by_word.get(each, ())])
            if len(self._told) + len(self._silent) >= _MOST_REMEMBERED:
                self._told.clear()  # garbage input must not grow memory without bound
                self._silent.clear()
            if told:
                self._told[word] = told
            else:
                self._silent.add(word)
        return told


class Sieved:
    """One expression that matches within a line, looked for only in the lines that may have it."""

    def __init__(self, expression: str) -> None:
        self._sieve = Sieve([told(expression)])
        self._pattern = re.compile(expression)

    def all_in(self, folded: str, words: frozenset[bytes]) -> list[re.Match[str]]:
        """Every match in a text of these words, in order."""
        lines = self._sieve.lines(self._sieve.sifted(words).get(0, []), folded, len(folded))
        return [found for line in lines for found in self._pattern.finditer(folded, *line)]


def _clue(of: Told) -> Clue:
    word, others = of
    return Clue(bare(word), tuple([_clue(other) for other in others]))
