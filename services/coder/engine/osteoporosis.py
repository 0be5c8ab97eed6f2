"""Fractures of known osteoporosis: of category M80, and no traumatic fractures (guideline I.C.13.d.2), where
the note calls the fracture osteoporotic, or tells of osteoporosis and of a fall that breaks no healthy bone.

Which fracture becomes which code, and what says it: `data/additions.yaml`.
"""

from dataclasses import replace
from functools import cache
from typing import Any, Final

from services.coder.engine.literals import Guarded
from services.coder.engine.model import Candidate
from services.coder.engine.rules import Codes
from services.coder.engine.specificity import base_of, complete
from services.coder.engine.tables import table
from services.coder.reading import NOT_AFFIRMED, Note
from services.coder.terminology.index import Terminology

_NAMES: Final = ("osteoporo", "fragility")
_SIDES: Final = ((" right ", "1"), (" left ", "2"))
_NO_SIDE: Final = "9"
_FRACTURED: Final = "M80.0"
_WHOLE: Final = "M81.0"
_HISTORY: Final = "Z87.310"
_MIDLINE: Final = "M80.08"
_SEVENTH: Final = {"B": "A", "C": "A", "E": "D", "F": "D", "H": "G", "J": "G", "M": "K", "N": "K", "Q": "P"}
"""The character of a fracture that is never coded as open, by that of an open one."""


def apply(note: Note, candidates: list[Candidate], vocabulary: Terminology) -> list[Candidate]:
    """The candidates with the fractures of a known osteoporosis coded as such."""
    candidates = [each for c in candidates for each in _healed(note, c)]
    broken = [candidate for candidate in candidates if _bones().has(candidate.code)]
    if broken and any(name in note.folded for name in _NAMES) and _from_osteoporosis(note):
        for candidate in broken:
            changed = _osteoporotic(candidate.code, vocabulary)
            candidate.rejected.append((candidate.code, "a fracture of known osteoporosis (I.C.13.d.2)"))
            candidate.code = changed
            candidate.rules.append("add.osteoporotic-fracture (I.C.13.d.2)")
    return candidates


def _healed(note: Note, candidate: Candidate) -> list[Candidate]:
    """A fracture of osteoporosis that its own sentence says is of the past: osteoporosis without a current
    one, and the history (I.C.13.d.1).
    """
    sentence = note.sentence_at(candidate.mention.start) if candidate.code.startswith(_FRACTURED) else None
    if sentence is None or not _said("healed").search(note.folded, sentence.start, sentence.end):
        return [candidate]
    candidate.rejected.append((candidate.code, "a fracture of the past (I.C.13.d.1)"))
    candidate.code = _WHOLE
    candidate.rules.append("add.osteoporosis-without-current-fracture (I.C.13.d.1)")
    return [candidate, replace(candidate, code=_HISTORY, rejected=[], rules=["add.personal-history"])]


def _osteoporotic(code: str, vocabulary: Terminology) -> str:
    """The code of category M80 of a traumatic fracture: by its bone, side and episode."""
    bones: dict[str, str] = table("additions")["osteoporotic"]["bones"]
    base = next(bones[prefix] for prefix in bones if code.startswith(prefix))
    entry = vocabulary.entry(base_of(code, vocabulary))
    title = f" {entry.title.lower()} " if entry is not None else ""
    side = next((digit for name, digit in _SIDES if name in title), _NO_SIDE)
    character = _SEVENTH.get(code[-1], code[-1])
    return complete(base if base == _MIDLINE else f"{base}{side}", character)


def _from_osteoporosis(note: Note) -> bool:
    """Whether the note calls a fracture osteoporotic, or tells of osteoporosis and of a minor fall alone."""
    if _stated(note, _said("fracture")):
        return True
    minor = _said("minor").search(note.folded) and not _said("major").search(note.folded)
    return bool(minor) and _stated(note, _said("known"))


def _stated(note: Note, says: Guarded) -> bool:
    """Whether it is said of the patient, as a fact, and not only looked for or to be prevented."""
    found = says.search(note.folded)
    while found is not None and not _is_fact(note, found.start(), found.end()):
        found = says.search(note.folded, found.end())
    return found is not None


def _is_fact(note: Note, start: int, end: int) -> bool:
    sentence = note.sentence_at(start)
    if sentence is None or note.context_at(start, end).flags & NOT_AFFIRMED:
        return False
    return _said("sought").search(note.folded, sentence.start, sentence.end) is None


@cache
def _bones() -> Codes:
    return Codes(table("additions")["osteoporotic"]["bones"])


@cache
def _said(what: str) -> Guarded:
    data: dict[str, Any] = table("additions")["osteoporotic"]
    return Guarded(data[what])
