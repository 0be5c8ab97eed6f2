"""How two codes stand to each other: the same, one above the other, another opinion of one thing, or of two.

By the tabular list: a code that only leaves open what its neighbours say («unspecified», «without
complications») stands above them. Which categories know one code at a time: `data/stated.yaml`.
"""

from enum import Enum
from functools import cache
from typing import Final

from services.coder.encounter.tables import data
from services.coder.engine.specificity import base_of, lift
from services.coder.terminology.index import Terminology

_CATEGORY: Final = 3  # characters
_SIDES: Final = frozenset(("right", "left", "bilateral", "unilateral"))
_PLAIN: Final = ("without complication", "uncomplicated")
"""Titles of what there is where none of the neighbours is: «type 2 diabetes without complications»."""
_REASONS: Final = "Z"
"""Chapter of reasons and statuses, whose «other» and «unspecified» codes are of other things."""


class Relation(Enum):
    """How the second of two codes stands to the first."""

    SAME = "same"
    FINER = "finer"
    """It says more of the same."""
    VAGUER = "vaguer"
    """It says less of the same."""
    OTHERWISE = "otherwise"
    """It says another side, stage, severity or episode of the same."""
    BESIDE = "beside"
    """It is of the same category, and may be of another thing."""
    APART = "apart"


def relation(first: str, second: str, vocabulary: Terminology) -> Relation:
    """How the second code stands to the first."""
    if first == second:
        return Relation.SAME
    if first.startswith(_REASONS) or second.startswith(_REASONS):
        return Relation.APART
    if says_less(first, second, vocabulary):
        return Relation.FINER
    if says_less(second, first, vocabulary):
        return Relation.VAGUER
    if one_at_a_time(first, second) or _of_other_side(first, second, vocabulary):
        return Relation.OTHERWISE
    return Relation.BESIDE if first[:_CATEGORY] == second[:_CATEGORY] else Relation.APART


def says_less(one: str, other: str, vocabulary: Terminology) -> bool:
    """Whether the one code leaves open what the other says."""
    if one[:_CATEGORY] != other[:_CATEGORY] or one.startswith(_REASONS):
        return False
    base = base_of(other, vocabulary)
    return base != base_of(one, vocabulary) and base.startswith(_left_open(one, vocabulary))


def _left_open(code: str, vocabulary: Terminology) -> str:
    """The highest code of which the code says no more than that there is one."""
    base = base_of(code, vocabulary)
    top, entry = lift(base, vocabulary), vocabulary.entry(base)
    if entry is None or top != base or entry.steps:
        return top
    return entry.parent if any(words in entry.title.lower() for words in _PLAIN) else base


def one_at_a_time(one: str, other: str) -> bool:
    """Whether a patient has one of the two at a time: stages, grades, types of one condition."""
    return any(
        one.startswith(codes)
        and other.startswith(codes)
        and (not by_category or _categories_differ(one, other))
        for codes, by_category in _exclusive()
    )


def _categories_differ(one: str, other: str) -> bool:
    return one[:_CATEGORY] != other[:_CATEGORY]


@cache
def _exclusive() -> tuple[tuple[tuple[str, ...], bool], ...]:
    """Codes of which there is one at a time, and whether only other categories exclude each other."""
    entries = data("stated")["one_at_a_time"]
    return tuple((tuple(entry["codes"]), bool(entry.get("by_category"))) for entry in entries)


def _of_other_side(one: str, other: str, vocabulary: Terminology) -> bool:
    """Whether two codes differ in the side only, or in the seventh character."""
    bases = base_of(one, vocabulary), base_of(other, vocabulary)
    words = [vocabulary.title_words(base) - _SIDES for base in bases]
    return one[:_CATEGORY] == other[:_CATEGORY] and bool(words[0]) and words[0] == words[1]
