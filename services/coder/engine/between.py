"""Diagnoses of an assessment that stand under no name of a problem: in sentences between the names, and in
paragraphs that state what something is, «The spots on the back are seborrheic keratoses.».
"""

import re
from functools import cache
from typing import Final

from services.coder.engine import assertion, misread, stay, zones
from services.coder.engine.finding import in_lines, reportable
from services.coder.engine.model import Encounter, Mention, Zone
from services.coder.engine.rules import Codes
from services.coder.engine.tables import table
from services.coder.reading import Note, SectionKind
from services.coder.terminology.index import Terminology

_DECIDING: Final = frozenset((SectionKind.MEDICAL_DECISION_MAKING, SectionKind.EMERGENCY_COURSE))
_DEGREES: Final = re.compile(
    r"\W*(?:(?:acute|chronic|subacute|new|recurrent|severe|mild|moderate|large|small|ischemic|left|right|known|likely)\b\W*){0,4}"
)
"""What may stand before the name of a diagnosis that begins a sentence."""
_JOINED: Final = re.compile(
    r",? (?:with|w/|due to|from|secondary to|2/2|complicated by|c/b)(?: an?)?\b" + _DEGREES.pattern
)
"""What joins a diagnosis to the one that begins a sentence: «osteoporosis with fragility fracture»."""


def names(
    note: Note, pieces: zones.Lines, chosen: list[Mention], encounter: Encounter, vocabulary: Terminology
) -> list[Mention]:
    """What the sentences of an assessment say that stand under no name of a problem: other diagnoses than
    those named, and the symptoms beside a diagnosis that is doubted (IV.D, IV.H).
    """
    known = {mention.code[:3] for mention in chosen}
    findings = assertion.findings()
    out: list[Mention] = []
    for line in pieces.loose():
        if line.section in _DECIDING and pieces.has_final_list():
            continue  # what was thought of stands there, what was found in the list
        found = in_lines(note, [line], vocabulary)
        apart = [m for m in found if _is_new(m, known, chosen) and not m.parts]
        new = [m for m in apart if reportable(m) and not misread.is_misread(note, m)]
        told = [assertion.verdict(note, m, encounter.setting)[1] for m in found] if new else []
        doubt = "possible" in told
        out += [
            mention.having(zone=Zone.PROBLEM, heads=True) if doubt else mention
            for mention in new
            if (doubt if findings.has(mention.code) else mention.code[0] != "Z")
            and assertion.verdict(note, mention, encounter.setting)[0]
        ]
    return out + _told(note, pieces.stating(), {*known, *(m.code[:3] for m in out)}, encounter, vocabulary)


def _is_new(mention: Mention, known: set[str], chosen: list[Mention]) -> bool:
    """Whether a mention is of another category than those known; or the name that its line begins with, in
    other words than those of its category: postmenopausal bleeding beside atrophic vaginitis.
    """
    category = mention.code[:3]
    if category not in known:
        return True
    return mention.heads and all(
        mention.stems.isdisjoint(other.stems) for other in chosen if other.code[:3] == category
    )


def leading(
    note: Note, pieces: zones.Lines, chosen: list[Mention], encounter: Encounter, vocabulary: Terminology
) -> list[Mention]:
    """The diagnoses with which sentences of the assessment of a stay begin that stand under no name of a
    problem, of another category than those named: «Acute ischemic stroke, left MCA, embolic from AF. ...»;
    and the chronic diseases with which the patient is introduced: «71M with HFrEF and HTN».
    """
    known = {mention.code[:3] for mention in chosen}
    return _told(note, pieces.loose(), known, encounter, vocabulary) + [
        mention.having(zone=Zone.PROBLEM)
        for mention in in_lines(note, pieces.introducing(), vocabulary)
        if _chronic().has(mention.code)
        and mention.code[:3] not in known
        and reportable(mention)
        and assertion.plain(note, mention)
    ]


@cache
def _chronic() -> Codes:
    """Diseases that are there for as long as they are treated (III: a stay is always affected by them)."""
    return Codes(table("additions")["kept_in_check"])


def _told(
    note: Note, lines: list[zones.Line], known: set[str], encounter: Encounter, vocabulary: Terminology
) -> list[Mention]:
    """The diagnoses that lines begin with, of other categories than those known, and those joined to them."""
    return [
        mention.having(zone=Zone.PROBLEM)
        for line in lines
        for mention in _heads(note, line, vocabulary)
        if mention.code[:3] not in known
        and not stay.PASSING.has(mention.code)
        and reportable(mention)
        and assertion.verdict(note, mention, encounter.setting)[0]
    ]


def _heads(note: Note, line: zones.Line, vocabulary: Terminology) -> list[Mention]:
    """The names that a line begins with: one, and what is joined to it."""
    out: list[Mention] = []
    for mention in in_lines(note, [line], vocabulary):
        before, start = (_JOINED, out[-1].end) if out else (_DEGREES, line.start)
        if before.fullmatch(note.folded, start, mention.start) is not None:
            out.append(mention)
    return out
