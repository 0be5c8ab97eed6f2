"""Lymphomas of nodes in several regions, and those of stage III, which is nodes on both sides of the
diaphragm: their fifth character is 8, lymph nodes of multiple sites (C81-C85).
"""

import re
from typing import Final

from services.coder.engine.model import Candidate
from services.coder.engine.rules import Codes
from services.coder.reading import Note

_LYMPHOMAS: Final = Codes(("C81", "C82", "C83", "C84", "C85"))
_MEDIASTINAL: Final = "C85.2"
_SITE: Final = 5  # the place of the character of the site, its dot counted
_ONE_REGION: Final = frozenset("0123456")
_SEVERAL: Final = "8"
_STAGE: Final = re.compile(r"\bstage (?:iii|3)[abse]{0,2}\b")
_NODES: Final = re.compile(r"\bnod(?:e|al)|adenopath")
_REGIONS: Final = tuple(
    re.compile(rf"\b(?:{names})")
    for names in (
        "cervical|neck|supraclav|submandib|occipital|infraclav",
        "mediastin|hilar|intrathorac|paratrach",
        "retroperit|mesenter|para-?aortic|abdomin|porta",
        "axill|epitroch",
        "inguin|groin|femoral",
        "pelvi|iliac",
    )
)
_SEVERAL_REGIONS: Final = 2


def spread(note: Note, candidates: list[Candidate]) -> list[Candidate]:
    """The candidates, a lymphoma that its sentence tells in several regions as such."""
    for candidate in candidates:
        code = candidate.code
        if _LYMPHOMAS.has(code) and code[_SITE:] in _ONE_REGION and _is_spread(note, candidate):
            candidate.rejected.append((code, "nodes of several regions are named, or stage III"))
            candidate.code = code[:_SITE] + _SEVERAL
            candidate.rules.append("add.lymphoma-of-several-regions")
    return candidates


def _is_spread(note: Note, candidate: Candidate) -> bool:
    sentence = note.sentence_at(candidate.mention.start)
    if sentence is None:
        return False
    told = note.folded[sentence.start : sentence.end]
    if candidate.code.startswith(_MEDIASTINAL):
        told = told.replace("mediastinal", "")  # of the name, and no region of nodes
    if _STAGE.search(told):
        return True
    regions = sum(region.search(told) is not None for region in _REGIONS)
    return regions >= _SEVERAL_REGIONS and _NODES.search(told) is not None
