"""The record of a newborn: birth weight with prematurity, no codes of the mother (I.C.15.a.2, I.C.16.d)."""

import re
from typing import Final

from services.coder.engine import pregnancy
from services.coder.engine.model import Candidate, Encounter
from services.coder.engine.tables import table
from services.coder.reading import Note

_BORN: Final = ("P0", "P22", "P59", "P70", "Z38")
_AGE: Final = ("P07.2", "P07.3")
_BORN_AT: Final = re.compile(
    r"\b(?:born|delivered|birth|c-?section|cesarean|delivery|infant|newborn|boy|girl|male|female|ega|ga"
    r"|gestation(?:al age)?)\b[^.;\n]{0,50}?\b(\d\d)(?: ?w(?:k|ks|eeks?)?\b|w\d|\+\d| \d/7)"
)
_GRAMS: Final = re.compile(r"\b(\d,?\d{3}|\d{3})\s?(?:g|gm|gms|grams?)\b")
_LOW: Final = ("P07.0", "P07.1")
_WEIGHTS: Final = (
    (500, "P07.01"),
    (750, "P07.02"),
    (1000, "P07.03"),
    (1250, "P07.14"),
    (1500, "P07.15"),
    (1750, "P07.16"),
    (2000, "P07.17"),
    (2500, "P07.18"),
)
"""Grams under which each code stands."""
_LIGHTEST: Final = 300  # grams; less is a dose or a loss


def apply(note: Note, candidates: list[Candidate], encounter: Encounter) -> list[Candidate]:
    """The candidates of a child under one year, with the birth weight of a preterm infant."""
    if encounter.age != 0 or not any(c.code.startswith(_BORN) for c in candidates):
        return candidates
    out = _once([c for c in candidates if not c.code.startswith("O")])
    out = _born_early(note, out)
    preterm = next((c for c in out if c.code.startswith(_AGE)), None)
    if preterm is None or any(c.code.startswith(_LOW) and not c.code.endswith(("00", "10")) for c in out):
        return out
    for found in _GRAMS.finditer(note.folded):
        weight = int(found[1].replace(",", ""))
        code = next((code for bound, code in _WEIGHTS if weight < bound), "")
        if weight >= _LIGHTEST:
            out = [c for c in out if not c.code.startswith(_LOW)]
            added = Candidate(code, preterm.mention, ["add.birth-weight (I.C.16.d)"], [found.span()])
            return [*out, added] if code else out
    return out


def _born_early(note: Note, candidates: list[Candidate]) -> list[Candidate]:
    """The weeks at which an infant was born before 37 of them (P07.2, P07.3), in the record of its birth."""
    birth = next((c for c in candidates if c.code.startswith("Z38")), None)
    if birth is None or any(c.code.startswith("P07") for c in candidates):
        return candidates
    found = _BORN_AT.search(note.folded)
    code = pregnancy.preterm(int(found[1])) if found is not None else ""
    if found is None or not code:
        return candidates
    return [*candidates, Candidate(code, birth.mention, ["add.preterm (I.C.16.d)"], [found.span(1)])]


def _once(candidates: list[Candidate]) -> list[Candidate]:
    """The candidates as chapter 16 codes them (I.C.16.a.1), with one age at birth: the first stated."""
    instead: dict[str, str] = table("additions")["newborn"]
    out: list[Candidate] = []
    for candidate in candidates:
        candidate.code = instead.get(candidate.code, candidate.code)
        if not candidate.code.startswith(_AGE) or not any(c.code.startswith(_AGE) for c in out):
            out.append(candidate)
    return out
