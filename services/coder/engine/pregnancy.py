"""Weeks of gestation: the trimester of a chapter 15 code and the Z3A code (Official Guidelines I.C.15.a.3,
I.C.21.c.11).
"""

import re

from services.coder.reading import Note

_WEEKS = re.compile(
    r"\b(\d{1,2})(?:\s*(?:\d/7|[+w]\s?\d[d]?))?\s*-?\s*(?:weeks?|wks?)\b(?!\s*(?:ago|postpartum|post|old|later))"
)
_COMPACT = re.compile(r"\b(\d{2})w\d?d?\b|\b(\d{2})\s?[+]\s?\d\b|\b(\d{2}) \d/7\b")
_FIRST, _SECOND, _TERM = 14, 28, 42


def weeks(note: Note) -> int | None:
    """Completed weeks that the note states, if a pregnancy can have that many."""
    for pattern in (_COMPACT, _WEEKS):
        for match in pattern.finditer(note.folded):
            value = int(next(group for group in match.groups() if group))
            if 4 <= value <= _TERM:  # noqa: PLR2004 (a pregnancy is known from its fifth week)
                return value
    return None


def trimester(count: int) -> str:
    """First before 14 weeks, second before 28, then third."""
    return "first" if count < _FIRST else "second" if count < _SECOND else "third"


def z3a(count: int) -> str:
    """The Z3A code of completed weeks."""
    if count < 8:  # noqa: PLR2004 (Z3A.01: less than 8 weeks)
        return "Z3A.01"
    return "Z3A.49" if count > _TERM else f"Z3A.{count:02d}"
