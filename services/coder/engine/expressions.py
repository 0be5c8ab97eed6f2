"""Expressions of tables: each is made ready when it is first needed, and from what was kept of it.

A table has hundreds, of which a note needs a few; to compile one takes ten times as long as to read what it
was compiled to.
"""

import re
from array import array
from collections.abc import Iterable
from re import _compiler, _parser  # type: ignore[attr-defined]  # nothing public gives what it compiles to
from typing import Final

from services.coder.engine.heads import heads, places
from services.coder.kept import kept, source

_FLAGS: Final = re.ASCII
"""Folded text is nearly all ASCII; whether a character is of a word takes a fifth of the time so."""
_FEW: Final = 6
"""Places at which an expression is tried one by one; at more it is searched for."""
DERIVING: Final = (source("engine/expressions.py"), source("engine/heads.py"))
"""What derives all that is kept of an expression is a source of it."""
Program = tuple[int, int, bytes, dict[str, int]]
"""What an expression is compiled to: its flags, number of groups, code, and the numbers of groups by name."""


class Late:
    """An expression, made ready when it is first needed."""

    def __init__(
        self,
        expression: str,
        flags: int = 0,
        program: Program | None = None,
        heads: tuple[str, ...] | None = None,
    ) -> None:
        """`program` and `heads`: what it is compiled to and begins with, where that is known already."""
        self.expression: Final = expression
        self._flags: Final = flags
        self._program: Final = program
        self._heads = heads
        self._pattern: re.Pattern[str] | None = None

    def pattern(self) -> re.Pattern[str]:
        """The expression, compiled."""
        if self._pattern is None:
            if self._program is None:
                self._pattern = re.compile(self.expression, self._flags | _FLAGS)
            else:
                self._pattern = _ready(self.expression, self._program)
        return self._pattern

    def heads(self) -> tuple[str, ...]:
        """With one of which every match begins, where these are known."""
        if self._heads is None:  # most are never asked
            self._heads = () if self._flags & re.IGNORECASE else heads(self.expression)
        return self._heads

    def first(self, text: str, start: int, end: int) -> re.Match[str] | None:
        """As `re.Pattern.search`."""
        known = self.heads()
        if not known:
            return self.pattern().search(text, start, end)
        found = places(text, known, start, end)
        if len(found) > _FEW:
            return self.pattern().search(text, found[0], end)
        for at in found:
            match = self.pattern().match(text, at, end)
            if match is not None:
                return match
        return None

    def every(self, text: str, start: int, end: int) -> list[re.Match[str]]:
        """As `re.Pattern.finditer`."""
        known = self.heads()
        if not known:
            return list(self.pattern().finditer(text, start, end))
        found = places(text, known, start, end)
        if len(found) > _FEW:
            return list(self.pattern().finditer(text, found[0], end))
        out: list[re.Match[str]] = []
        for at in found:
            match = self.pattern().match(text, at, end) if not out or at >= out[-1].end() else None
            if match is not None:
                out.append(match)
        return out


def late(name: str, expressions: Iterable[str], flags: int = 0) -> dict[str, Late]:
    """The expressions of a table; what they are compiled to is kept under the table's name."""
    listed = sorted(set(expressions))
    sources = "\n".join((str(int(flags)), *listed)).encode(), *DERIVING
    known: list[tuple[Program, tuple[str, ...]]] = kept(
        f"{name}.late", lambda: [(program(each, flags), heads(each)) for each in listed], *sources
    )
    return {
        expression: Late(expression, flags, *each) for expression, each in zip(listed, known, strict=True)
    }


def program(expression: str, flags: int = 0) -> Program:
    """What an expression is compiled to."""
    flags |= _FLAGS
    parsed = _parser.parse(expression, flags)
    code = array("I", _compiler._code(parsed, flags))  # noqa: SLF001 (the step that takes long)
    return int(flags | parsed.state.flags), parsed.state.groups - 1, code.tobytes(), parsed.state.groupdict


def _ready(expression: str, program: Program) -> re.Pattern[str]:
    """As `re.compile` ends; the machine that searches checks the code before it takes it."""
    flags, groups, code, numbers = program
    names = {number: name for name, number in numbers.items()}
    words = array("I", code).tolist()
    made: re.Pattern[str] = _compiler._sre.compile(  # noqa: SLF001
        expression, flags, words, groups, numbers, tuple(names.get(number) for number in range(groups + 1))
    )
    return made
