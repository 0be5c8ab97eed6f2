"""Present on admission: for inpatients, whether a condition was there when the order for admission was
written (Appendix I).
"""

from functools import cache
from typing import Final

from services.coder.engine.model import Candidate
from services.coder.engine.rules import Codes
from services.coder.engine.spoken import Subject
from services.coder.engine.tables import table
from services.coder.reading import Note, SectionKind
from services.coder.reading.places import occurrences

_ARISEN: Final = "words of what began in the stay"
_SPOKEN_OF: Final = Subject(rf"\b(?:{'|'.join(table('admission')['arisen'])})")
_UNDER: Final = 300  # characters
_COURSE: Final = (SectionKind.HOSPITAL_COURSE, SectionKind.COMPLICATIONS)


def indicator(note: Note, candidate: Candidate) -> str:
    """Y or N; empty where the code is exempt. N only where a sentence that names it says that it began in
    the stay.
    """
    if _exempt().has(candidate.code):
        return ""
    arisen = _said(note)
    if not arisen:
        return "Y"
    if any(_arisen(note, place, arisen) for place in _places(note, candidate)):
        return "N"
    return "N" if _arisen_under(note, candidate.mention.problem, arisen) else "Y"


@cache
def _exempt() -> Codes:
    return Codes(table("admission")["exempt"])


def _said(note: Note) -> list[str]:
    """Those of the words that say that something began in the stay that the note has: mostly none."""
    said: list[str] | None = note.remembered.get(_ARISEN)
    if said is None:
        words: list[str] = table("admission")["arisen"] if _SPOKEN_OF.may_be_in(note) else []
        said = note.remembered[_ARISEN] = [word for word in words if word in note.folded]
    return said


def _places(note: Note, candidate: Candidate) -> list[int]:
    """Where the note names it: at the mention, and wherever its longest word stands again."""
    start, end = candidate.mention.start, candidate.mention.end
    probe = max(note.folded[start:end].split(), key=len)
    named = occurrences(note.folded, probe)
    return [start, *(at for at in named if note.section_at(at).kind in _COURSE or at == start)]


def _arisen(note: Note, place: int, words: list[str]) -> bool:
    sentence = note.sentence_at(place)
    if sentence is None:
        return False
    text = note.folded[sentence.start : sentence.end]
    return any(word in text for word in words)


def _arisen_under(note: Note, problem: int, words: list[str]) -> bool:
    """Whether the text under the problem says it; a long text says too much to tell."""
    if problem < 0:
        return False
    body = note.problems[problem].body
    text = note.folded[body.start : min(body.end, body.start + _UNDER)]
    return any(word in text for word in words)
