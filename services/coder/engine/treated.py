"""Diagnoses that a plan names as what a drug is given for: «continue amlodipine for hypertension», or as what
decides it: «because of the diabetes he is to check sugars» (III, IV.J: what is treated or affects the care is
coded, whether or not it is the name of a problem).
"""

import re
from functools import cache
from typing import Final

from services.coder.engine import assertion, sections, zones
from services.coder.engine.drug_classes import drugs, may_name_drug
from services.coder.engine.finding import in_lines, reportable
from services.coder.engine.model import Encounter, Mention, Zone
from services.coder.engine.rules import Codes
from services.coder.engine.spoken import Subject
from services.coder.engine.tables import table
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
_LEADS: Final = ("for ", "because of ", "given ", "in view of ", "in light of ", "considering ", "with ")
"""What a sentence begins with that goes on with a condition and then with what is done."""
_DECIDING: Final = re.compile(rf"(?:{'|'.join(_LEADS)})(?:(?:his|her|their|the)(?: known| underlying)? )?")
_DECIDED: Final = re.compile(r",|\s(?:he|she|they|i|we|you)\b")
"""What follows the condition there."""
_FAR: Final = 60  # characters
_REACH: Final = 7  # words from the drug to what it is for
_ZONES: Final = frozenset((Zone.BODY, Zone.ASSESSMENT))
_SECTIONS: Final = sections.CONCLUSION | sections.FINAL | {SectionKind.PLAN}
"""Where lines are of those zones, or of a plan, that stand under no problem."""


def found(
    note: Note, pieces: zones.Lines, chosen: list[Mention], encounter: Encounter, vocabulary: Terminology
) -> list[Mention]:
    """The mentions of what drugs of the plan are given for, of another category than what is coded."""
    start = _first(note)
    given, deciding = _given(note, start), _deciding(note, start)
    if not given and not deciding:
        return []
    lines = [line for line in pieces.others() if line.zone in _ZONES or line.section is SectionKind.PLAN]
    treating = [
        line
        for line in lines
        if _holds(line, given) and _NEVER.search(note.folded, line.start, line.end) is None
    ]
    named = [m for m in in_lines(note, treating, vocabulary) if reportable(m) and _drug_for(note, m)]
    led = [cut for line in lines if _holds(line, deciding) and (cut := _led(note, line)) is not None]
    named += [m.having(zone=Zone.PROBLEM) for m in in_lines(note, led, vocabulary) if m.whole]
    known = {mention.code[:3] for mention in chosen}
    return [
        mention
        for mention in named
        if mention.code[:3] not in known
        and not (_passing() if mention.zone is Zone.PROBLEM else _no_diagnoses()).has(mention.code)
        and not mention.parts
        and assertion.verdict(note, mention, encounter.setting)[0]
    ]


@cache
def _no_diagnoses() -> Codes:
    """Symptoms, findings and reasons."""
    return Codes((*assertion.findings().beginnings, "Z"))


@cache
def _passing() -> Codes:
    """What a drug in the name of a problem may have been for, and is none of today."""
    return Codes((*_no_diagnoses().beginnings, *table("additions")["acute_only"]))


def given_for(note: Note, mention: Mention) -> bool:
    """Whether its sentence says which drug a mention is treated with, today and not only in case of need."""
    sentence = note.sentence_at(mention.start)
    if sentence is None or note.folded.rfind(_FOR, sentence.start, mention.start) < 0:
        return False
    return _NEVER.search(note.folded, sentence.start, sentence.end) is None and _drug_for(note, mention)


def _holds(line: zones.Line, places: list[int]) -> bool:
    """Whether one of the places is in a line."""
    return any(line.start <= place < line.end for place in places)


def _given(note: Note, start: int) -> list[int]:
    """Where a «for» stands in a sentence behind what may be a drug, or a verb before what is treated."""
    out: list[int] = []
    for place in occurrences(note.folded, _FOR, start):
        sentence = note.sentence_at(place) if _is_read(note, place) else None
        if sentence is not None and may_name_drug(note.folded[sentence.start : place]):
            out.append(place)
    for verb in _VERBS if _SPOKEN_OF.may_be_in(note) else ():
        out += occurrences(note.folded, f"{verb} ")
    return out


def _first(note: Note) -> int:
    """Where the first of the lines that are read may stand."""
    starts = [section.start for section in note.sections if section.kind in _SECTIONS]
    starts += [problem.title.start for problem in note.problems[:1]]
    return min(starts, default=len(note.folded))


def _is_read(note: Note, place: int) -> bool:
    """Whether a place may be in one of the lines that are read, cheaper to know than its sentence."""
    return note.section_at(place).kind in _SECTIONS or note.problem_at(place) is not None


def _deciding(note: Note, start: int) -> list[int]:
    """Where sentences begin with what a plan may be decided by."""
    out: list[int] = []
    for lead in _LEADS:
        for place in occurrences(note.folded, lead, start):
            if place > 1 and note.folded[place - 1] == " " and note.folded[place - 2].isalnum():
                continue  # most: in the middle of a sentence
            sentence = note.sentence_at(place) if _is_read(note, place) else None
            if sentence is not None and place == sentence.start:
                out.append(place)
    return out


def _led(note: Note, line: zones.Line) -> zones.Line | None:
    """What a line begins with as the reason of what is done, by itself."""
    led = _DECIDING.match(note.folded, line.start, line.end)
    stop = _DECIDED.search(note.folded, led.end(), min(led.end() + _FAR, line.end)) if led else None
    if led is None or stop is None:
        return None
    return zones.Line(led.end(), stop.start(), line.zone, line.problem, line.section)


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
