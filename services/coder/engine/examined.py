"""Whether an examination of a well person came upon something: a disease found there for the first time, or a
known one found out of control, makes it one with abnormal findings (Z00.01, Z00.121: I.C.21.c.13, Coding
Clinic 2016 Q1); what is known and stable does not.
"""

import re
from typing import Final

from services.coder.engine.model import Candidate
from services.coder.reading import Note

_FOUND_AT: Final = {"Z00.00": "Z00.01", "Z00.129": "Z00.121"}
_NEAR: Final = 60  # characters
_NONE: Final = "RSTVWXYZ"
"""Symptoms are counted by `combine.yaml`; injuries, causes and reasons are no findings of an examination."""
_OUT_OF_CONTROL: Final = (
    "E10.65",
    "E11.65",
    "E13.65",
    "J44.1",
    "J45.21",
    "J45.31",
    "J45.41",
    "J45.51",
    "N63",
)
_BEFORE: Final = re.compile(
    r"(?:(?<!no )(?<!any )\bnew(?:ly)?\b|\bincidental(?:ly)?\b|\bsuspicious\b|\b(?:uncontrolled|worsening)\b"
    r"|\b(?:exam\w*|labs?|bloodwork|blood work|screening|xray|x-ray|ekg)(?: (?:today|is|was|results?|were))*"
    r" (?:(?:notable|remarkable|significant|positive) for|shows?|showed|reveals?|revealed|found|finds)\b"
    r"|\b(?:i|we) (?:also )?(?:felt|found|heard|noted|noticed|palpated|saw|feel|hear|see)\b)[^.;\n]{0,60}$"
)
_BEHIND: Final = re.compile(
    r"[^.;\n]{0,60}?\b(?:(?:felt|found|heard|noted|noticed|seen|palpated|detected|discovered|present)"
    r" (?:today|(?:on|during|at) (?:today'?s |the |his |her |my )?(?:\w+ )?exam\w*)"
    r"|newly (?:diagnosed|found|discovered)|new diagnosis|new (?:today|finding)"
    r"|(?:uncontrolled|poorly controlled|not (?:well |yet )?controlled|not at goal|above goal|out of control"
    r"|worsen\w*))\b"
)


def apply(note: Note, candidates: list[Candidate]) -> list[Candidate]:
    """The candidates, the examination among them as what it was."""
    visit = next((c for c in candidates if c.code in _FOUND_AT), None)
    if visit is not None and any(_is_finding(note, c) for c in candidates):
        visit.rejected.append((visit.code, "the examination found something (I.C.21.c.13)"))
        visit.code = _FOUND_AT[visit.code]
        visit.rules.append("add.exam-with-finding (I.C.21.c.13)")
    return candidates


def _is_finding(note: Note, candidate: Candidate) -> bool:
    if candidate.code.startswith(_OUT_OF_CONTROL):
        return True
    mention = candidate.mention
    sentence = note.sentence_at(mention.start) if candidate.code[0] not in _NONE else None
    if sentence is None:
        return False
    start = max(sentence.start, mention.start - _NEAR)
    if _BEFORE.search(note.folded, start, mention.end) is not None:
        return True
    return _BEHIND.match(note.folded, mention.start, sentence.end) is not None
