"""What an acute stroke has taken, as the assessment tells it beside the stroke: «Deficits: right hemiparesis,
expressive aphasia» (I.C.9.d: coded with the stroke; neither is a symptom of it that I.B.5 leaves out).
"""

from collections.abc import Sequence
from functools import cache
from typing import Final

from services.coder.engine import assertion, zones
from services.coder.engine.finding import in_lines, reportable
from services.coder.engine.model import Encounter, Mention, Setting, Zone
from services.coder.engine.tables import table
from services.coder.reading import Note
from services.coder.terminology.index import Terminology

_STROKES: Final = ("I60", "I61", "I62", "I63")
_ZONES: Final = frozenset((Zone.BODY, Zone.ASSESSMENT))
_SIGHT: Final = "H53.46"
"""A field of vision, which a stroke takes, too, but which has no code of its own among its sequelae."""
_GENERAL: Final = ("R53.1", "R41.3", "F80.1")
"""Deficits that as often have another cause."""


def told(
    note: Note,
    pieces: zones.Lines,
    chosen: Sequence[Mention],
    encounter: Encounter,
    vocabulary: Terminology,
) -> list[Mention]:
    """The deficits under a stroke that is coded, of another category than what is coded."""
    strokes = {mention.problem for mention in chosen if mention.code.startswith(_STROKES)}
    if not strokes:
        return []
    strokes |= {mention.problem for mention in chosen if mention.code.startswith(_deficits())}
    lines = [line for line in pieces.others() if line.zone in _ZONES and line.problem in strokes]
    if encounter.setting is Setting.INPATIENT:  # the author's own findings of that day
        lines += [line for line in pieces.others() if line.zone is Zone.NARRATIVE] + pieces.examined()
    known = {mention.code[:5] for mention in chosen}
    return [
        mention.having(zone=Zone.PROBLEM, heads=True)
        for mention in in_lines(note, lines, vocabulary)
        if mention.code.startswith(_deficits())
        and mention.code[:5] not in known
        and reportable(mention)
        and not assertion.flags_at(note, mention)[0]
        and assertion.verdict(note, mention, encounter.setting)[0]
    ]


@cache
def _deficits() -> tuple[str, ...]:
    deficits: dict[str, str] = table("additions")["sequelae_of_stroke"]["deficits"]
    return (*(code for code in deficits if code not in _GENERAL), _SIGHT)
