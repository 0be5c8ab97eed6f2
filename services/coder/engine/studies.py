"""The organ that a report of imaging is of, as its title tells it once: «US BREAST RIGHT», and below it
«Simple cyst» (IV.K: what the physician who read it found; I.B.2: title and impression are one statement).
"""

import re
from typing import Final

from services.coder.engine import assertion, laterality, zones
from services.coder.engine.longer import TRUSTED, order
from services.coder.engine.match import words_of
from services.coder.engine.model import Encounter, Mention, Zone
from services.coder.engine.organs import organs
from services.coder.engine.sense import anatomy, denied
from services.coder.reading import Note, SectionKind
from services.coder.terminology.index import Terminology

_HEAD: Final = 250  # characters in which a report says of what it is
_MOST_TITLE: Final = 9  # words
_MODALITY: Final = re.compile(
    r"\b(?:x-?rays?|xr|radiographs?|ct|cta|mri|mr|us|ultrasound|sonogra(?:m|phy)|mammogra(?:m|phy))\b"
)
_ENDS: Final = re.compile(r"[\n.]|: ?\n")
_READ: Final = frozenset((SectionKind.IMPRESSION, SectionKind.FINDINGS))
_REPORTS: Final = frozenset((SectionKind.IMPRESSION, SectionKind.FINDINGS, SectionKind.TECHNIQUE))
_ASSESSED: Final = frozenset((SectionKind.ASSESSMENT, SectionKind.ASSESSMENT_PLAN, SectionKind.PLAN))
_NOT_DISEASES: Final = frozenset("RVWXYZ")
_MASSES: Final = ("N63", "R91", "R22", "R93")
"""Findings of a study that are its diagnosis: a lump of the breast, a nodule of the lung."""


def placed(
    note: Note, pieces: zones.Lines, named: list[Mention], encounter: Encounter, vocabulary: Terminology
) -> list[Mention]:
    """The mentions of a report, those of its impression in the organ that it is of; with what the impression
    names only together with that organ.
    """
    organ = _organ(note)
    if not organ:
        return named
    lines = [line for line in pieces.of_problems() if line.section in _READ]
    heads = {line.start for line in lines}
    lines += [one for one in pieces.others() if one.section in _READ and one.start not in heads]
    found: list[Mention] = []
    for line in lines:
        own = [m for m in named if line.start <= m.start < line.end]
        joined = _joined(note, line, organ, vocabulary)
        if joined is None or any(not m.stems < joined.stems for m in own):
            continue
        if assertion.verdict(note, joined, encounter.setting)[:2] == (True, "affirmed"):
            found.append(joined)
            named = [m for m in named if m not in own]
    return named + found


def _joined(note: Note, line: zones.Line, organ: frozenset[str], vocabulary: Terminology) -> Mention | None:
    """What a line of an impression and the organ make together, where the line names none itself."""
    words = words_of(note.folded, line.start, line.end)
    barred = {words[place].stem for place in denied(words, note.folded)}
    said = frozenset([word.stem for word in words]) - barred
    if not said.isdisjoint(anatomy() - laterality.SIDES):
        return None
    fitting = [
        phrase
        for phrase in vocabulary.among(said | organ)
        if phrase.rank <= TRUSTED and _is_disease(phrase.code) and _is_of_both(phrase.stems, organ, said)
    ]
    best = min(fitting, key=order, default=None)
    if best is None:
        return None
    places = [word for word in words if word.stem in best.stems]
    sides = frozenset[str]() if said & laterality.SIDES else organ & laterality.SIDES
    return Mention(
        places[0].start,
        places[-1].end,
        best.stems,
        best.code,
        best.rank,
        said | best.stems | sides,
        Zone.PROBLEM,
        whole=False,
        problem=line.problem,
    )


def _is_disease(code: str) -> bool:
    return code[0] not in _NOT_DISEASES or code.startswith(_MASSES)


def _is_of_both(stems: frozenset[str], organ: frozenset[str], said: frozenset[str]) -> bool:
    """Whether a term has the organ from the title and the finding from the impression."""
    own = stems - laterality.SIDES
    return not own.isdisjoint(organ - said) and not (own - organ).isdisjoint(said)


def _organ(note: Note) -> frozenset[str]:
    """The organ and the side that a report is of; empty for what is no report."""
    kinds = {section.kind for section in note.sections}
    if kinds.isdisjoint(_REPORTS) or not kinds.isdisjoint(_ASSESSED):
        return frozenset()
    named = _MODALITY.search(note.folded, 0, _HEAD)
    if named is None:
        return frozenset()
    ends = _ENDS.search(note.folded, named.end())
    start = note.folded.rfind("\n", 0, named.start()) + 1
    words = words_of(note.folded, start, ends.start() if ends is not None else len(note.folded))
    if len(words) > _MOST_TITLE:
        return frozenset()
    return frozenset([word.stem for word in words]) & (organs() | laterality.SIDES)
