"""The seventh character of injuries: episode of care, how open a fracture is, how it heals (I.C.19.a, c).

Nonunion and malunion are complications of healing: they are subsequent care whether or not the note says so
(I.C.19.c.1). Open fractures of the forearm, femur and lower leg are told apart by Gustilo's types; of no type
stated, I or II is the default (tabular note at S52, S72, S82).
"""

from collections.abc import Collection, Iterator
from functools import cache
from typing import Final, NamedTuple

from services.coder.terminology.words import folder

_HEALING: Final = frozenset(("healing", "healed", "aftercare", "heal", "recheck", "postop", "postoperative"))
_SEQUELA: Final = frozenset(("sequela", "sequelae", "residual"))
_SUBSEQUENT: Final = frozenset(("subsequent", "encounter"))
_THIRD: Final = frozenset(
    kind + number
    for kind in ("type", "grade", "")
    for number in ("3", "3a", "3b", "3c", "iii", "iiia", "iiib", "iiic")
) - {"3"}
_UNIONS: Final = ("nonunion", "malunion")
_MENDING: Final = frozenset(("healing", "union"))
_CLOSED: Final = 0
_OPEN: Final = 1
_OPEN_THIRD: Final = 2


class Episode(NamedTuple):
    """A, D or S; nonunion, malunion, delayed or nothing (routine); closed, open or Gustilo's type III."""

    care: str
    healing: str
    openness: int


def character(meanings: dict[str, str], line: Collection[str], said: Collection[str]) -> str:
    """The character whose meaning is the most of what is stated; A where nothing is.

    The episode is that of the mention's own `line`; how open a fracture is may be `said` elsewhere.
    """
    by_episode = _by_episode(tuple(meanings.items()))
    stated = _stated(frozenset(line), frozenset(said))
    return next((by_episode[each] for each in _nearest(stated) if each in by_episode), "A")


def _stated(line: frozenset[str], said: frozenset[str]) -> Episode:
    if line & _SEQUELA:
        return Episode("S", "", _CLOSED)
    healing = next(
        (each for each in _UNIONS if each in line), "delayed" if "delayed" in line and line & _MENDING else ""
    )
    later = healing or line & _HEALING or (line >= _SUBSEQUENT and "initial" not in line)
    openness = _CLOSED if "open" not in said else _OPEN_THIRD if said & _THIRD else _OPEN
    return Episode("D" if later else "A", healing, openness)


def _nearest(stated: Episode) -> Iterator[Episode]:
    """What was stated, then less and less of it: a category may not tell types, healing or episodes apart."""
    for healing in dict.fromkeys((stated.healing, "")):
        for openness in range(stated.openness, -1, -1):
            yield Episode(stated.care, healing, openness)


@cache
def _by_episode(meanings: tuple[tuple[str, str], ...]) -> dict[Episode, str]:
    words = {character: frozenset(folder().stems(meaning)) for character, meaning in meanings}
    return {_stated(stems, stems): character for character, stems in words.items()}
