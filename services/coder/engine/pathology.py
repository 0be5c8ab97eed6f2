"""What the pathologist found in what an operation or an endoscopy took, where it is written below the
operator's own impression: it is known by then, and is what is coded (IV.K; IV.N).
"""

from functools import cache
from typing import Final

from services.coder.engine import assertion, zones
from services.coder.engine.finding import in_lines, reportable
from services.coder.engine.literals import Guarded
from services.coder.engine.model import Encounter, Mention, Zone
from services.coder.engine.rules import Codes
from services.coder.engine.tables import table
from services.coder.reading import Note, SectionKind
from services.coder.terminology.index import Terminology

_HEAD: Final = 250  # characters in which a report says of what it is
_TAKEN: Final = Guarded(
    r"\b(?:colonoscopy|egd|esophagogastroduodenoscopy|endoscopy|cystoscopy|bronchoscopy|hysteroscopy|biopsy"
    r"|polypectomy|sigmoidoscopy|excision|operative (?:note|report)|op note|procedure note)\b"
)
_READ: Final = frozenset((SectionKind.PATHOLOGY,))


def told(note: Note, chosen: list[Mention], encounter: Encounter, vocabulary: Terminology) -> list[Mention]:
    """The growths and inflammations of the pathology of a report, of other codes than those chosen."""
    if not any(section.kind in _READ for section in note.sections):
        return []
    if _TAKEN.search(note.folded, 0, _HEAD) is None:
        return []
    known = {mention.code for mention in chosen}
    return [
        mention.having(zone=Zone.PROBLEM)
        for mention in in_lines(note, zones.of_kinds(note, _READ, Zone.ASSESSMENT), vocabulary)
        if _found_by_it().has(mention.code)
        and mention.code not in known
        and reportable(mention)
        and assertion.verdict(note, mention, encounter.setting)[:2] == (True, "affirmed")
    ]


@cache
def _found_by_it() -> Codes:
    return Codes(table("additions")["pathology"])
