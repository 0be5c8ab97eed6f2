"""Conditions of a pregnant patient as chapter 15 codes them (Official Guidelines I.C.15.a.1).

Any condition in pregnancy, childbirth or the puerperium is taken to complicate it.

Which condition has which code is data: `data/obstetrics.yaml`.
"""

import re
from functools import cache
from typing import Any, Final

from services.coder.engine import pregnancy
from services.coder.engine.model import Candidate, Encounter, Setting
from services.coder.engine.tables import table
from services.coder.reading import NOT_AFFIRMED, Note

COMPLICATING: Final = "obstetric.complicating (I.C.15.a.1)"
"""The mark of a code of chapter 15 that stands for, or before, a condition of the patient."""
_PREGNANT: Final = (
    "O09",
    "O1",
    "O2",
    "O3",
    "O4",
    "O6",
    "O7",
    "O8",
    "O9",
    "Z33.1",
    "Z34",
    "Z37",
    "Z3A",
    "Z39",
)
_CHAPTER: Final = "O"
_NOT_PREGNANT: Final = ("O00", "O01", "O02", "O03", "O04", "O07", "O08", "O94")
_YOUNGEST: Final = 10  # years
_OLDEST: Final = 60  # years
_PARITY: Final = re.compile(r"g\s?\d{1,2}\s?,?\s?(?:p\s?\d|t\d)")
_DATED: Final = re.compile(r"\d\d\s?(?:w(?:k|ks|eeks?)?\s?\d\s?d|\+\s?\d\b| \d/7)")
"""Weeks and days, by which only a pregnancy is counted."""
_STATED: Final = re.compile(
    r"(?<!was )(?<!were )\b\d{1,2}(?: \d/7)?[ -]weeks?(?:,? (?:and )?\d days?)?,? pregnant\b"
    r"|\b(?:is|currently) (?:now |currently |about )?pregnant\b"
    r"|\b\d{1,2} ?(?:weeks?|wks?|w)(?: ?\d(?:/7|d| days?)?)? (?:pregnant )?by "
    r"(?:lmp|dates|(?:early |first[- ]trimester )?(?:us|ultrasound|sono\w*|scan))\b"
)
"""What says that somebody is pregnant now."""
_STATING: Final = (
    "pregnant",
    " by lmp",
    " by dates",
    " by us",
    " by ultrasound",
    " by early ",
    " by first",
    " by so",
    " by sc",
)
"""Strings with one of which it does."""
_OUTCOMES: Final = {"Z38.00": "Z37.0", "Z38.01": "Z37.0", "Z38.30": "Z37.2", "Z38.31": "Z37.2"}
"""Codes of a liveborn's own record, with those of its mother's (I.C.21.c.12)."""
_STAGES: Final = {"pregnancy": 0, "childbirth": 1, "puerperium": 2}
_TRIMESTERS: Final = frozenset("01239")
"""Last characters of codes of a trimester, or of none."""
_ROUTINE: Final = "Z39.2"
_AFTER_BIRTH: Final = ("O80", "O82", "Z37", "Z39.0")
_MULTIPLE: Final = "O30"
_NOT_COUNTED: Final = "Z3A.00"
_OF_A_FETUS: Final = re.compile(r"O(?:3[1-6]|4[01]|60|6[49])\..{3}0")
"""Codes whose seventh character says which fetus; 0: a single one, or not stated (I.C.15.a.6)."""
_NAMED: Final = re.compile(r"\b(?:[Tt]win|[Bb]aby|[Ff]etus|[Ff]etal)? ?#?([AB12])\b[^.;,\n]{0,30}$")
_FETUSES: Final = {"A": "1", "1": "1", "B": "2", "2": "2"}
_BEFORE: Final = 45  # characters before a mention in which its fetus is named


def apply(note: Note, candidates: list[Candidate], encounter: Encounter) -> list[Candidate]:
    """The candidates with the codes of chapter 15 for the conditions among them, and the weeks."""
    for candidate in candidates:
        candidate.code = pregnancy.weeks_at_birth(candidate.code, note)
    if not _may_be_a_mother(encounter):
        return _of_nobody_pregnant(candidates, encounter)
    if not (any(c.code.startswith(_PREGNANT) for c in candidates) or _expects(note)):
        return candidates
    told = pregnancy.course(note)
    for candidate in candidates:  # the record of the mother
        candidate.code = _OUTCOMES.get(candidate.code, candidate.code)
    candidates = _by_fetus(note, candidates)
    out: list[Candidate] = []
    for candidate in candidates:
        candidate.code = pregnancy.staged(candidate.code, told)
        if told.stage == "childbirth" and candidate.code[-1:] in _TRIMESTERS:
            candidate.code = _at_birth().get(candidate.code[:-1], candidate.code)
        rule = _rule(candidate)
        code = _complicated(rule, told) if rule else ""
        if rule and code and not any(c.code[:5] == code[:5] for c in candidates):
            out.append(_made(candidate, rule, code))
            if not rule.get("keep"):
                continue
        out.append(candidate)
    if told.stage == "puerperium":
        out = _after_birth(out, encounter)
    return _weeks(out, told)


