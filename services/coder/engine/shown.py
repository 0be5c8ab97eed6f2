"""What films and scans show where a note has no assessment: the acute disease that its complaint is."""

from functools import cache

from services.coder.engine import assertion, zones
from services.coder.engine.finding import in_lines, reportable
from services.coder.engine.model import Encounter, Mention
from services.coder.engine.rules import Codes
from services.coder.engine.tables import table
from services.coder.reading import Note
from services.coder.terminology.index import Terminology


def told(
    note: Note, pieces: zones.Lines, chosen: list[Mention], encounter: Encounter, vocabulary: Terminology
) -> list[Mention]:
    """The injuries and acute diseases of the results, of other categories than those chosen: «Fell, hip pain.
    XR: intertrochanteric fracture.» (IV.D, IV.K).
    """
    known = {mention.code[:3] for mention in chosen}
    return [
        mention
        for mention in in_lines(note, pieces.reported(), vocabulary)
        if _acute().has(mention.code)
        and mention.code[:3] not in known
        and reportable(mention)
        and assertion.verdict(note, mention, encounter.setting)[0]
    ]


@cache
def _acute() -> Codes:
    return Codes(table("additions")["shown"])
