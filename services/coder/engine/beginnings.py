"""Which words a text must have for an expression to match in it, and in which of its lines that can be.

To search a whole note for one expression after the other takes longer than all else that is done with it; to
see once which words it has takes as long as one search.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from re import _constants, _parser  # type: ignore[attr-defined]  # there is no public parser
from string import ascii_lowercase
from typing import Any, Final

_LEAST: Final = 3
"""Letters of a word, or of the beginning of one, that tell something; fewer tell too little."""
_STARTS: Final = 2048
"""Numbers for the first three letters of words; a few have the same, for a small table stays at hand."""
_KINDS: Final = 7
"""The bits of a letter that tell its kind, of eight."""
_ANY: Final = 255
"""A bit for each kind."""
_MOST_REMEMBERED: Final = 200_000  # words
_MOST_STATES: Final = 2000
"""Ways of reading an expression that are told apart by all their words; of more, each keeps one word."""
_COMMON: Final = frozenset(
    (
        *("above", "both", "day", "for", "had", "has", "have", "her"),
        *("last", "never", "no", "not", "right", "today", "well", "with"),
    )
)
"""Words that most notes have: clues only where there is no other."""
_OPEN: Final = "*"
_STAR: Final = ord(_OPEN)
_WITHIN: Final = "~"
"""Stands for a word of which nothing more can be known: it is longer, or begins with anything."""
_State = tuple[frozenset[str], str]
"""The words that are certain, and the letters of the one that is being read; "" between words."""
Words = frozenset[str]
"""Words, or the beginnings of words with a star behind them."""
Told = tuple[str, tuple[Any, ...]]
"""Plain values of which a `Clue` is made: a word as in `Words`, and what must stand with it."""


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


class Starts:
    """How some words begin: tells of most others, without looking for them, that they are none of these."""

    def __init__(self, words: Iterable[bytes]) -> None:
        starts = bytearray(_STARTS)
        for word in words:
            if len(word) >= _LEAST:
                starts[_start(word)] |= _following(word)
        self._starts = bytes(starts)

    def may_be(self, word: bytes) -> bool:
        """Whether a word may be one of them."""
        return len(word) < _LEAST or self._starts[_start(word)] & _following(word) != 0


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
                tells = len(word) >= _LEAST
                known = self._by_word.setdefault(word, []) if tells else self.anywhere
                known.append(len(self._clues))
                self._clues.append(clue)
                self._places.append(place)
        self._told: dict[bytes, tuple[int, ...]] = {}
        self._starts = Starts(map(str.encode, self._by_word))

    def sifted(self, words: Iterable[bytes]) -> dict[int, list[int]]:
        """The numbers of the clues that a text of these words has, by that of the expression, in order."""
        found = set(self.anywhere)
        for word in words:
            if len(word) >= _LEAST and self._starts.may_be(word):
                told = self._tells(word)
                if told:
                    found.update(told)
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
            if len(self._told) > _MOST_REMEMBERED:  # garbage input must not grow memory without bound
                self._told.clear()
            written = word.decode()
            known = [written, *(written[:size] + _OPEN for size in range(_LEAST, len(written) + 1))]
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
        lines = self._sieve.lines(self._sieve.sifted(words).get(0, []), folded, len(folded))
        return [found for line in lines for found in self._pattern.finditer(folded, *line)]


def _start(word: bytes) -> int:
    """A number for the first three letters."""
    return (word[0] * 64 + word[1] * 8 + word[2]) % _STARTS


def _following(word: bytes) -> int:
    """A bit for the kind of the fourth letter; every bit where any may follow."""
    if len(word) == _LEAST:
        return 1
    return _ANY if word[_LEAST] == _STAR else 1 << (word[_LEAST] & _KINDS)


def told(expression: str) -> list[Told]:
    """What tells that an expression may match."""
    return list(_told(needed(expression)))


def _clue(of: Told) -> Clue:
    word, others = of
    return Clue(_bare(word), tuple([_clue(other) for other in others]))


def _told(needed: list[Words]) -> Iterator[Told]:
    """Words of which a text that matches has one, as few as will do, and what must stand with each."""
    left = needed
    while left:
        counts = Counter(word for words in left for word in words)
        word = max(counts, key=partial(_worth, counts), default="")
        served = [words for words in left if word in words or not words]
        rest = [words - {word} for words in served]
        yield word, tuple(_told(rest)) if all(rest) else ()
        left = [words for words in left if words not in served]


def _worth(counts: Counter[str], word: str) -> tuple[int, bool, int, int, str]:
    """How good a clue a word is: it is long enough to tell, said in few notes, and serves many sets."""
    return min(len(word), _LEAST), _bare(word) not in _COMMON, counts[word], len(word), word


def _bare(word: str) -> str:
    return word.removesuffix(_OPEN)


def needed(expression: str) -> list[Words]:
    """The sets of words of which a text that matches has one; digits and marks end a word.

    Only what is certain is in a set; an empty one says that any text may match.
    """
    read = _grown({(frozenset(), _WITHIN)}, _parser.parse(expression))
    return sorted(_least({words for words, _ in map(_broken_off, read)}), key=sorted)


def _least(found: set[Words]) -> list[Words]:
    """Those of which no other is a part: whoever looks for the part finds the whole."""
    out: list[Words] = []
    for words in sorted(found, key=len):
        if not any(part <= words for part in out):
            out.append(words)
    return out


def _fewest(states: set[_State]) -> set[_State]:
    """States that tell as much, so that an expression of many ways is still read within bounded time."""
    if len(states) <= _MOST_STATES:
        return states
    heads: dict[str, set[Words]] = {}
    for words, head in states:
        heads.setdefault(head, set()).add(words)
    least = {(words, head) for head, found in heads.items() for words in _least(found)}
    return least if len(least) <= _MOST_STATES else {(_longest(words), head) for words, head in least}


def _longest(words: Words) -> Words:
    """One word of them, if there is any: to look for fewer misses nothing."""
    return frozenset(sorted(words, key=lambda word: (len(word), word))[-1:])


def _grown(states: set[_State], items: Iterable[tuple[Any, Any]]) -> set[_State]:
    """What may have been read once the parsed items follow."""
    for kind, value in items:
        states = _with(states, kind, value)
    return states


def _with(states: set[_State], kind: Any, value: Any) -> set[_State]:  # noqa: ANN401 (the parser has no types)
    if kind is _constants.AT:
        return {_ended(state) for state in states}
    if kind is _constants.SUBPATTERN:
        return _grown(states, value[-1])
    if kind is _constants.BRANCH:
        return _fewest({state for way in value[1] for state in _grown(states, way)})
    if kind is _constants.MAX_REPEAT:
        least, most, items = value
        once = _grown(states, items)
        if most > 1:  # it may go on
            once = {_broken_off(state) for state in once}
        return once if least else _fewest(once | states)
    if kind in {_constants.ASSERT, _constants.ASSERT_NOT}:
        return states
    return {_read(state, letter) for state in states for letter in _letters(kind, value)}


def _ended(state: _State) -> _State:
    """The state at the end of a word."""
    words, head = state
    return (words, "") if head in {"", _WITHIN} else (words | {head}, "")


def _broken_off(state: _State) -> _State:
    """The state where nothing more can be known of a word that was begun."""
    words, head = state
    return (words | {head + _OPEN} if len(head) >= _LEAST else words, head and _WITHIN)


def _read(state: _State, letter: str) -> _State:
    """The state after one more character, or after one that may be any."""
    words, head = state
    if letter == _WITHIN:
        return _broken_off((words, head or _WITHIN))
    if letter not in ascii_lowercase:
        return _ended(state)
    return (words, head if head == _WITHIN else head + letter)


def _letters(kind: Any, value: Any) -> Iterable[str]:  # noqa: ANN401
    """The characters that an item can be, where they are few."""
    if kind is _constants.LITERAL:
        return chr(value)
    if kind is _constants.IN:
        return {letter for each in value for letter in _letters(*each)}
    if kind is _constants.CATEGORY and value in {_constants.CATEGORY_DIGIT, _constants.CATEGORY_SPACE}:
        return " "
    return _WITHIN
