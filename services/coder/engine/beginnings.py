"""Which words a text must have for an expression to match in it, told by their first letters.

To search a whole note for one expression after the other takes longer than all else that is done with it; to
see once with which letters its words begin takes a tenth of one search.
"""

from collections.abc import Iterable
from re import _constants, _parser  # type: ignore[attr-defined]  # there is no public parser
from string import ascii_lowercase
from typing import Any, Final

_SIZE: Final = 4  # letters
_LETTERS: Final = bytes(code if chr(code) in ascii_lowercase else ord(" ") for code in range(256))
_WITHIN: Final = "~"
"""Stands for a word of which nothing more can be known: it is longer, or begins with anything."""
_State = tuple[frozenset[str], str]
"""The words that are certain, and the letters of the one that is being read; "" between words."""


def of_text(folded: str) -> frozenset[bytes]:
    """The first letters of the words of a text; digits and marks end a word."""
    words = set(folded.encode("ascii", "replace").translate(_LETTERS).split())
    return frozenset(word[:_SIZE] for word in words)


def needed(expression: str) -> tuple[frozenset[bytes], ...]:
    """The sets of first letters of which one must be among those of a text that matches.

    Only what is certain is in a set; an empty one says that any text may match.
    """
    states = _grown({(frozenset(), _WITHIN)}, _parser.parse(expression))
    found = {words for words, _ in states}
    least = (words for words in found if not any(other < words for other in found))
    return tuple(sorted((frozenset(word.encode() for word in words) for words in least), key=sorted))


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
        if most > 1:  # it may go on: what was begun is not certain
            once = {(words, head and _WITHIN) for words, head in once}
        return once if least else once | states
    if kind in {_constants.ASSERT, _constants.ASSERT_NOT}:
        return states
    return {_read(state, letter) for state in states for letter in _letters(kind, value)}


def _ended(state: _State) -> _State:
    words, head = state
    return (words, "") if head in {"", _WITHIN} else (words | {head}, "")


def _read(state: _State, letter: str) -> _State:
    """The state after one more character, or after one that may be any."""
    words, head = state
    if letter == _WITHIN or (head == _WITHIN and letter in ascii_lowercase):
        return words, _WITHIN
    if letter not in ascii_lowercase:
        return _ended(state)
    return (words | {head + letter}, _WITHIN) if len(head) == _SIZE - 1 else (words, head + letter)


def _letters(kind: Any, value: Any) -> Iterable[str]:  # noqa: ANN401
    """The characters that an item can be, where they are few."""
    if kind is _constants.LITERAL:
        return chr(value)
    if kind is _constants.IN:
        return {letter for each in value for letter in _letters(*each)}
    if kind is _constants.CATEGORY and value in {_constants.CATEGORY_DIGIT, _constants.CATEGORY_SPACE}:
        return " "
    return _WITHIN
