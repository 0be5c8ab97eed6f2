"""Which words a text must have for an expression to match in it.

A few of them tell of a text where, if anywhere, the expression may match (`sieve.py`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from re import _constants, _parser  # type: ignore[attr-defined]  # there is no public parser
from string import ascii_lowercase
from typing import Any, Final

LEAST: Final = 3
"""Letters of a word, or of the beginning of one, that tell something; fewer tell too little."""
_MOST_STATES: Final = 2000
"""Ways of reading an expression that are told apart by all their words; of more, each keeps one word."""
_COMMON: Final = frozenset(
    (
        *("above", "both", "day", "for", "had", "has", "have", "her"),
        *("last", "never", "no", "not", "right", "today", "well", "with"),
    )
)
"""Words that most notes have: clues only where there is no other."""
OPEN: Final = "*"
_WITHIN: Final = "~"
"""Stands for a word of which nothing more can be known: it is longer, or begins with anything."""
_State = tuple[frozenset[str], str]
"""The words that are certain, and the letters of the one that is being read; "" between words."""
Words = frozenset[str]
"""Words, or the beginnings of words with a star behind them."""
Told = tuple[str, tuple[Any, ...]]
"""What tells that an expression may match: a word as in `Words`, and what must stand with it."""


def told(expression: str) -> list[Told]:
    """What tells that an expression may match."""
    return list(_told(needed(expression)))


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
    return min(len(word), LEAST), bare(word) not in _COMMON, counts[word], len(word), word


def bare(word: str) -> str:
    """The letters of a word, or of the beginning of one."""
    return word.removesuffix(OPEN)


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
    return (words | {head + OPEN} if len(head) >= LEAST else words, head and _WITHIN)


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