def _after_birth(candidates: list[Candidate], encounter: Encounter) -> list[Candidate]:
    """The candidates of the puerperium without those of the birth; in a stay without routine care."""
    out = [c for c in candidates if not c.code.startswith(_AFTER_BIRTH)] or candidates
    if encounter.setting is not Setting.OUTPATIENT:
        out = [c for c in out if not c.code.startswith(_ROUTINE)] or out
    return out


def _may_be_a_mother(encounter: Encounter) -> bool:
    return encounter.sex != "male" and (encounter.age is None or _YOUNGEST <= encounter.age <= _OLDEST)


def _of_nobody_pregnant(candidates: list[Candidate], encounter: Encounter) -> list[Candidate]:
    """The candidates without those of chapter 15 for a man, or a woman past it: letters that mean another
    thing. A newborn's record may tell of its mother (`newborn`).
    """
    if (encounter.age or 0) < _YOUNGEST:
        return candidates
    return [c for c in candidates if not c.code.startswith(_CHAPTER)]


def _expects(note: Note) -> bool:
    """Whether the note introduces the patient as pregnant, by parity and weeks («G2P1 at 34w1d») or in plain
    words («is 20 weeks pregnant»).
    """
    dated = _PARITY.search(note.folded) is not None and _DATED.search(note.folded) is not None
    if not dated and not _is_stated(note):
        return False
    told = pregnancy.course(note)
    return told.stage == "pregnancy" and told.weeks is not None


def _is_stated(note: Note) -> bool:
    """Whether the author says, of the patient and of today, that she is pregnant."""
    if not any(word in note.folded for word in _STATING):
        return False
    return any(
        not note.context_at(stated.start(), stated.end()).flags & NOT_AFFIRMED
        for stated in _STATED.finditer(note.folded)
    )


def _by_fetus(note: Note, candidates: list[Candidate]) -> list[Candidate]:
    """The candidates of a pregnancy with twins, with the fetus that the note names right before the condition
    («A cephalic, B breech»).
    """
    if not any(c.code.startswith(_MULTIPLE) for c in candidates):
        return candidates
    named: set[str] = set()
    for candidate in candidates:
        start = candidate.mention.start
        found = _NAMED.search(note.text, max(start - _BEFORE, 0), start)
        if found is not None and _OF_A_FETUS.fullmatch(candidate.code):
            named.add(candidate.code)
            candidate.code = candidate.code[:-1] + _FETUSES[found[1]]
            candidate.rules.append("obstetric.fetus (I.C.15.a.6)")
    return [c for c in candidates if c.code not in named]


def _rule(candidate: Candidate) -> dict[str, Any] | None:
    line = candidate.mention.line
    for rule in table("obstetrics"):
        if candidate.code.startswith(tuple(rule["for"])) and not candidate.code.startswith(
            tuple(rule.get("unless", ("-",)))
        ):
            wanted = rule.get("line")
            if wanted is None or line.intersection(wanted):
                found: dict[str, Any] = rule
                return found
    return None


@cache
def _at_birth() -> dict[str, str]:
    """The code of a condition at childbirth, by its code in pregnancy less the trimester: a condition of the
    pregnancy that is coded at the delivery complicates the childbirth (I.C.15.a.3).
    """
    stems: list[list[str]] = [rule["codes"] for rule in table("obstetrics")]
    stems.reverse()  # the first rule wins
    return {each[0][:-1]: each[1] for each in stems if each[0].endswith("-") and not each[1].endswith("-")}


def _complicated(rule: dict[str, Any], told: pregnancy.Course) -> str:
    """The code of the stage. `codes`: stems for pregnancy, childbirth, puerperium; a stem that ends in `-`
    takes the trimester (9 or 0 where it is not stated, as `unstated` says).
    """
    stem: str = rule["codes"][_STAGES[told.stage]]
    if not stem.endswith("-"):
        return stem
    return stem[:-1] + str(told.digit() or rule.get("unstated", 9))


def _made(candidate: Candidate, rule: dict[str, Any], code: str) -> Candidate:
    made = Candidate(code, candidate.mention, [*candidate.rules, COMPLICATING])
    made.spans = list(candidate.spans)
    if not rule.get("keep"):
        made.rejected.append((candidate.code, "complicates the pregnancy (I.C.15.a.1)"))
    return made


def _weeks(candidates: list[Candidate], told: pregnancy.Course) -> list[Candidate]:
    """Weeks of gestation with chapter 15 and Z34, not with abortion or after the birth (I.C.21.c.11)."""
    if told.weeks is None or told.stage == "puerperium":
        return candidates
    if any(c.code.startswith("Z3A") and c.code != _NOT_COUNTED for c in candidates):
        return candidates
    if any(c.code.startswith(_NOT_PREGNANT) for c in candidates):
        return candidates
    bearing = [c for c in candidates if c.code.startswith(("O", "Z34"))]
    if not bearing:
        return candidates
    first = bearing[0]
    return [
        *(c for c in candidates if c.code != _NOT_COUNTED),
        Candidate(pregnancy.z3a(told.weeks), first.mention, ["add.weeks-of-gestation"], list(first.spans)),
    ]
