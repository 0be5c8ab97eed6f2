"""The drug that changed what is measured, where the story tells it apart from the diagnosis: «hypokalemia» in
the list, «potassium was 3.1 from his HCTZ» in the course (I.C.19.e.5.a: the condition, then the drug).
"""

from functools import cache
from itertools import zip_longest
from typing import Any, Final

from services.coder.engine.drug_classes import may_name_drug
from services.coder.engine.drugs import cause, effect_of
from services.coder.engine.model import Candidate
from services.coder.engine.rules import Index
from services.coder.engine.tables import table
from services.coder.reading import NOT_AFFIRMED, Flag, Note, SectionKind
from services.coder.reading.places import occurrences

_REACH: Final = 70  # characters from what is measured to the drug
_BARRED: Final = NOT_AFFIRMED | Flag.HISTORICAL
_SILENT: Final = frozenset(
    (SectionKind.FAMILY_HISTORY, SectionKind.PAST_MEDICAL_HISTORY, SectionKind.ALLERGIES)
)


def apply(note: Note, candidates: list[Candidate]) -> list[Candidate]:
    """The candidates, each with the drug that another sentence says changed what it is about; a drug that is
    named already stands.
    """
    out: list[Candidate] = []
    for candidate, following in zip_longest(candidates, candidates[1:]):
        out.append(candidate)
        if not has_its_drug(following) and _measured().served(candidate.code):
            out += _by_drug(note, candidate)
    return out


def has_its_drug(following: Candidate | None) -> bool:
    """Whether what follows a candidate is the drug that caused it, or of which too little was taken."""
    if following is None or not following.code.startswith("T"):
        return False
    return any("effect" in rule or "underdos" in rule for rule in following.rules)


def _by_drug(note: Note, candidate: Candidate) -> list[Candidate]:
    for rule in _measured().possible([candidate.code]):
        for word in rule["said"]:
            found = _said(note, word, tuple(rule["drugs"]))
            if found is not None:
                base, start, end = found
                return [effect_of(base, candidate, (start, end))]
    return []


def _said(note: Note, word: str, drugs: tuple[str, ...]) -> tuple[str, int, int] | None:
    """T code and place of the drug of one of the classes that a sentence gives as the cause of what a word
    names.
    """
    for at in occurrences(note.folded, word):
        sentence = note.sentence_at(at + len(word) - 1)
        stop = at if sentence is None else min(sentence.end, at + _REACH)
        text = note.folded[at:stop]
        if may_name_drug(text) and note.section_at(at).kind not in _SILENT:
            found = cause(text, len(word))
            barred = note.context_at(at, at + len(word)).flags & _BARRED
            if found is not None and found[0].startswith(drugs) and not barred:
                return found[0], at + found[1], at + found[1] + found[2]
    return None


@cache
def _measured() -> Index[dict[str, Any]]:
    """What is measured, by the conditions that are told from it."""
    entries: list[dict[str, Any]] = table("additions")["measured"]
    return Index((entry, (tuple(entry["for"]),)) for entry in entries)
