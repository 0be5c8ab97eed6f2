"""The NIH stroke scale beside an acute cerebral infarction: category R29.7 (Official Guidelines I.C.18.i).

At least the first score of the stay is reported; the code is the score.
"""

import re
from typing import Final

from services.coder.engine.model import Candidate, Encounter, Setting
from services.coder.reading import Note

_INFARCTION: Final = "I63"
_SCALE: Final = "R29.7"
_SCORE: Final = re.compile(
    r"\b(?:nihss?|nih stroke (?:scale|score))(?: (?:scale|score))?[^0-9.\n]{0,25}(\d{1,2})(?![\d/])"
)
_HIGHEST: Final = 42


def score(note: Note, candidates: list[Candidate], encounter: Encounter) -> list[Candidate]:
    """The first score that the note states, where an acute infarction is coded."""
    stroke = next((c for c in candidates if c.code.startswith(_INFARCTION)), None)
    if stroke is None or encounter.setting is Setting.OUTPATIENT:
        return []
    found = _SCORE.search(note.folded)
    if found is None or int(found[1]) > _HIGHEST or any(c.code.startswith(_SCALE) for c in candidates):
        return []
    code = f"{_SCALE}{int(found[1]):02d}"
    return [Candidate(code, stroke.mention, ["add.stroke-scale (I.C.18.i)"], [found.span()])]
