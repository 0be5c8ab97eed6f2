"""The headings of one letter, of a note in four parts: «S: ... O: ... A: ... P: ...»."""

import re
from typing import Final

from services.coder.reading.headings import Headings
from services.coder.reading.labels import MOST_HEADINGS, Opening, behind

_LETTER: Final = re.compile(
    r"[SOAP](?<![A-Za-z/&][SOAP])(?=[ \t*]{0,3}[:\n]|\)[ \t\n]|\*{0,3} [-\u2013] |/[ \t\n])"
    r"(?<!P(?=[ \t*]{0,3}:[ \t]{0,3}\d{2,3}\b))"
)
_BEHIND_LETTER: Final = frozenset(":\n \t*/)")
_BEFORE_LETTER: Final = re.compile(r"(?:^|[.;\n\r])[ \t*#]{0,9}$")
_LEAST_LETTERS: Final = 2
_PLANNED: Final = re.compile(r"[^\n]{1,300}? (?=P: ?[A-Za-z])")
"""What stands between an A and a P in one line, which may follow without a full stop: «A: UTI P: ...»."""
_ABOVE_LIST: Final = re.compile(r"P[ \t]*:?[ \t]*\n[ \t]*(?:[-*#\u2022]|\d{1,2}[.)])[ \t]?\S")
_OTHER_LISTS: Final = re.compile(r"(?:^|[.;\n])[ \t]*[BQ]:")
"""What no note has whose only letter is an A: a list of A, B, C; questions and answers."""


def letters_of(text: str, known: Headings) -> dict[int, Opening]:
    """The headings of one letter (S: O: A: P:) by offset, if two of them are used or an A begins a line."""
    found = [*_alone(text, "S"), *_alone(text, "A")]
    if not found:  # most notes: without one of these two the others are no headings
        return _lone_plan(text, known)
    found += [*_alone(text, "O"), *_alone(text, "P")]
    found += [at for at in _plans(text, found) if at not in found]
    used = {text[at].lower() for at in found}
    if len(found) > MOST_HEADINGS or not (_is_pair(used) or (used == {"a"} and _is_assessment(text, found))):
        return {}
    return {at: _opening(text, at, known) for at in found}


def _lone_plan(text: str, known: Headings) -> dict[int, Opening]:
    """The one P that stands by itself above a list: the plan of a note whose other parts have no letters."""
    found = _above_lists(text) if "\nP" in text else []
    if len(found) != 1:
        return {}
    return {found[0]: _opening(text, found[0], known)}


def _above_lists(text: str) -> list[int]:
    """Where a P stands by itself in a line above a list."""
    found: list[int] = []
    at = text.find("P", 1, len(text) - 1)
    while at >= 0:
        if text[at + 1] in _BEHIND_LETTER and _ABOVE_LIST.match(text, at):
            line = text.rfind("\n", 0, at)
            if line >= 0 and not text[line + 1 : at].strip(" \t"):
                found.append(at)
        at = text.find("P", at + 1, len(text) - 1)
    return found


def _opening(text: str, at: int, known: Headings) -> Opening:
    start = behind(text, at + 1 + text.startswith(")", at + 1), len(text))
    return Opening(at, at, at + 1, start, known.letters[text[at].lower()], alone=False)


def _plans(text: str, found: list[int]) -> list[int]:
    """The P that stands in the line of an A, without a full stop before it."""
    assessed = [at for at in found if text[at] == "A"]
    return [plan.end() for plan in (_PLANNED.match(text, at) for at in assessed) if plan is not None]


def _is_assessment(text: str, found: list[int]) -> bool:
    """Whether an A that is the only letter ends a note: something stands before it, and no other list."""
    follows = text[found[0] + 1] == ":" and not text[: found[0]].isspace() and found[0] > 0
    return follows and _OTHER_LISTS.search(text) is None


def _alone(text: str, letter: str) -> list[int]:
    """Where a capital letter stands by itself before a colon, a bracket, a dash or the line's end."""
    found: list[int] = []
    at = text.find(letter, 0, len(text) - 1)
    while at >= 0:
        if (
            text[at + 1] in _BEHIND_LETTER
            and _LETTER.match(text, at)
            and _BEFORE_LETTER.search(text, max(0, at - 12), at)
        ):
            found.append(at)
        at = text.find(letter, at + 1, len(text) - 1)
    return found


def _is_pair(used: set[str]) -> bool:
    """Whether the letters are those of a note: two of them, S or A among them."""
    return len(used) >= _LEAST_LETTERS and bool(used & {"s", "a"})
