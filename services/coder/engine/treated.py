"""Diagnoses that a plan names as what a drug is given for: «continue amlodipine for hypertension» (III, IV.J:
what is treated is coded, whether or not it is the name of a problem).
"""

import re
from typing import Final

from services.coder.engine import assertion, sections, zones
from services.coder.engine.drug_classes import drugs, may_name_drug
from services.coder.engine.finding import in_lines, reportable
from services.coder.engine.model import Encounter, Mention, Zone
from services.coder.engine.spoken import Subject
from services.coder.reading import Note, SectionKind
from services.coder.reading.places import occurrences
from services.coder.terminology.index import Terminology
from services.coder.terminology.words import TOKEN

_FOR: Final = " for "
_GIVEN_FOR: Final = re.compile(r"\bfor (?:(?:the|his|her|their|known|chronic|underlying) ){0,2}$")
_VERBS: Final = ("treat", "treating", "control", "manage")
"""What leads to a condition that is treated without a drug's name: «then treat her hypertension»."""
_TREATED: Final = re.compile(
    rf"\b(?:{'|'.join(_VERBS)}) (?:his|her|their|the)(?: known| chronic| underlying)? $"
)
_SPOKEN_OF: Final = Subject(rf"\b(?:{'|'.join(_VERBS)}) (?:his|her|their|the)\b")
_LATER: Final = re.compile(r"\b(?:pcp|after|later|next|would|once|first)\b")
"""What says that it is treated at another time, or by another."""
_INSTEAD: Final = re.compile(
    r"\W{0,3}(?:prophyl|ppx|prevent|risk|protect|screen|if\b|flares? if|prn|as needed)"
)
_NEVER: Final = re.compile(r"\b(?:if|prn|as needed|return|call|consider|may|could|avoid|hold|allerg)\b")
_REACH: Final = 7  # words from the drug to what it is for
_ZONES: Final = frozenset((Zone.BODY, Zone.ASSESSMENT))
_SECTIONS: Final = sections.CONCLUSION | sections.FINAL | {SectionKind.PLAN}
"""Where lines are of those zones, or of a plan, that stand under no problem."""


def found(
    note: Note, pieces: zones.Lines, chosen: list[Mention], encounter: Encounter, vocabulary: Terminology
) -> list[Mention]:
    """The mentions of what drugs of the plan are given for, of another category than what is coded."""
    places = _given(note)
    lines = [
        line
        for line in (pieces.others() if places else ())
        if (line.zone in _ZONES or line.section is SectionKind.PLAN)
        and any(line.start <= place < line.end for place in places)
        and _NEVER.search(note.folded, line.start, line.end) is None
    ]
    if not lines:
        return []
    known = {mention.code[:3] for mention in chosen}
    findings = (*assertion.findings(), "Z")
    return [
        mention
        for mention in in_lines(note, lines, vocabulary)
        if mention.code[:3] not in known
        and not mention.code.startswith(findings)
        and not mention.parts
        and reportable(mention)
        and _drug_for(note, mention)
        and assertion.verdict(note, mention, encounter.setting)[0]
    ]


def _given(note: Note) -> list[int]:
    """Where a «for» stands in a sentence behind what may be a drug, or a verb before what is treated."""
    out: list[int] = []
    for place in occurrences(note.folded, _FOR):
        sentence = note.sentence_at(place) if _is_read(note, place) else None
        if sentence is not None and may_name_drug(note.folded[sentence.start : place]):
            out.append(place)
    for verb in _VERBS if _SPOKEN_OF.may_be_in(note) else ():
        out += occurrences(note.folded, f"{verb} ")
    return out


def _is_read(note: Note, place: int) -> bool:
    """Whether a place may be in one of the lines that are read, cheaper to know than its sentence."""
    return note.section_at(place).kind in _SECTIONS or note.problem_at(place) is not None


def _drug_for(note: Note, mention: Mention) -> bool:
    """Whether «for», and a drug before it, or what says that it is treated, stand before a mention."""
    sentence = note.sentence_at(mention.start)
    if sentence is None or _INSTEAD.match(note.folded, mention.end):
        return False
    before = note.folded[sentence.start : mention.start]
    if _TREATED.search(before):
        return _LATER.search(note.folded, sentence.start, sentence.end) is None
    given = _GIVEN_FOR.search(before)
    if given is None:
        return False
    return any(word in drugs() for word in TOKEN.findall(before[: given.start()])[-_REACH:])
