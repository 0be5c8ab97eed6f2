"""The drug that is named beside what drugs cause, without a word of cause: «drug rash, Bactrim», «tardive
dyskinesia (haloperidol)», «hepatitis, drug-induced. Isoniazid stopped» (I.C.19.e.5.a: the condition, then
the drug).

Only a drug of a class that is known to do it, and not one that is begun against it: `data/additions.yaml`.
"""

import re
from functools import cache
from itertools import zip_longest
from typing import Any, Final

from services.coder.engine.drug_classes import drugs, may_name_drug
from services.coder.engine.drugs import effect_of
from services.coder.engine.measured import has_its_drug
from services.coder.engine.model import Candidate
from services.coder.engine.rules import Codes, Index
from services.coder.engine.tables import table
from services.coder.reading import NOT_AFFIRMED, Note
from services.coder.terminology.words import TOKEN

_REACH: Final = 70  # characters behind the name of the condition
_OF_A_DRUG: Final = re.compile(
    r"\b(?:drug|medication|medicine|med|antibiotic|statin|neuroleptic|antipsychotic|nsaid)s?"
    r"[ -](?:induced|related|associated|rash|eruption|reaction|fever|effect)|\bside effect|\badverse "
)
_BEGUN: Final = re.compile(
    r"\b(?:start|begin|began|gave|give|given|treat|add|continu|switch|chang|trial|rx|prescri|us(?:e|ing)"
    r"|allerg|instead|tolerat|resum|until|before|prn|for)\w*(?: \w+){0,3} (?:to |on |with )?$"
)


def apply(note: Note, candidates: list[Candidate]) -> list[Candidate]:
    """The candidates, each that drugs cause with the drug named right behind it, unless its drug is known."""
    out: list[Candidate] = []
    for candidate, following in zip_longest(candidates, candidates[1:]):
        out.append(candidate)
        if not has_its_drug(following):
            out += _beside(note, candidate)
    return out


def _beside(note: Note, candidate: Candidate) -> list[Candidate]:
    known = _classes().first(candidate.code)
    if known is None:
        return []
    start, end = candidate.mention.end, _end(note, candidate)
    if not may_name_drug(note.folded[start:end]) or not _is_of_a_drug(note, candidate):
        return []
    classes = tuple(known["drugs"])
    for word in TOKEN.finditer(note.folded, start, end):
        base = drugs().get(word.group(), "")
        if not base.startswith(classes) or _BEGUN.search(note.folded[start : word.start()]):
            continue
        if not note.context_at(*word.span()).flags & NOT_AFFIRMED:
            return [effect_of(base, candidate, word.span())]
    return []


def _end(note: Note, candidate: Candidate) -> int:
    """Where the reach behind a condition ends: with its problem at the latest."""
    mention = candidate.mention
    section = note.section_at(mention.start)
    stop = note.problems[mention.problem].body.end if mention.problem >= 0 else section.end
    return max(min(mention.end + _REACH, stop), mention.end)


def _is_of_a_drug(note: Note, candidate: Candidate) -> bool:
    """Whether the condition is one that only drugs cause, or its sentence says that a drug did."""
    if _certain().has(candidate.code):
        return True
    sentence = note.sentence_at(candidate.mention.start)
    return sentence is not None and _OF_A_DRUG.search(note.folded, sentence.start, sentence.end) is not None


@cache
def _certain() -> Codes:
    return Codes(table("additions")["of_drugs"])


@cache
def _classes() -> Index[dict[str, Any]]:
    """The classes of drugs that may be the cause, by the conditions."""
    entries: list[dict[str, Any]] = table("additions")["culprits"]
    return Index((entry, (tuple(entry["for"]),)) for entry in entries)
