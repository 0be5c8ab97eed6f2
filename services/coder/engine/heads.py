"""With which letters every match of an expression begins, where they can be told.

An expression of many ways is tried at each word of a text, one way after the other. Where every way begins
with letters of its own, to look for these takes a small part of that: it is tried only where they stand.
"""

import re
from collections.abc import Iterable
from re import _constants, _parser  # type: ignore[attr-defined]  # there is no public parser
from typing import Any, Final

_LEAST: Final = 3
"""Letters of the shortest; fewer stand everywhere."""
_ENOUGH: Final = (6, 5, 4, _LEAST)
"""Letters that tell a place well enough; of fewer letters there are fewer ways."""
_MOST: Final = 40
"""Ways to begin; it would take too long to look for more."""
_CHOICE: Final = 4
"""Letters that one place may have."""
_ZERO_WIDTH: Final = (_constants.AT, _constants.ASSERT, _constants.ASSERT_NOT)
_REPEATS: Final = (_constants.MAX_REPEAT, _constants.MIN_REPEAT)
_Begun = set[tuple[str, bool]]
"""Letters that were read, and whether those that follow are known."""


def heads(expression: str) -> tuple[str, ...]:
    """Strings with one of which every match begins; none where they cannot be told, are too short or too
    many.
    """
    parsed = _parser.parse(expression)
    if parsed.state.flags & re.IGNORECASE:
        return ()
    for enough in _ENOUGH:
        found = {letters[:enough] for letters, _ in _grown({("", True)}, parsed, enough)}
        if any(len(letters) < _LEAST for letters in found):
            return ()
        longer = {one for one in found if any(one != other and one.startswith(other) for other in found)}
        if len(found) - len(longer) <= _MOST:
            return tuple(sorted(found - longer))
    return ()


def places(text: str, heads: tuple[str, ...], start: int, end: int) -> list[int]:
    """Where one of the strings stands in `text[start:end]`, in order."""
    found: list[int] = []
    for head in heads:
        at = text.find(head, start, end)
        while at >= 0:
            found.append(at)
            at = text.find(head, at + 1, end)
    if len(found) > 1:
        found.sort()
    return found


def _grown(begun: _Begun, items: Iterable[tuple[Any, Any]], enough: int) -> _Begun:
    """What may have been read once the parsed items follow."""
    for kind, value in items:
        begun = {(letters, known and len(letters) < enough) for letters, known in begun}
        going = {one for one in begun if one[1]}
        if going:
            begun = (begun - going) | _with(going, kind, value, enough)
    return begun


def _with(begun: _Begun, kind: Any, value: Any, enough: int) -> _Begun:  # noqa: ANN401 (the parser has no types)
    """The same with one more item, where what follows is known."""
    if kind in _ZERO_WIDTH:
        return begun
    if kind is _constants.SUBPATTERN and not value[1] & re.IGNORECASE:
        return _grown(begun, value[-1], enough)
    if kind is _constants.BRANCH:
        return {one for way in value[1] for one in _grown(begun, way, enough)}
    if kind in _REPEATS:
        least, most, items = value
        once = _grown(begun, items, enough)
        if most > 1:
            once = _ended(once)
        return once if least else once | begun
    letters = _letters(kind, value)
    return {(so_far + letter, True) for so_far, _ in begun for letter in letters} or _ended(begun)


def _letters(kind: Any, value: Any) -> list[str]:  # noqa: ANN401
    """The characters that an item can be, where they are few."""
    if kind is _constants.LITERAL:
        return [chr(value)]
    if kind is _constants.IN and len(value) <= _CHOICE and all(k is _constants.LITERAL for k, _ in value):
        return [chr(code) for _, code in value]
    return []


def _ended(begun: _Begun) -> _Begun:
    return {(letters, False) for letters, _ in begun}
