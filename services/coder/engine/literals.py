"""Strings that a text has wherever an expression matches in it.

To find that a sentence lacks them takes a small part of the search that would fail.
"""

import re
from collections.abc import Iterable
from re import _constants, _parser  # type: ignore[attr-defined]  # there is no public parser
from sys import maxsize
from typing import Any, Final

from services.coder.engine.expressions import DERIVING, Late, Program, program
from services.coder.engine.heads import heads
from services.coder.kept import kept, source

_ENOUGH: Final = 4
"""Characters that tell enough: rather few strings than longer ones."""
_LEAST: Final = 2  # characters; one alone tells nothing
Strings = frozenset[str]
Needs = tuple[tuple[str, ...], ...]
"""Strings, of each group of which a text that matches has one."""


class Guarded(Late):
    """An expression that is searched for only where the strings stand that it needs."""

    def __init__(
        self,
        expression: str,
        needs: Needs | None = None,
        program: Program | None = None,
        heads: tuple[str, ...] | None = None,
    ) -> None:
        """`needs`, `program` and `heads`: what it needs, is compiled to and begins with, where that is known
        already.
        """
        super().__init__(expression, 0, program, heads)
        self._needs = needs

    def search(self, text: str, start: int = 0, end: int = maxsize) -> re.Match[str] | None:
        """As `re.Pattern.search`."""
        return self.first(text, start, end) if self.may_match(text, start, end) else None

    def all_in(self, text: str) -> list[re.Match[str]]:
        """Every match in a text, in order."""
        return self.every(text, 0, maxsize) if self.may_match(text) else []

    def may_match(self, text: str, start: int = 0, end: int = maxsize) -> bool:
        """Whether what every match needs is there."""
        needs = self._needs
        if needs is None:  # most are never asked
            needs = self._needs = _needs(self.expression)
        return all(any(text.find(string, start, end) >= 0 for string in strings) for strings in needs)


def guarded(name: str, expressions: Iterable[str]) -> dict[str, Guarded]:
    """The expressions of a table, guarded. What they need is kept under the table's name, as what they are
    compiled to is: to find it takes as long.
    """
    listed = sorted(set(expressions))
    sources = "\n".join(listed).encode(), source("engine/literals.py"), *DERIVING
    known: list[tuple[Needs, Program, tuple[str, ...]]] = kept(
        f"{name}.guards", lambda: [(_needs(each), program(each), heads(each)) for each in listed], *sources
    )
    return {expression: Guarded(expression, *each) for expression, each in zip(listed, known, strict=True)}


def _needs(expression: str) -> Needs:
    return tuple(tuple(sorted(strings)) for strings in needed(expression))


def needed(expression: str) -> list[Strings]:
    """Sets of strings, of each of which every text that matches has one; what tells most comes first."""
    parsed = _parser.parse(expression)
    if parsed.state.flags & re.IGNORECASE:
        return []
    sets = [_shortest(strings) for strings in _sets(parsed)]
    telling = {strings for strings in sets if min(len(string.strip()) for string in strings) >= _LEAST}
    return sorted(telling, key=_telling, reverse=True)


def _shortest(strings: Strings) -> Strings:
    """The strings without those that have another in them."""
    return frozenset(each for each in strings if not any(other in each for other in strings - {each}))


def _sets(items: Iterable[tuple[Any, Any]]) -> list[Strings]:
    """What a sequence of parsed items needs: each run of letters, and what each of the others needs."""
    found: list[Strings] = []
    run = ""
    for kind, value in items:
        if kind is _constants.LITERAL:
            run += chr(value)
        else:
            found += [frozenset((run,))] if run else []
            found += _sets_of(kind, value)
            run = ""
    return [*found, frozenset((run,))] if run else found


def _sets_of(kind: Any, value: Any) -> list[Strings]:  # noqa: ANN401 (the parser has no types)
    if kind is _constants.SUBPATTERN:
        return [] if value[1] & re.IGNORECASE else _sets(value[-1])
    if kind is _constants.BRANCH:
        ways = [_sets(way) for way in value[1]]
        return [frozenset[str]().union(*(max(way, key=_telling) for way in ways))] if all(ways) else []
    if kind is _constants.MAX_REPEAT and value[0]:
        return _sets(value[2])
    return []


def _telling(strings: Strings) -> tuple[int, int, list[str]]:
    """How much a set of strings tells: by the shortest, then by how few they are."""
    return min(_ENOUGH, *(len(string.strip()) for string in strings)), -len(strings), sorted(strings)
