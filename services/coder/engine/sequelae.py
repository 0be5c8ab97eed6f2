"""What an old stroke has left (Official Guidelines I.C.9.d); its table stands in `data/additions.yaml`."""

import re
from dataclasses import replace
from functools import cache
from typing import Any, Final

from services.coder.engine.model import Candidate, Encounter, Setting
from services.coder.engine.tables import table
from services.coder.reading import Note
from services.coder.terminology.sources import PRIORITY

_LEFT: Final = "I69.3"
_OTHER: Final = "I69.398"
_NAMELESS: Final = "I69.30"
_DYSPHAGIA: Final = "R13.1"
_PHASELESS: Final = "R13.10"
_STROKE: Final = ("I63", "G45.9")
_LEAVING: Final = re.compile(
    r"\b(?:stroke|cva|infarct)\b[^.;\n]{0,30}"
    r"\b(?:with (?:residual|persistent|chronic)|left (?:him|her) with|residual)(?: \w+){0,3} ?$"
    r"|\bpost-?stroke ?$"
)
_FROM_IT: Final = re.compile(
    r"\b(?:from|due to|2/2|since|after|secondary to) (?:the |that |his |her )?"
    r"(?:same|(?:old |prior )?(?:stroke|cva|infarct))\b"
)


def apply(note: Note, candidates: list[Candidate], encounter: Encounter) -> list[Candidate]:
    """Deficits of an old stroke; a stroke spoken of after the stay is history."""
    outpatient = encounter.setting is Setting.OUTPATIENT
    if outpatient:
        _over(note, candidates)
    strokes = _strokes(candidates, outpatient=outpatient)
    if not strokes:
        return candidates
    problems = {c.mention.problem for c in strokes} - (set() if outpatient else {-1})
    left = [c for c in candidates if _late(c.code) and (c.mention.problem in problems or _linked(note, c))]
    phases = [_phase(c) for c in left if c.code.startswith(_DYSPHAGIA) and c.code != _PHASELESS]
    for candidate in left:
        late = _late(candidate.code)
        candidate.rejected.append((candidate.code, "a deficit that remains after a stroke (I.C.9.d.1)"))
        candidate.code = late
        candidate.rules.append("add.sequela-of-stroke")
    for stroke in strokes:
        if stroke.code == "I63.9" and PRIORITY[stroke.mention.rank] == "curated":
            stroke.code = "Z86.73"
            stroke.rules.append("add.stroke-is-history (I.C.9.d.3)")
    others = _others(note, candidates)
    kept = [c for c in candidates if not ((left or others) and c in strokes and not _says_what(c))]
    return [*kept, *phases, *others[:1]]


def _others(note: Note, candidates: list[Candidate]) -> list[Candidate]:
    """Other sequelae, where the note puts down to the stroke what stays a code of its own beside them:
    «left hemianopia from the old stroke» (I69.398 use additional code).
    """
    kinds = tuple(table("additions")["sequelae_of_stroke"]["others"])
    return [
        replace(c, code=_OTHER, rejected=[], rules=["add.other-sequela-of-stroke"])
        for c in candidates
        if c.code.startswith(kinds) and _linked(note, c)
    ]


def _linked(note: Note, candidate: Candidate) -> bool:
    """Whether its own line puts a deficit down to a stroke: «aphasia from the same», «old stroke with
    residual foot drop».
    """
    mention = candidate.mention
    sentence = note.sentence_at(mention.start)
    return sentence is not None and (
        _FROM_IT.search(note.folded, mention.end, sentence.end) is not None
        or _LEAVING.search(note.folded[sentence.start : mention.start]) is not None
    )


def _strokes(candidates: list[Candidate], *, outpatient: bool) -> list[Candidate]:
    """The strokes that are over: in a stay only those of which something is said to be left."""
    rule: dict[str, Any] = table("additions")["sequelae_of_stroke"]
    strokes = [c for c in candidates if c.code.startswith(tuple(rule["stroke"]) if outpatient else _LEFT)]
    acute = any(c.mention.line.intersection(rule["acute_words"]) for c in strokes)
    return [] if acute else strokes


def _late(code: str) -> str:
    """The code of a deficit as one that remains; empty for what is none."""
    deficits: dict[str, str] = table("additions")["sequelae_of_stroke"]["deficits"]
    return next((late for deficit, late in deficits.items() if code.startswith(deficit)), "")


def _phase(candidate: Candidate) -> Candidate:
    """The phase of the dysphagia, which is coded beside it."""
    return replace(candidate, rejected=[], rules=["add.phase (I69.-91 use additional code)"])


def _says_what(stroke: Candidate) -> bool:
    """Whether the code of an old stroke already names one of its deficits, as others may be left, too."""
    return stroke.code.startswith(_LEFT) and not stroke.code.startswith(_NAMELESS)


def _over(note: Note, candidates: list[Candidate]) -> None:
    """Makes a stroke that its sentence tells as over a history (I.C.9.d.3)."""
    for candidate in candidates:
        sentence = note.sentence_at(candidate.mention.start) if candidate.code.startswith(_STROKE) else None
        if sentence is not None and _past().search(note.folded, sentence.start, sentence.end):
            candidate.code = "Z86.73"
            candidate.rules.append("add.stroke-is-history (I.C.9.d.3)")


@cache
def _past() -> re.Pattern[str]:
    return re.compile(table("additions")["sequelae_of_stroke"]["past"])
