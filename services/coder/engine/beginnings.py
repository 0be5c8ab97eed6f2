"""Which words a text must have for an expression to match in it.

To search a whole note for one expression after the other takes longer than all else that is done with it; to
see once which words it has takes as long as one search.
"""

from collections.abc import Iterable, Sequence
from re import _constants, _parser  # type: ignore[attr-defined]  # there is no public parser
from string import ascii_lowercase
from typing import Any, Final

_SIZES: Final = (6, 4)
"""Letters that are looked at of a word whose end the expression leaves open; fewer tell too little."""
_MOST_REMEMBERED: Final = 200_000  # words
_LETTERS: Final = bytes(code if chr(code) in ascii_lowercase else ord(" ") for code in range(256))
_OPEN: Final = b"*"
_WITHIN: Final = "~"
"""Stands for a word of which nothing more can be known: it is longer, or begins with anything."""
_State = tuple[frozenset[str], str]
"""The words that are certain, and the letters of the one that is being read; "" between words."""
Words = frozenset[bytes]
"""Words, or the beginnings of words with a star behind them."""


class Sieve:
    """Expressions, of which it tells those that may match in a text."""

    def __init__(self, expressions: Sequence[str]) -> None:
        self.anywhere: list[int] = []
        """The places of those that may match in any text."""
        self._by_word: dict[bytes, list[tuple[Words, int]]] = {}
        known: set[bytes] = set()
        for place, expression in enumerate(expressions):
            for words in needed(expression):
                known |= words
                if words:
                    self._by_word.setdefault(max(words, key=len), []).append((words, place))
                else:
                    self.anywhere.append(place)
        self._known = frozenset(known)
        self._told: dict[bytes, Words] = {}

    def sifted(self, folded: str) -> list[int]:
        """The places of the expressions that may match, in order."""
        words = set(folded.encode("ascii", "replace").translate(_LETTERS).split())
        if len(self._told) > _MOST_REMEMBERED:  # garbage input must not grow memory without bound
            self._told.clear()
        for word in words.difference(self._told):
            self._told[word] = self._tells(word)
        present = set[bytes]().union(*filter(None, map(self._told.get, words)))
        found = set(self.anywhere)
        for word in present & self._by_word.keys():
            found.update(place for wanted, place in self._by_word[word] if wanted <= present)
        return sorted(found)

    def _tells(self, word: bytes) -> Words:
        """What a word of a text is of the words that are known."""
        return self._known & {word, *(word[:size] + _OPEN for size in _SIZES)}


def needed(expression: str) -> list[Words]:
    """The sets of words of which a text that matches has one; digits and marks end a word.

    Only what is certain is in a set; an empty one says that any text may match.
    """
    read = _grown({(frozenset(), _WITHIN)}, _parser.parse(expression))
    found = {words for words, _ in map(_broken_off, read)}
    least = (words for words in found if not any(other < words for other in found))
    return sorted((frozenset(word.encode() for word in words) for words in least), key=sorted)


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
        return {state for way in value[1] for state in _grown(states, way)}
    if kind is _constants.MAX_REPEAT:
        least, most, items = value
        once = _grown(states, items)
        if most > 1:  # it may go on
            once = {_broken_off(state) for state in once}
        return once if least else once | states
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
    size = next((size for size in _SIZES if size <= len(head)), 0)
    return (words | {head[:size] + _OPEN.decode()} if size else words, head and _WITHIN)


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
