"""What a note says of the patient that the visit does not: the age."""

import re
from dataclasses import replace
from typing import Final

from services.coder.engine.model import Encounter
from services.coder.reading import Flag, Note

_HEAD: Final = 2_000  # characters in which a note introduces the patient
_NUMBERS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")
_AGED: Final = re.compile(
    rf"(?<![\w-])(?P<aged>\d{{1,3}}|{'|'.join(_NUMBERS)})"
    r"[ -]?(?:(?P<unit>year|yr|y|month|mo|week|wk|day)s?[ -]old\b|yo\b|y\.o\b|y/o\b)"
    r"|\bage: ?(?P<listed>\d{1,3})\b(?! (?:months|weeks|days))"
    r"|^(?P<begins>\d{1,2}) ?[mf]\b(?! ?:)"
    r"|\b(?:mr|mrs|ms|miss)\.? [a-z][a-z '-]{1,40}(?:, | is | \()(?P<named>\d{1,2})(?=[),.]| and\b)"
    r"|\b(?P<born>baby (?:boy|girl)|newborn (?:boy|girl|infant)|day of life \d)\b",
    re.MULTILINE,
)
_ANOTHERS: Final = re.compile(
    r"\b(?:her|his|their|our|my|whose|with an?|has an?|had an?|at|as an?|under|over|than|least|since|when"
    r"|until|from) (?:[a-z]+ )?$"
)
"""What stands before an age that is a relative's, or the patient's of another day."""
_OF_ANOTHER: Final = Flag.FAMILY | Flag.OTHER_PERSON
_BEFORE: Final = 25  # characters
_OLDEST: Final = 120
_MONTHS: Final = 12


def described(note: Note, encounter: Encounter) -> Encounter:
    """The visit, with the patient's age as the note introduces it where the visit does not tell it."""
    if encounter.age is not None:
        return encounter
    for said in _AGED.finditer(note.folded, 0, _HEAD):
        before = note.folded[max(said.start() - _BEFORE, 0) : said.start()]
        if _ANOTHERS.search(before) is None and not note.context_at(*said.span()).flags & _OF_ANOTHER:
            age = _years(said)
            return replace(encounter, age=age) if age <= _OLDEST else encounter
    return encounter


def _years(said: re.Match[str]) -> int:
    """The age in completed years."""
    if said["born"]:
        return 0
    told = said["aged"] or said["listed"] or said["begins"] or said["named"]
    number = int(told) if told.isdigit() else _NUMBERS.index(told) + 1
    unit = said["unit"] or "y"
    if unit.startswith("y"):
        return number
    return number // _MONTHS if unit.startswith("mo") else 0
