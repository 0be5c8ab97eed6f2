"""Drugs that the story of an admission says were not taken, beside the condition that follows from it
(Official Guidelines I.C.19.e.5.c). Which drug keeps which condition away is data: `data/additions.yaml`.
"""

from collections.abc import Iterator
from functools import cache
from itertools import chain, groupby
from operator import itemgetter
from typing import Final

from services.coder.engine.drug_classes import code_of, first_named
from services.coder.engine.drugs import HARDSHIP, UNPAID
from services.coder.engine.model import Candidate, Encounter, Setting
from services.coder.engine.rules import Codes
from services.coder.engine.sieve import Sieved
from services.coder.engine.tables import table
from services.coder.reading import Flag, Note, SectionKind

_BARRED: Final = Flag.FAMILY | Flag.OTHER_PERSON | Flag.HYPOTHETICAL
_TOLD: Final = frozenset(
    (
        SectionKind.HPI,
        SectionKind.UNLABELLED,
        SectionKind.SUBJECTIVE,
        SectionKind.CHIEF_COMPLAINT,
        SectionKind.REASON_FOR_VISIT,
        SectionKind.EMERGENCY_COURSE,
        SectionKind.ASSESSMENT,
        SectionKind.ASSESSMENT_PLAN,
    )
)
_REACH: Final = 6  # words behind what says it, of which one is the drug
_UNDERDOSED: Final = "6"
_OUT: Final = ("ran out", "run out", "running out", "out of his", "out of her")
_UNSAID: Final = ("out of", "non")
_BY_HAND: Final = "Z91.128"
_BY_LACK: Final = "Z91.148"


def apply(note: Note, candidates: list[Candidate], encounter: Encounter) -> list[Candidate]:
    """The candidates with the first drug that was not taken and why, after the condition that follows."""
    if encounter.setting is Setting.OUTPATIENT or any(c.code.startswith("Z91.1") for c in candidates):
        return candidates
    if not any(_followed().has(c.code) for c in candidates):
        return candidates
    treats: dict[str, list[str]] = table("additions")["untreated"]
    for base, reason, span in _left_off(note):
        kept = tuple(p for drug, prefixes in treats.items() if base.startswith(drug) for p in prefixes)
        result = next((c for c in candidates if kept and c.code.startswith(kept)), None)
        if result is not None:
            drug = Candidate(code_of(base, _UNDERDOSED), result.mention, ["add.underdosing"], [span])
            why = Candidate(reason, result.mention, ["add.underdosing-reason"], [span])
            return [*candidates, drug, why]
    return candidates


def _left_off(note: Note) -> Iterator[tuple[str, str, tuple[int, int]]]:
    """The class of each drug that was left off, why, and where it is said."""
    for said in _phrases().all_in(note.folded, note.words()):
        sentence = note.sentence_at(said.start())
        if sentence is None or note.sections[sentence.section].kind not in _TOLD:
            continue
        text = note.folded[sentence.start : sentence.end]
        if any(other in text for other in table("additions")["by_others"]):
            continue
        named = first_named(note.folded, said.end(), sentence.end, _REACH)
        if named is None:
            continue
        base, begin, end = named
        if not note.context_at(begin, end).flags & _BARRED:
            yield base, _why(note, text, said.group()), (said.start(), end)


def _why(note: Note, text: str, said: str) -> str:
    """Why it was not taken: it cost too much, as the sentence tells or the note, there was none left, or as
    the phrase itself says.
    """
    if "afford" in text or "insurance" in text or " cost" in text:
        return HARDSHIP
    if said.startswith(_UNSAID) or any(lack in text for lack in _OUT):
        return HARDSHIP if UNPAID.search(note.folded) else _BY_LACK
    reasons: dict[str, str] = table("additions")["underdosing"]
    return reasons.get(said) or reasons.get(f"{said} of") or _BY_HAND


@cache
def _followed() -> Codes:
    """What follows where a drug is not taken."""
    return Codes(chain.from_iterable(table("additions")["untreated"].values()))


@cache
def _phrases() -> Sieved:
    """What says that a drug is not taken: by the first letter, so that a search tries few phrases at each
    place.
    """
    phrases = sorted(table("additions")["forsaken"], key=lambda phrase: (phrase[0], -len(phrase)))
    by_letter = (
        f"{letter}(?:{'|'.join(phrase[1:] for phrase in same)})"
        for letter, same in groupby(phrases, key=itemgetter(0))
    )
    return Sieved(r"\b(?:" + "|".join(by_letter) + r")\b")
