"""Why the patient came, where the problems do not say it: the complaint in place of a diagnosis that is not
certain, what a monitored drug is given for, and the kind of visit that the head of the note states.
"""

import re
from typing import Final

from services.coder.engine import assertion, match, sections, zones
from services.coder.engine.finding import in_lines
from services.coder.engine.model import Encounter, Mention, Setting, Zone
from services.coder.reading import Note, SectionKind, Sentence
from services.coder.terminology.index import Terminology

_EXAMINATIONS: Final = ("Z00", "Z01", "Z02", "Z08", "Z34", "Z39", "Z12")
"""Characters at the beginning of a note in which its kind of visit is stated."""

_REASON_LENGTH: Final = 90
"""Characters of a line that only states a reason."""

_VISIT: Final = (
    *("exam", "physical", "wellness", "screen", "check", "visit", "preop", "pre-op", "clearance", "prenatal"),
    *("postpartum", "pap ", "mammo", "colonosc", "surveill", "annual"),
)
"""What a line that states a kind of visit has; looked for one by one, which is faster than all together."""
_CLEARED: Final = ("preop", "pre-op", "pre op", "presurg", "pre-surg", "clearance", "surgical risk")
"""What the head of a note has that clears a patient for an operation."""
_OPERATION: Final = re.compile(
    r"\b(?:surger(?:y|ies)|operations?|replacements?|arthroplast\w+|repairs?|resections?|fusions?"
    r"|reconstructions?|bypass|transplants?|extractions?|total (?:knee|hip|shoulder)|t[khs]a|thr|tkr"
    r"|turp|cabg|t?avr|\w{3,}(?:ectomy|otomy|plasty|pexy))\b"
)
_PLANNED: Final = re.compile(
    r"\b(?:schedul\w+|sched|plan\w*|upcoming|list(?:ed)?|prior to|before|pre-?op\w*|ahead of|undergo"
    r"|undergoing|await\w*|clear\w*|booked|elective|is (?:to|having)|going to have|needs?|set for"
    r"|proposed|candidate)\b"
)
_MONITORED: Final = ("R79.1", "Z79.01", "Z51.81", "D68.32")
_ANTICOAGULATED: Final = ("I48", "I26", "I27.82", "I82", "D68.5", "D68.6", "Z95.2", "Z86.71")


def complaints(
    note: Note, lines: list[zones.Line], encounter: Encounter, vocabulary: Terminology
) -> list[Mention]:
    """The symptoms and findings that brought the patient: what is coded in place of a diagnosis that is not
    certain (IV.D, IV.H).
    """
    stated = [line for line in lines if line.zone is Zone.REASON]
    return [
        mention
        for mention in in_lines(note, stated, vocabulary)
        if assertion.findings().has(mention.code) and assertion.verdict(note, mention, encounter.setting)[0]
    ]


def indications(
    note: Note, pieces: zones.Lines, chosen: list[Mention], encounter: Encounter, vocabulary: Terminology
) -> list[Mention]:
    """What an anticoagulant that is monitored is given for, where an «Indication» says so (IV.J)."""
    if not any(mention.code.startswith(_MONITORED) for mention in chosen):
        return []
    lines = [line for line in pieces.others() if line.section is SectionKind.INDICATION]
    return [
        mention
        for mention in in_lines(note, lines, vocabulary)
        if mention.code.startswith(_ANTICOAGULATED)
        and assertion.verdict(note, mention, encounter.setting)[0]
        and not any(mention.code[:3] == other.code[:3] for other in chosen)
    ]


def operations(
    note: Note, pieces: zones.Lines, chosen: list[Mention], encounter: Encounter, vocabulary: Terminology
) -> list[Mention]:
    """The condition for which an operation is planned, where the note clears for it (IV.M)."""
    head = note.folded[: sections.HEAD]
    if encounter.setting is not Setting.OUTPATIENT or not any(word in head for word in _CLEARED):
        return []
    return [
        mention
        for mention in in_lines(note, pieces.others(), vocabulary)
        if _is_operated_on(note, mention)
        and assertion.verdict(note, mention, encounter.setting)[0]
        and not any(mention.code[:3] == other.code[:3] for other in chosen)
    ]


def _is_operated_on(note: Note, mention: Mention) -> bool:
    """Whether its sentence plans an operation, and it is a condition."""
    if mention.code[0] in "RVWXYZ":
        return False
    sentence = note.sentence_at(mention.start)
    if sentence is None:
        return False
    return all(each.search(note.folded, sentence.start, sentence.end) for each in (_OPERATION, _PLANNED))


def with_visit(
    note: Note, chosen: list[Mention], encounter: Encounter, vocabulary: Terminology
) -> list[Mention]:
    """With the reason for an examination or screening that a line at the head of the note states
    (I.C.21.c.13).
    """
    if any(m.zone >= Zone.REASON for m in chosen):
        return chosen
    known = {m.code[:3] for m in chosen}
    for sentence in _visits(note):
        found = match.whole(match.words_of(note.folded, sentence.start, sentence.end), vocabulary)
        if found is None or not found.code.startswith(_EXAMINATIONS) or found.code[:3] in known:
            continue
        kind = note.sections[sentence.section].kind
        line = zones.Line(sentence.start, sentence.end, Zone.REASON, -1, kind)
        found_there = in_lines(note, [line], vocabulary)
        return [m for m in found_there if assertion.verdict(note, m, encounter.setting)[0]] + chosen
    return chosen


def _visits(note: Note) -> list[Sentence]:
    """The short lines at the head of the note that speak of a visit."""
    head = note.folded[: sections.HEAD + _REASON_LENGTH]
    places: list[int] = []
    for word in _VISIT:
        place = head.find(word)
        while place >= 0:
            places.append(place)
            place = head.find(word, place + 1)
    out: list[Sentence] = []
    end = 0
    for place in sorted(places):
        sentence = note.sentence_at(place) if place >= end else None
        if sentence is not None and sentence.start <= sections.HEAD:
            end = sentence.end
            if end - sentence.start <= _REASON_LENGTH:
                out.append(sentence)
    return out
