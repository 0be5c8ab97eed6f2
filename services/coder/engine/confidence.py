"""A calibrated probability that a coder would assign the code, from how it was found. Coefficients:
`data/confidence.yaml`.
"""

import math
from functools import cache
from sys import intern
from typing import Final

from services.coder.engine import laterality
from services.coder.engine.facts import INFERRED
from services.coder.engine.model import Candidate, Zone
from services.coder.engine.rules import Index
from services.coder.engine.sequence import title_of
from services.coder.engine.tables import table
from services.coder.terminology.index import Terminology

_INFERRED: Final = 0.85
"""The most of a condition that the author does not name: whatever the promise, a person looks at it."""
FLOOR: Final = 0.45
"""Probability under which a code is only mentioned as considered: suggesting it would be wrong more often
than right.
"""


def _numbered(name: str, most: int) -> tuple[str, ...]:
    """The names of a feature that counts, from 0 to `most` and more, interned as the weights' are."""
    return tuple(intern(f"{name}.{number}") for number in range(most + 1))


_RANKS: Final = _numbered("rank", 4)
_ZONES: Final = _numbered("zone", int(Zone.NARRATIVE))
_PARTS: Final = _numbered("parts", 3)
_GUESSED: Final = _numbered("guessed", 3)
_WORDS: Final = _numbered("words", 4)
_UNUSED: Final = _numbered("unused", 4)
_CODES: Final = _numbered("codes", 3)
_COMBINED: Final = "combine."
"""What the marks of the rules begin with that put codes together."""


def weigh(candidates: list[Candidate], vocabulary: Terminology) -> None:
    """Set the confidence of each candidate."""
    weights = _weights()
    for candidate in candidates:
        names = features(candidate, len(candidates), vocabulary)
        told = 0.0
        for name in names:
            told += weights.get(name, 0.0)
        total = weights["bias"] + told
        candidate.confidence = round(1 / (1 + math.exp(-total)), 3)
        if any(rule.startswith(INFERRED) for rule in candidate.rules):
            candidate.confidence = min(candidate.confidence, _INFERRED)
    for candidate in candidates:
        if any(rule.startswith(_COMBINED) for rule in candidate.rules):
            _bound(candidate, candidates)


def _bound(combined: Candidate, candidates: list[Candidate]) -> None:
    """A combination with a part that is not worth suggesting is no surer than that part."""
    for other in candidates:
        faint = other is not combined and other.confidence < FLOOR
        if faint and not set(other.spans).isdisjoint(combined.spans):
            combined.confidence = min(combined.confidence, other.confidence)


_LEAST: Final = 0.3
"""Probability from which on an infection is kept that a sepsis or a lung disease asks for: it may be one that
was only thought of.
"""
_INFECTIONS: Final = ("J1", "J2", "J69", "N10", "N12", "N39.0", "L03", "K65")


def likely(candidates: list[Candidate]) -> list[Candidate]:
    """The candidates that are worth suggesting; the others become alternatives of the most probable one.

    Where none is, the most probable stays: a person sees what the note may be about.
    """
    if not candidates:
        return candidates
    best = max(candidates, key=lambda candidate: candidate.confidence)
    sure = [c for c in candidates if c.confidence >= FLOOR or c is best or _named(c)]
    if len(sure) == len(candidates):
        return candidates
    said = {c.mention for c in sure}
    asked = _required().possible([c.code for c in candidates if c.mention in said])
    wanted = tuple(part for parts in asked for part in parts)
    may = [c for c in candidates if c.confidence >= _LEAST or not c.code.startswith(_INFECTIONS)]
    said |= {c.mention for c in may if wanted and c.code.startswith(wanted)}
    best.rejected += [
        (c.code, f"considered; probability {c.confidence:.2f}") for c in candidates if c.mention not in said
    ]
    # By mention, not by code: a condition and the drug that caused it stay together.
    return [c for c in candidates if c.mention in said]


@cache
def _required() -> Index[list[str]]:
    """What the tabular list asks to be coded with some codes."""
    asked: dict[str, list[str]] = table("additions")["required"]
    return Index((parts, ((first,),)) for first, parts in asked.items())


def _named(candidate: Candidate) -> bool:
    """Whether a problem's name, or a part of it, is the term itself, or begins with it: it is suggested,
    however general.
    """
    mention = candidate.strongest
    plain = mention.whole or mention.heads or mention.line - mention.stems <= _degrees()
    return plain and mention.zone is Zone.PROBLEM


def features(candidate: Candidate, codes: int, vocabulary: Terminology) -> list[str]:
    """Names of the features that hold for the candidate."""
    mention = candidate.strongest
    out = [
        _RANKS[min(mention.rank, 4)],
        _ZONES[min(int(mention.zone), len(_ZONES) - 1)],
        *_of_code(candidate.code),
        _PARTS[min(len(mention.parts), 3)],
    ]
    if mention.whole:
        out.append("whole")
    out.append(_GUESSED[min(candidate.guessed, 3)])
    if any(rule.startswith(_COMBINED) for rule in candidate.rules):
        out.append("combined")
    if any(rule.startswith("add.") for rule in candidate.rules):
        out.append("added")
    if "detail.elsewhere" in candidate.rules:
        out.append("elsewhere")
    out.append(_WORDS[min(len(mention.stems), 4)])
    out.append(_UNUSED[min(len(mention.line - mention.stems), 4)])
    out.append(_CODES[min(codes, 6) // 2])
    if "unspecified" in title_of(candidate.code, vocabulary).lower():
        out.append("unspecified")
    return out


@cache
def _of_code(code: str) -> tuple[str, str, str]:
    return intern(f"chapter.{code[0]}"), intern(f"category.{code[:3]}"), intern(f"characters.{len(code)}")


@cache
def _degrees() -> frozenset[str]:
    """Words that say where, how much, how long, how surely or by what test, and not what. What is uncertain
    and all the same coded is an inpatient's (II.H, III.C).
    """
    return laterality.places() | {
        "acute",
        "chronic",
        "mild",
        "moderate",
        "severe",
        "new",
        "lobe",
        "incidental",
        "exacerbation",
        *(
            "possible",
            "probable",
            "suspect",
            "suspected",
            "likely",
            "questionable",
            "presumed",
            "presumptive",
        ),
        *("lifelong", "indefinite", "longstanding"),
        *("hr", "er", "pr", "er/pr", "her2", "hormone", "receptor", "positive", "negative", "stage4"),
        *("cxr", "ct", "mri", "us", "ultrasound", "xray", "lab", "ua", "ekg", "ecg", "echo", "duplex", "pcr"),
        *("biopsy", "culture", "swab", "exam", "imaging", "seen", "confirmed", "on"),
    }


@cache
def _weights() -> dict[str, float]:
    loaded: dict[str, float] = table("confidence")["weights"]
    return {intern(name): weight for name, weight in loaded.items()}
