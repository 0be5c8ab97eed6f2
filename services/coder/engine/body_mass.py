"""The body mass index, coded with the diagnosis of weight that the provider states (I.B.14)."""

import re
from datetime import date
from functools import cache
from typing import Any, Final

from services.coder.engine.model import Candidate, Encounter
from services.coder.engine.rules import Codes
from services.coder.engine.spoken import Subject
from services.coder.engine.tables import table
from services.coder.reading import Note

_NAMED: Final = r"\b(?:bmi|body mass index)\b"
_BMI: Final = re.compile(
    _NAMED + r"[^0-9\n]{0,12}((\d\d)(?:\.\d{1,2})?)"
    r"(?!\d|\.\d|st\b|nd\b|rd\b|th\b|\s?%"  # a percentile is none
    r"|\s?(?:-|to)\s?(?!\2)\d\d)"  # a range such as 25.0-29.9 is no measurement
)
_PERCENTILE: Final = re.compile(
    _NAMED
    + r"[^\n;]{0,30}?(?<![\d.])(?P<rank>\d{1,2})(?:\.\d)?(?:(?:st|nd|rd|th)\b|\s?%(?! of)|\s?percentile)"
)
_OF_THE_95TH: Final = re.compile(_NAMED + r"[^\n;]{0,60}?(?P<part>1\d\d)\s?% of (?:the )?95th")
_MEASURED: Final = Subject(_NAMED)
_DIVIDED: Final = date(2026, 10, 1)
"""From when on Z68.1 is divided. No package has the titles of FY2027 yet: its parts are read as those of
their neighbours, whose last character is the whole number (Z68.20 is 20.0 to 20.9).
"""
_FROM: Final = 2  # years: percentiles are for an age of 2 to 19
_ADULT_BOUNDS: Final = ((45, "Z68.41"), (50, "Z68.42"), (60, "Z68.43"), (70, "Z68.44"))
_CHILD_BOUNDS: Final = ((5, "Z68.51"), (85, "Z68.52"), (95, "Z68.53"))


def apply(note: Note, candidates: list[Candidate], encounter: Encounter) -> list[Candidate]:
    """The code of the body mass index that the note measures, if one of the candidates calls for it."""
    stated = next((c for c in candidates if _weighed().has(c.code)), None)
    if stated is None or any(c.code.startswith("Z68") for c in candidates) or not _MEASURED.may_be_in(note):
        return []
    adult_from: int = table("additions")["body_mass_index"]["adult_from"]
    if encounter.age is None or encounter.age >= adult_from:
        found, code = _of_an_adult(note.folded, encounter.on)
    elif encounter.age >= _FROM:
        found, code = _of_a_child(note.folded)
    else:
        return []
    if found is None:
        return []
    return [Candidate(code, stated.mention, ["add.body-mass-index (I.B.14)"], [found.span()])]


@cache
def _weighed() -> Codes:
    """The conditions that a body mass index goes with."""
    rule: dict[str, Any] = table("additions")["body_mass_index"]
    return Codes(rule["for"])


def _of_an_adult(folded: str, on: date) -> tuple[re.Match[str] | None, str]:
    """Z68 of an adult: below 20, by whole numbers to 39, then by fives and tens."""
    found = _BMI.search(folded)
    whole = int(float(found.group(1))) if found is not None else 0
    if whole < 20:  # noqa: PLR2004 (the bounds are those of category Z68)
        return found, "Z68.1" if on < _DIVIDED else f"Z68.{max(whole, 18)}"
    if whole < 40:  # noqa: PLR2004
        return found, f"Z68.{whole}"
    return found, next((code for bound, code in _ADULT_BOUNDS if whole < bound), "Z68.45")


def _of_a_child(folded: str) -> tuple[re.Match[str] | None, str]:
    """Z68.5 by the percentile for age; above the 95th by how far, where that is told."""
    beyond = _OF_THE_95TH.search(folded)
    if beyond is not None:
        part = int(beyond["part"])
        return beyond, "Z68.56" if part >= 140 else "Z68.55" if part >= 120 else "Z68.54"  # noqa: PLR2004
    found = _PERCENTILE.search(folded)
    rank = int(found["rank"]) if found is not None else 0
    return found, next((code for bound, code in _CHILD_BOUNDS if rank < bound), "Z68.54")
