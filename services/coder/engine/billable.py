"""Only codes in force and complete on the day leave the engine (45 CFR 162.1002; guideline I.B.2)."""

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Final

from services.coder.engine.model import Candidate
from services.coder.engine.specificity import base_of, complete, default_child, seventh
from services.coder.engine.tables import table
from services.coder.terminology.index import Terminology

Valid = Callable[[str], bool]
"""Whether a code may be reported on the day of service."""
Said = Callable[[Candidate], Collection[str]]
"""The words that tell a candidate's side, among any others."""

_CHARACTERS: Final = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_SIDED: Final = ({"0", "1", "2"}, {"1", "2", "9"})
"""The last characters of a code of the musculoskeletal chapter that is divided by side only."""
_SIDED_CHAPTER: Final = "M"
_OF_SIDE: Final = {"right": "1", "left": "2"}
_PLACEHOLDER: Final = "X"
_OTHER: Final = "9"


def only_valid(
    candidates: list[Candidate], valid: Valid, vocabulary: Terminology, said: Said
) -> list[Candidate]:
    """The candidates whose code, or whose category's default, may be reported on the day; the others are
    left out.
    """
    out: list[Candidate] = []
    for candidate in candidates:
        if valid(candidate.code):
            out.append(candidate)
            continue
        instead = subdivided(candidate.code, valid, said(candidate)) or (
            nearest(candidate.code, valid, vocabulary),
        )
        candidate.rejected.append((candidate.code, "not billable on the date of service"))
        candidate.guessed += 1
        candidate.rules.append("date.replaced")
        out.extend(_copy(candidate, code) for code in instead if code)
    return out


def _copy(candidate: Candidate, code: str) -> Candidate:
    return replace(
        candidate,
        code=code,
        rules=[*candidate.rules],
        spans=[*candidate.spans],
        rejected=[*candidate.rejected],
    )


def nearest(code: str, valid: Valid, vocabulary: Terminology) -> str:
    """The nearest billable code: the default of its subdivisions, the default below it in the tabular list,
    else the default of the entry above, one level at a time; "" if there is none.
    """
    below_it = subdivided(code, valid)
    if below_it:
        return below_it[0]
    before = _before(code)
    if before is not None:
        return before if before and valid(before) else ""
    entry = vocabulary.entry(base_of(code, vocabulary))
    while entry is not None:
        leaf = entry.code
        while (child := default_child(leaf, vocabulary)) is not None:
            leaf = child
        below = vocabulary.entry(leaf)
        if below is not None and below.seventh:
            leaf = complete(leaf, seventh(below.seventh, ()))
        for code_now in (leaf, entry.code):  # before its subdivision, the category itself was reported
            if valid(code_now):
                return code_now
        entry = vocabulary.entry(entry.parent)
    return ""


def _before(code: str) -> str | None:
    """What was reported before the code was made, "" for nothing; None where no table tells."""
    told: dict[str, str] = table("additions")["earlier"]
    return next((earlier for start, earlier in told.items() if code.startswith(start)), None)


def subdivided(code: str, valid: Valid, said: Collection[str] = ()) -> tuple[str, ...]:
    """What replaces a code that the day divides further than the tabular list, whose titles are older.

    Without titles only the classification's habits tell the parts: in the musculoskeletal chapter 1 is right
    and 2 left, elsewhere 0 is unspecified beside 9, and 9 or 8 alone is other. Both sides are two codes
    (I.B.13).
    """
    if code.endswith(_PLACEHOLDER) or "." not in code:
        return ()
    parts = {character for character in _CHARACTERS if valid(code + character)}
    if not parts:  # a placeholder gave way to a division of its own
        other = code.replace(_PLACEHOLDER, _OTHER, 1)
        return (other,) if other != code and valid(other) else ()
    if code.startswith(_SIDED_CHAPTER) and parts in _SIDED:
        sides = [_OF_SIDE[side] for side in ("right", "left") if side in said or "bilateral" in said]
        if sides:
            return tuple(code + side for side in sides)
    default = next((c for c in ("0", "9", "8") if c in parts), min(parts))
    return (code + default,)
