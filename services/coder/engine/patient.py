"""What a note says of the patient that the visit does not: the age."""

import re
from dataclasses import replace
from typing import Final

from services.coder.engine.model import Encounter
from services.coder.reading import Flag, Note
from services.coder.reading.places import occurrences

_HEAD: Final = 2_000  # characters in which a note introduces the patient
_NUMBERS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")
_AGED: Final = re.compile(
    rf"(?<![\w-])(?P<aged>\d{{1,3}}|{'|'.join(_NUMBERS)})"
    r"[ -]?(?:(?P<unit>year|yr|y|month|mo|week|wk|day)s?[ -]old\b|yo\b|y\.o\b|y/o\b)"
    r"|\bage: ?(?P<listed>\d{1,3})\b(?! (?:months|weeks|days))"
    r"|^(?P<begins>\d{1,2}) ?[mf]\b(?! ?:)"
    r"|\b(?:mr|mrs|ms|miss)\.? [a-z][a-z '-]{1,40}(?:, | is | \()(?P<named>\d{1,2})(?=[),.]| and\b)"
    r"|\b(?P<born>baby (?:boy|girl)|newborn (?:boy|girl|infant)|day of life \d)\b",
    re.MULTILINE | re.ASCII,
)
_ENDING: Final = ("old", "yo", "y.o", "y/o")
"""Clues that an age ends with."""
_CLUES: Final = (*_ENDING, "age:", "mr", "ms", "miss", "baby ", "newborn ", "day of life")
"""Strings of which each way to tell an age has one, but for the line that begins with it; the one that most
notes have first, for the others are only looked for before it.
"""
_LINE: Final = "\n"
_AHEAD: Final = 20  # characters from the beginning of an age to its clue: «eleven-months-old»
_BEYOND: Final = 80  # characters from a clue to the age's end
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
    said: re.Match[str] | None = None
    for clue in (*_CLUES, _LINE):
        stop = _HEAD if said is None else min(said.start() + _AHEAD, _HEAD)  # is there one before it?
        places = occurrences(note.folded, clue, 0, stop)
        for place in places if clue != _LINE else [-1, *places]:
            earlier = _said_at(note, clue, place)
            if earlier is not None and (said is None or earlier.start() < said.start()):
                said = earlier
                break
    age = _years(said) if said is not None else None
    return encounter if age is None or age > _OLDEST else replace(encounter, age=age)


def _said_at(note: Note, clue: str, place: int) -> re.Match[str] | None:
    """The first way that tells the patient's age around a clue: to search around these takes a tenth of a
    search of all.
    """
    if not (
        note.folded[place + 1 : place + 2].isdigit()
        if clue == _LINE
        else _stands(note.folded, place, place + len(clue))
    ):
        return None
    stop = place + len(clue) if clue in _ENDING else min(place + _BEYOND, _HEAD)
    for said in _AGED.finditer(note.folded, max(place - _AHEAD, 0), stop):
        before = note.folded[max(said.start() - _BEFORE, 0) : said.start()]
        if _ANOTHERS.search(before) is None and not note.context_at(*said.span()).flags & _OF_ANOTHER:
            return said
    return None


def _stands(folded: str, start: int, end: int) -> bool:
    """Whether a clue is no part of a longer word: «ms» of «problems», «yo» of «your»."""
    if start > 0 and folded[start - 1].isalpha():
        return False
    return not (folded[end - 1].isalpha() and folded[end : end + 1].isalpha()) or folded.startswith(
        "mr", start
    )


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
