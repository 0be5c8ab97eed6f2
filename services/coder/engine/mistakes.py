"""Drugs taken wrongly: a wrong dose or drug taken in error is a poisoning, the drug before what it did
(Official Guidelines I.C.19.e.5.b).
"""

from functools import cache
from typing import Any, Final

from services.coder.engine.drug_classes import code_of, first_named
from services.coder.engine.literals import Guarded, guarded
from services.coder.engine.model import Candidate
from services.coder.engine.poisoning import intent_of
from services.coder.engine.rules import Codes
from services.coder.engine.tables import table
from services.coder.reading import Note

_ACCIDENT: Final = "1"
_AS_TAKEN: Final = "5"


def apply(note: Note, candidates: list[Candidate]) -> list[Candidate]:
    """The candidates with the drugs of which their sentences say that they were taken by mistake, in place of
    an adverse effect.
    """
    out: list[Candidate] = []
    effects: set[str] = set()
    for candidate in candidates:
        found = _drug(note, candidate) if _harmed().has(candidate.code) else None
        if found is not None:
            base, span, intent = found
            effects.add(code_of(base, _AS_TAKEN))
            code = code_of(base, intent)
            out.append(Candidate(code, candidate.mention, ["add.poisoning-by-mistake"], [span]))
        out.append(candidate)
    return [c for c in out if c.code not in effects] if effects else out


def _drug(note: Note, candidate: Candidate) -> tuple[str, tuple[int, int], str] | None:
    """T code, place and intent of the drug that the candidate's sentence says was taken wrongly."""
    sentence = note.sentence_at(candidate.mention.start)
    text = note.folded[sentence.start : sentence.end] if sentence is not None else ""
    if sentence is None or not _mistake().search(text):
        return None
    named = first_named(text)
    if named is None:
        return None
    base, begin, end = named
    intent = intent_of(text)
    place = (sentence.start + begin, sentence.start + end)
    return base, place, _ACCIDENT if intent in {"", _AS_TAKEN} else intent


@cache
def _data() -> dict[str, Any]:
    found: dict[str, Any] = table("additions")["mistakes"]
    return found


@cache
def _harmed() -> Codes:
    """What a drug taken wrongly does."""
    return Codes(_data()["of"])


@cache
def _mistake() -> Guarded:
    """An error, and a dose or a way of taking near it, in either order."""
    error, dose = "|".join(_data()["error"]), "|".join(_data()["dose"])
    near = r"\b[^.;]{0,60}\b"
    either = rf"\b(?:{error}){near}(?:{dose})\b|\b(?:{dose}){near}(?:{error})\b"
    return guarded("mistakes", [either])[either]
