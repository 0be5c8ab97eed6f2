"""Excludes1 notes: conditions that are not coded together, unless they are unrelated (I.A.12.a), which only a
person can say.
"""

from collections.abc import Callable
from itertools import combinations
from typing import Final

from services.coder.engine.model import Candidate
from services.coder.engine.obstetrics import COMPLICATING

Apart = Callable[[str, str], str]
"""The one of two codes that has a note, its own or from above, which keeps them apart; empty: none has."""
_SYMPTOM: Final = "R"


def apply(candidates: list[Candidate], apart: Apart) -> list[Candidate]:
    """The candidates without those that a note keeps apart from another, which a person then sees.

    The note tells where the condition is coded instead, so the code that has it gives way; a symptom gives
    way to the disease that has it.
    """
    out = list(candidates)
    for one, other in combinations(candidates, 2):
        owner = apart(one.code, other.code)
        if owner and one in out and other in out:
            stays, leaves = (other, one) if _gives_way(one.code, other.code, owner) else (one, other)
            stays.asked = True
            why = f"Excludes1 note of {owner}: only together where unrelated (I.A.12.a)"
            stays.rejected.append((leaves.code, why))
            out = [c for c in out if c is not leaves and not _complicates_as(leaves, c)]
    return out


def _complicates_as(condition: Candidate, candidate: Candidate) -> bool:
    """Whether a code of chapter 15 stands for a condition alone, and goes with it."""
    if COMPLICATING not in candidate.rules or candidate.mention != condition.mention:
        return False
    return set(candidate.spans) <= set(condition.spans)


def _gives_way(code: str, other: str, owner: str) -> bool:
    if (code[0] == _SYMPTOM) != (other[0] == _SYMPTOM):
        return code[0] == _SYMPTOM
    return code == owner
