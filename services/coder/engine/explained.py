"""Symptoms that the note itself explains by a diagnosis that is coded: «abdominal pain due to DKA» (I.B.4,
I.B.5). Those that are coded beside their cause stay: a retention from the prostate.
"""

import re
from dataclasses import replace
from itertools import pairwise
from typing import Final

from services.coder.engine.model import Mention
from services.coder.engine.tables import table
from services.coder.reading import Note

_BETWEEN: Final = 60  # characters
_CAUSE: Final = re.compile(
    r"[ ,(:]*(?:(?:is|was|are|were|all|felt|to|be|clearly|entirely|mostly) )*"
    r"(?:due to|2/2|secondary to|from|caused by|d/t|because of|related to|attributed to|attributable to"
    r"|explained by|in the setting of) (?:[a-z0-9-]+ ){0,3}"
)


def apply(note: Note, mentions: list[Mention]) -> list[Mention]:
    """The mentions, in the order of the text, without the symptoms whose cause is the next of them; the cause
    is then what the problem is named by.
    """
    passing: tuple[str, ...] = tuple(table("additions")["explained_symptoms"])
    explained: set[tuple[int, str]] = set()
    causes: set[int] = set()
    for one, other in pairwise(mentions):
        definite = one.code.startswith(passing) and not other.code.startswith((*passing, "R", "Z"))
        if definite and _is_cause(note, one, other):
            explained.add((one.start, one.code))
            causes.add(other.start)
    if not explained:
        return mentions
    kept = [m for m in mentions if (m.start, m.code) not in explained]
    return [replace(m, heads=True) if m.start in causes else m for m in kept]


def _is_cause(note: Note, one: Mention, other: Mention) -> bool:
    """Whether nothing but the words of a cause stands between two mentions."""
    near = one.end < other.start <= one.end + _BETWEEN
    return near and _CAUSE.fullmatch(note.folded, one.end, other.start) is not None
