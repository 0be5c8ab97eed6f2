"""What a note says of the patient that the visit does not: the age."""

import re
from dataclasses import replace
from typing import Final

from services.coder.engine.model import Encounter
from services.coder.reading import Flag, Note
from services.coder.reading.places import occurrences

_HEAD: Final = 2_000  # characters in which a note introduces the patient
_SOON: Final = 500  # characters in which most notes do
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
_CLUES: Final = ("old", "yo", "y.o", "y/o", "age:", "mr", "ms", "miss", "baby ", "newborn ", "day of life")
"""Strings of which each way to tell an age has one, but for the line that begins with it."""
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
    end = 0
    for part in ((0, _SOON), (_SOON, _HEAD)):
        for place in _clues(note.folded, *part):
            for said in _AGED.finditer(note.folded, max(place - _AHEAD, end), min(place + _BEYOND, _HEAD)):
                end = said.end()
                before = note.folded[max(said.start() - _BEFORE, 0) : said.start()]
                if _ANOTHERS.search(before) is None and not note.context_at(*said.span()).flags & _OF_ANOTHER:
                    age = _years(said)
                    return replace(encounter, age=age) if age <= _OLDEST else encounter
    return encounter


def _clues(folded: str, start: int, stop: int) -> list[int]:
    """Where from `start` to `stop` an age may be told, in order: to search around these takes a tenth of a
    search of all.
    """
    places = [
        place
        for clue in _CLUES
        for place in occurrences(folded, clue, start, stop)
        if _stands(folded, place, place + len(clue))
    ]
    lines = [*([0] if start == 0 else []), *(at + 1 for at in occurrences(folded, "\n", start, stop))]
    return sorted(places + [line for line in lines if folded[line : line + 1].isdigit()])


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
