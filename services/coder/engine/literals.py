"""Strings of which a text has one wherever an expression matches in it.

To find that a sentence has none of them takes a small part of the search that would fail.
"""

import re
from collections.abc import Iterable
from re import _constants, _parser  # type: ignore[attr-defined]  # there is no public parser
from sys import maxsize
from typing import Any, Final

_ENOUGH: Final = 3
"""Characters that tell enough: rather few strings than longer ones."""


class Guarded:
    """An expression that is searched for only where one of its strings stands."""

    def __init__(self, expression: str) -> None:
        self._pattern = re.compile(expression)
        self._strings = tuple(sorted(strings(expression)))

    def search(self, text: str, start: int = 0, end: int = maxsize) -> re.Match[str] | None:
        """As `re.Pattern.search`."""
        for string in self._strings:
            if text.find(string, start, end) >= 0:
                return self._pattern.search(text, start, end)
        return None


def strings(expression: str) -> frozenset[str]:
    """The strings of which every text that matches has one; the empty one where nothing is certain."""
    parsed = _parser.parse(expression)
    if parsed.state.flags & re.IGNORECASE:
        return frozenset(("",))
    found = _strings(parsed)
    return frozenset(each for each in found if not any(other in each for other in found - {each}))


def _strings(items: Iterable[tuple[Any, Any]]) -> frozenset[str]:
    """What tells most of a sequence of parsed items: each of them, and each run of letters, must be there."""
    found, run = [frozenset(("",))], ""
    for kind, value in items:
        if kind is _constants.LITERAL:
            run += chr(value)
            continue
        found += [frozenset((run,)), _strings_of(kind, value)]
        run = ""
    return max([*found, frozenset((run,))], key=_telling)


def _strings_of(kind: Any, value: Any) -> frozenset[str]:  # noqa: ANN401 (the parser has no types)
    if kind is _constants.SUBPATTERN:
        return _strings(value[-1])
    if kind is _constants.BRANCH:
        return frozenset[str]().union(*map(_strings, value[1]))
    if kind is _constants.MAX_REPEAT and value[0]:
        return _strings(value[2])
    return frozenset(("",))


def _telling(each: frozenset[str]) -> tuple[int, int, list[str]]:
    """How much a set of strings tells: by the shortest, then by how few they are."""
    return min(_ENOUGH, *(len(string.strip()) for string in each)), -len(each), sorted(each)
