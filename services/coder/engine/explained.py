"""Symptoms that the note itself explains by a diagnosis that is coded: «abdominal pain due to DKA» (I.B.4,
I.B.5). Those that are coded beside their cause stay: a retention from the prostate.
"""

import re
from functools import cache
from itertools import pairwise
from typing import Final

from services.coder.engine import assertion
from services.coder.engine.model import Mention
from services.coder.engine.rules import Codes
from services.coder.engine.spoken import Subject
from services.coder.engine.tables import table
from services.coder.reading import Note

_BETWEEN: Final = 60  # characters
_CAUSE: Final = re.compile(
    r"[ ,(:]*(?:(?:is|was|are|were|all|felt|to|be|clearly|entirely|mostly) )*"
    r"(?:due to|2/2|secondary to|from|caused by|d/t|because of|related to|attributed to|attributable to"
    r"|explained by|in the setting of) (?:[a-z0-9-]+ ){0,3}"
)

_EXPLAINING: Final = r"\b(?:explains|explaining|(?:accounts|accounting|responsible) for)\s+"
_EXPLAINED: Final = re.compile(
    r"(?<!nothing )(?<!nothing that )(?<!nothing which )"
    rf"{_EXPLAINING}"
    r"(?:(?:the|his|her|their|this|these|all|both|most|some|of|much) )*(?:[\w/-]+,? (?:and )?){0,3}$"
)
_SPOKEN_OF: Final = Subject(_EXPLAINING)
_INDEFINITE: Final = ("R", "Z")
_NEAR: Final = 80  # characters before a symptom in which the words stand that explain it


def without_symptoms(note: Note, mentions: list[Mention]) -> list[Mention]:
    """The mentions, in the order of the text, without the symptoms whose cause is the next of them; the cause
    is then what the problem is named by.
    """
    explained: set[tuple[int, str]] = set()
    causes: set[int] = set()
    for one, other in pairwise(mentions):
        passing = _passing().has(one.code) and not other.code.startswith(_INDEFINITE)
        if passing and not _passing().has(other.code) and _is_cause(note, one, other):
            explained.add((one.start, one.code))
            causes.add(other.start)
    if not explained:
        return mentions
    kept = [m for m in mentions if (m.start, m.code) not in explained]
    return [m.having(heads=True) if m.start in causes else m for m in kept]


@cache
def _passing() -> Codes:
    """What is not coded beside what explains it."""
    return Codes(table("additions")["explained_symptoms"])


def _is_cause(note: Note, one: Mention, other: Mention) -> bool:
    """Whether nothing but the words of a cause stands between two mentions."""
    near = one.end < other.start <= one.end + _BETWEEN
    return near and _CAUSE.fullmatch(note.folded, one.end, other.start) is not None


def without_results(note: Note, chosen: list[Mention]) -> list[Mention]:
    """Without the symptoms that the note says a diagnosis explains: «atrophic vaginitis, explains the
    spotting» (I.B.5).
    """
    if not _SPOKEN_OF.may_be_in(note):
        return chosen
    return [m for m in chosen if not (_symptoms().has(m.code) and _is_result(note, m))]


@cache
def _symptoms() -> Codes:
    """What a diagnosis may explain."""
    return Codes((*assertion.findings().beginnings, *table("additions")["explained"]))


def _is_result(note: Note, mention: Mention) -> bool:
    sentence = note.sentence_at(mention.start)
    start = max(sentence.start if sentence is not None else 0, mention.start - _NEAR)
    return _EXPLAINED.search(note.folded[start : mention.start]) is not None
