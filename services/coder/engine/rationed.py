"""Drugs of which an outpatient takes less than is prescribed, as the assessment tells with the reason, beside
the condition that they are for (Official Guidelines I.C.19.e.5.c). Which drug is for what is data:
`data/additions.yaml`. What the name of a problem says itself is told in `drugs`.
"""

from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import Final

from services.coder.engine import sections
from services.coder.engine.drug_classes import code_of, drugs, first_named
from services.coder.engine.drugs import HARDSHIP, UNPAID
from services.coder.engine.expressions import Late
from services.coder.engine.literals import Guarded
from services.coder.engine.model import Candidate, Encounter, Setting
from services.coder.engine.rules import Codes
from services.coder.engine.spoken import Subject
from services.coder.engine.tables import table
from services.coder.reading import NOT_AFFIRMED, Note, Sentence
from services.coder.terminology.words import TOKEN

_REACH: Final = 6  # words behind what says it, of which one is the drug
_UNDERDOSED: Final = "6"
_BY_HAND: Final = "Z91.128"
_SAYING: Final = (
    r"\bless (?:\w+ ){0,3}than (?:was |is |he was |she was )?prescribed\b"
    r"|\b(?:he|she|they|patient|pt) (?:has |had |have )?(?:been )?"
    r"(?:skip(?:s|ped|ping)|stopp(?:ed|ing)|quit|cut(?:ting)? back on|halv(?:ed|ing)|stretch(?:ed|ing|es))\b"
    r"|\b(?:skipp(?:ed|ing)|stopped|quit|stretching|halving)\b"
    r"|\bration(?:s|ed|ing)\b|\bran (?:out|short) of\b|\bout of (?:his|her|their|the)\b|\bout of\b"
)
_SPOKEN_OF: Final = Subject(_SAYING)
_SAID: Final = Late(_SAYING)
_WILFUL: Final = Guarded(
    r"\bon purpose\b|\b(?:deliberate|intentional)ly\b|\bon (?:his|her|their) own\b"
    r"|\b(?:because|since|as) (?:he|she|they) "
    r"(?:feels?|felt|thinks?|thought|believe[sd]?|did not|didn't|does not)\b"
)
_COST: Final = Guarded(
    r"\b(?:because of|due to|over|for|from) (?:the |its )?(?:cost|price|copay|deductible|money)\b"
    r"|\btoo (?:expensive|costly|much money)\b"
    r"|\b(?:could ?n't|could not|can't|cannot|can not) (?:afford|pay)\b"
)


def apply(note: Note, candidates: list[Candidate], encounter: Encounter) -> list[Candidate]:
    """The candidates with the first drug that the assessment says was not taken as prescribed, and why."""
    if encounter.setting is not Setting.OUTPATIENT or any(c.code.startswith("Z91.1") for c in candidates):
        return candidates
    if not any(_treated().has(c.code) for c in candidates):
        return candidates
    for sentence, at, why in _told(note):
        for result in candidates:
            drug = _drug(note, sentence, at, result.code)
            if drug is not None:
                base, span = drug
                less = Candidate(code_of(base, _UNDERDOSED), result.mention, ["add.underdosing"], [span])
                reason = Candidate(why, result.mention, ["add.underdosing-reason"], [span])
                return [*candidates, less, reason]
    return candidates


def _told(note: Note) -> Iterator[tuple[Sentence, int, str]]:
    """The sentences of the assessment that tell of it with the reason, where, and the reason's code."""
    lines = [line for line in _SPOKEN_OF.lines(note) if _may_conclude(note, *line)]
    for said in [said for line in lines for said in _SAID.every(note.folded, *line)]:
        sentence = note.sentence_at(said.start())
        if sentence is None or not sections.concludes(note, sentence.section):
            continue
        why = _why(note.folded[sentence.start : sentence.end])
        if why and not note.context_at(*said.span()).flags & NOT_AFFIRMED:
            yield sentence, said.end(), why


def _may_conclude(note: Note, start: int, end: int) -> bool:
    """Whether a line, of which all or a part may stand in an assessment, is not all in one other section."""
    first, last = note.section_index(start), note.section_index(end)
    return first != last or sections.concludes(note, first)


def _why(text: str) -> str:
    """Why less was taken, where the sentence tells it: it could not be paid for, or by choice."""
    if UNPAID.search(text) or _COST.search(text):
        return HARDSHIP
    return _BY_HAND if _WILFUL.search(text) else ""


def _drug(note: Note, sentence: Sentence, at: int, code: str) -> tuple[str, tuple[int, int]] | None:
    """The class of the drug that was not taken and where it is named: behind what says so, else the one that
    the note names for the condition of a code.
    """
    classes = _classes(code)
    named = first_named(note.folded, at, sentence.end, _REACH)
    if named is not None:
        return (named[0], (at, named[2])) if named[0].startswith(classes) and classes else None
    if not classes:
        return None
    for word in TOKEN.finditer(note.folded):
        base = drugs().get(word.group(), "")
        if base.startswith(classes) and not note.context_at(word.start(), word.end()).flags & NOT_AFFIRMED:
            return base, word.span()
    return None


@cache
def _treated() -> Codes:
    """The conditions of which it is known what drugs are for them."""
    return Codes(chain.from_iterable(table("additions")["taken_for"].values()))


@cache
def _classes(code: str) -> tuple[str, ...]:
    """The classes of the drugs that are for the condition of a code."""
    treats: dict[str, list[str]] = table("additions")["taken_for"]
    return tuple(drug for drug, conditions in treats.items() if code.startswith(tuple(conditions)))
