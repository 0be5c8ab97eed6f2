"""How deep an ulcer of the lower limb is, where another sentence than the one that names it says so (L97:
sixth character; guideline I.B.14 lets it come from any clinician of the patient's).
"""

from functools import cache
from typing import Final

from services.coder.engine.literals import Guarded, guarded
from services.coder.engine.model import Candidate
from services.coder.engine.tables import table
from services.coder.reading import Flag, Note

_ULCERS: Final = ("L97", "L98.4")
_UNSPECIFIED: Final = "9"
_BARRED: Final = Flag.NEGATED | Flag.FAMILY | Flag.OTHER_PERSON | Flag.HYPOTHETICAL | Flag.HISTORICAL


def deepened(note: Note, candidates: list[Candidate]) -> list[Candidate]:
    """The candidates; one ulcer whose depth is left open has the deepest that the note states."""
    ulcers = [c for c in candidates if c.code.startswith(_ULCERS)]
    if len(ulcers) != 1 or not ulcers[0].code.endswith(_UNSPECIFIED):
        return candidates
    for character, said in _depths():
        for found in said.all_in(note.folded):
            if not note.context_at(*found.span()).flags & _BARRED:
                ulcers[0].code = ulcers[0].code[:-1] + character
                ulcers[0].rules.append("detail.depth-of-ulcer")
                ulcers[0].spans.append(found.span())
                return candidates
    return candidates


@cache
def _depths() -> tuple[tuple[str, Guarded], ...]:
    """What is said of each depth; the characters as L97 divides them."""
    entries = table("additions")["depths"]
    said = guarded("depths", (entry["said"] for entry in entries))
    return tuple((str(entry["character"]), said[entry["said"]]) for entry in entries)
