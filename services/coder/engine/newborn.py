"""The record of a newborn: examinations by its age in days, birth weight with prematurity, no codes of the
mother (I.C.15.a.2, I.C.16.d, I.C.21.c.13).
"""

import re
from functools import cache
from typing import Final

from services.coder.engine import pregnancy
from services.coder.engine.literals import Guarded, guarded
from services.coder.engine.model import Candidate, Encounter, Setting
from services.coder.engine.tables import table
from services.coder.reading import Flag, Note
from services.coder.reading.places import nearest

_BORN: Final = ("P0", "P22", "P59", "P70", "P92", "Z38")
_MOTHERS: Final = ("O", "Z34", "Z39", "Z3A")
_ADULTS: Final = ("I10", "I11", "F1", "F3", "F4", "E11", "N61")
"""Diseases that a note on a newborn names of the mother."""
_PREVENTED: Final = ("B16", "B18", "B19")
"""What the first vaccine is against: «hep B was in the hospital»."""
_EXAMINATION: Final = "Z00.1"
_BIRTH: Final = "Z38"
_EXAMINED: Final = ("Z00.11", "Z00.12", "Z38.00")
_FIRST_WEEK: Final = 8  # days
_GROWN: Final = 5  # years
_EARLY: Final = "P07"
_NEWBORN: Final = 29  # days
_HEAD: Final = 600  # characters in which a note says how old the child is
_NUMBERS: Final = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10}
_OLD: Final = re.compile(
    r"\b(?:(?P<d>\d{1,2}|one|two|three|four|five|six|seven|ten)[ -]?(?:days?|d)"
    r"[ -]?(?:old|/?o\b|of (?:age|life))"
    r"|(?:dol|day of life) ?#?(?P<l>\d{1,2})\b"
    r"|(?P<w>\d|one|two|three|four)[ -](?:weeks?|wks?|wk)[ -](?:old|of age|well|check|visit|newborn)"
    r"|(?:at|newborn|girl|boy|baby|infant|exam|visit|check\w*|supervision)(?: (?!for\b)[a-z]+)?,?"
    r" (?P<n>\d{1,2}) days?\b(?! (?:of|with|ago)))"
)
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
_REACH: Final = 100  # characters behind a name that may still tell its cause
_LIGHTEST: Final = 300  # grams; less is a dose or a loss


def apply(note: Note, candidates: list[Candidate], encounter: Encounter) -> list[Candidate]:
    """The candidates of a child under one year, with the birth weight of a preterm infant; of those who have
    grown up without an early birth that is told in passing (I.C.16.d: where it still affects their health).
    """
    if encounter.age is not None and encounter.age >= _GROWN:
        return [c for c in candidates if c.mention.whole or not c.code.startswith(_EARLY)]
    if encounter.age != 0:
        return candidates
    days = _days(note)
    if encounter.setting is Setting.OUTPATIENT:
        candidates = _examination(candidates, days)
    new = days is not None and days < _NEWBORN
    if not new and not any(c.code.startswith(_BORN) for c in candidates):
        return [c for c in candidates if not c.code.startswith(_MOTHERS)]
    own = [_through_mother(note, c) for c in _once(candidates, new=new) if not _of_another(c)]
    return _weighed(note, _born_early(note, own))


def _of_another(candidate: Candidate) -> bool:
    """Whether a code is the mother's, or of what the child was vaccinated against."""
    if candidate.code.startswith(_PREVENTED):
        return not candidate.mention.whole
    return candidate.code.startswith((*_MOTHERS, *_ADULTS))


def _through_mother(note: Note, candidate: Candidate) -> Candidate:
    """The candidate as that which its line says of the mother, or of the early birth, makes of it."""
    for code, calling, said, others in _of_mother():
        if candidate.code.startswith(calling) and not any(other in note.folded for other in others):
            found = said.search(note.folded, *_beside(note, candidate))
            if found is not None and not note.context_at(*found.span()).flags & Flag.NEGATED:
                candidate.rejected.append((candidate.code, "of the mother's disease, or of the early birth"))
                candidate.code = code
                candidate.spans.append(found.span())
                break
    return candidate


def _beside(note: Note, candidate: Candidate) -> tuple[int, int]:
    """From the beginning of a candidate's sentence to a little behind its name, within its line: «Jaundice.
    Bilirubin 14 on day 4, prematurity related».
    """
    mention = candidate.mention
    sentence = note.sentence_at(mention.start)
    start, end = (mention.start, mention.end) if sentence is None else (sentence.start, sentence.end)
    return start, max(end, nearest(note.folded, end, mention.end + _REACH, ("\n",)))


@cache
def _of_mother() -> tuple[tuple[str, tuple[str, ...], Guarded, tuple[str, ...]], ...]:
    """What each disorder becomes, from which codes, what says so, and what the note must not have."""
    entries = table("additions")["of_mother"]
    said = guarded("of_mother", (entry["said"] for entry in entries))
    return tuple((e["code"], tuple(e["for"]), said[e["said"]], tuple(e.get("unless", ()))) for e in entries)


def _days(note: Note) -> int | None:
    """The age in days, where the beginning of the note tells it in days or weeks."""
    found = _OLD.search(note.folded, 0, _HEAD)
    if found is None:
        return None
    weeks = found["w"]
    told = weeks or found["d"] or found["l"] or found["n"]
    count = _NUMBERS.get(told) or int(told)
    return 7 * count if weeks else count


def _examination(candidates: list[Candidate], days: int | None) -> list[Candidate]:
    """One examination, of the child's age (I.C.21.c.13): up to 7 days, 8 to 28 days; a birth is coded only on
    the record of the stay (I.C.16.a.2).
    """
    for candidate in candidates:
        if candidate.code.startswith(_EXAMINED) and days is not None and days < _NEWBORN:
            candidate.code = "Z00.110" if days < _FIRST_WEEK else "Z00.111"
            candidate.rules.append("add.age-in-days (I.C.21.c.13)")
    examined = any(c.code.startswith(_EXAMINATION) for c in candidates)
    return [c for c in candidates if not (examined and c.code.startswith(_BIRTH))]


def _weighed(note: Note, out: list[Candidate]) -> list[Candidate]:
    """With the weight at birth of a preterm infant."""
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


def _once(candidates: list[Candidate], *, new: bool) -> list[Candidate]:
    """The candidates as chapter 16 codes them (I.C.16.a.1), with one age at birth: the first stated."""
    data = table("additions")
    instead: dict[str, str] = {**data["newborn"], **(data["first_weeks"] if new else {})}
    out: list[Candidate] = []
    for candidate in candidates:
        candidate.code = instead.get(candidate.code, candidate.code)
        if not candidate.code.startswith(_AGE) or not any(c.code.startswith(_AGE) for c in out):
            out.append(candidate)
    return out
