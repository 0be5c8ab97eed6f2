"""What a note without an assessment says that its complaint is: the acute disease that films and scans
show, and what a sentence behind the examination names.
"""

import re
from functools import cache
from typing import Final

from services.coder.engine import assertion, zones
from services.coder.engine.finding import in_lines, reportable
from services.coder.engine.model import Encounter, Mention, Zone
from services.coder.engine.rules import Codes
from services.coder.engine.tables import table
from services.coder.reading import Note
from services.coder.terminology.index import Terminology

_LED: Final = re.compile(
    r"(?:(?:this|it|that|these|those)(?: is|'s| are)|(?:the )?(?:diagnosis|dx|impression)(?: is|:)?)"
    r" (?:(?:an?|the|all|just|simply|clearly|classic|another) )*"
)
"""What leads to a diagnosis that is made."""
_DONE: Final = re.compile(r"[,;(]| - ")


def told(
    note: Note, pieces: zones.Lines, chosen: list[Mention], encounter: Encounter, vocabulary: Terminology
) -> list[Mention]:
    """The injuries and acute diseases of the results, of other categories than those chosen: «Fell, hip pain.
    XR: intertrochanteric fracture.» (IV.D, IV.K).
    """
    if not chosen:
        return []
    known = {mention.code[:3] for mention in chosen}
    return [
        mention
        for mention in in_lines(note, pieces.reported(), vocabulary)
        if _acute().has(mention.code)
        and mention.code[:3] not in known
        and reportable(mention)
        and assertion.verdict(note, mention, encounter.setting)[0]
    ]


def named(
    note: Note, pieces: zones.Lines, chosen: list[Mention], encounter: Encounter, vocabulary: Terminology
) -> list[Mention]:
    """The diseases that sentences behind findings name in one line with these, and nothing else: «Exam:
    plaques with silver scale. Psoriasis. Start clobetasol.» That is no examination any more.
    """
    known = {mention.code for mention in chosen}
    behind = [_name(note, line) for line in pieces.examined() if _goes_on(note, line.start)]
    return [
        mention
        for mention in in_lines(note, behind, vocabulary)
        if mention.whole
        and mention.code not in known
        and not assertion.findings().has(mention.code)
        and reportable(mention)
        and assertion.verdict(note, mention, encounter.setting)[0]
    ]


def _name(note: Note, line: zones.Line) -> zones.Line:
    """A sentence up to what is done, behind what leads to it, read as the name of a problem."""
    led = _LED.match(note.folded, line.start, line.end)
    start = led.end() if led is not None else line.start
    done = _DONE.search(note.folded, start, line.end)
    return zones.Line(start, done.start() if done is not None else line.end, Zone.PROBLEM, -1, line.section)


def _goes_on(note: Note, start: int) -> bool:
    """Whether a whole sentence stands before one that begins at a place in its line, and no label."""
    return note.text[:start].rstrip(" ")[-1:] in {".", "!", ";"} and note.text[start].isupper()


@cache
def _acute() -> Codes:
    return Codes(table("additions")["shown"])
