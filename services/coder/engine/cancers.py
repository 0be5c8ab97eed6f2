"""Cancers of years ago: excised or eradicated, no longer treated, not there (I.C.2.m, I.C.21.c.4): «breast
cancer 2015, on no treatment», «prostate cancer s/p prostatectomy 2016, PSA undetectable».
"""

import re
from datetime import date
from functools import cache
from typing import Final

from services.coder.engine.additions import finished
from services.coder.engine.model import Candidate
from services.coder.engine.rules import Codes
from services.coder.engine.tables import table
from services.coder.reading import Note
from services.coder.reading.places import occurrences

_AHEAD: Final = 60  # characters before the name
_BEHIND: Final = 250  # characters behind the name
_LEAST: Final = 2  # years since the cancer was found or treated
_CATEGORY: Final = 3
_YEAR: Final = re.compile(
    r"(?<![\d/-])(?:19|20)\d\d\b|\b(\d+) ?(?:years?|yrs?|y) (?:ago|out|post|s/p|since|after)\b"
)
_OVER: Final = re.compile(
    r"\b(?:no|off|without|not on|needs no|completed|finished|s/p)"
    r" (?:(?:any|all|further|additional|active|current|adjuvant|definitive|systemic|cancer) ){0,2}"
    r"(?:treatments?|therapy|tx|chemo\w*|radiation|xrt)\b"
    r"|\bned\b|\b(?:no|without) (?:(?:evidence|signs?|known|local|biochemical|clinical) ){0,2}(?:of )?"
    r"(?:recurren\w+|disease|relapse)|\b(?:disease|cancer|recurrence)[- ]free\b|\bcured\b|\bin remission\b"
    r"|\b(?:neither|none|never|(?:has|have) not|hasn't|haven't)(?: of (?:it|them))?"
    r"(?: (?:has|have))?(?: ever)? (?:come back|came back|returned|recurred|grown back)\b"
    r"|\b(?:taken care of|treated|cured|removed) (?:by|with) (?:mohs|surgery|excision|resection)\b"
    r"|\bundetectable\b|\bpsa (?:is |was |of |remains |still )?(?:0\b|< ?0?\.\d)"
    r"|\bcysto(?:scopy)?\b[^.;\n]{0,20}\b(?:clear|negative|normal)"
    r"|\b(?:treated|resected|excised|removed|operated) (?:in |with |by )?[^.;\n]{0,30}(?:(?:19|20)\d\d|ago\b)"
)
_ACTIVE: Final = re.compile(
    r"\bon (?:[a-z]+ )?(?:adt|chemo\w*|immunotherapy|hormon\w+|endocrine)|metasta|\bmets?\b|\bactive\b"
    r"|\bstage (?:iv|4)\b|\bwatchful|\bprogress(?:ion|ive|ing)|\brising\b|\bcycle \d|\bresidual\b"
    r"|\b(?:biochemical|local|new) (?:recurrence|failure)|\bmaintenance\b|\bpalliative|\bhospice\b"
    r"|(?<!no )(?<!evidence of )(?<!without )\brecurrent\b"
    r"|\b(?:awaiting|scheduled for|planned|undergoing|receiving|currently)\b"
)


def settled(note: Note, candidates: list[Candidate], day: date) -> list[Candidate]:
    """The candidates, a cancer that the note tells as over as its history."""
    for candidate in candidates:
        if _cancers().has(candidate.code) and _is_over(note, candidate, day):
            candidate.rejected.append((candidate.code, "past and no longer treated (I.C.2.m)"))
            candidate.code = table("additions")["cancer_history"][candidate.code[:_CATEGORY]]
            candidate.rules.append("add.personal-history")
    return candidates


def _is_over(note: Note, candidate: Candidate, day: date) -> bool:
    """Whether the text of a cancer gives its year and says that nothing is left of it to treat."""
    mention = candidate.mention
    stop = (
        note.problems[mention.problem].body.end
        if mention.problem >= 0
        else note.section_at(mention.start).end
    )
    sentence = note.sentence_at(mention.start)
    start = sentence.start if sentence is not None else max(mention.start - _AHEAD, 0)
    end = max(min(mention.end + _BEHIND, stop), mention.end)
    if not any(_is_past(found, day) for found in _YEAR.finditer(note.folded, start, end)):
        return False
    if _OVER.search(note.folded, start, end) is None or _ACTIVE.search(note.folded, start, end) is not None:
        return False
    return not any(_is_taken(note, drug) for drug in _against_cancer() if drug in note.folded)


def _is_taken(note: Note, drug: str) -> bool:
    """Whether a drug against cancers is not told only as taken to its end."""
    return any(not finished(note, at) for at in occurrences(note.folded, drug))


def _is_past(found: re.Match[str], day: date) -> bool:
    since = int(found[1]) if found[1] else day.year - int(found[0])
    return since >= _LEAST


@cache
def _cancers() -> Codes:
    return Codes(code for code in table("additions")["cancer_history"] if not code.startswith(("C8", "C9")))


@cache
def _against_cancer() -> tuple[str, ...]:
    return tuple(table("additions")["against_cancer"])
