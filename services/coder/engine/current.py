"""Conditions that are told as a history and are under treatment today: «history of gout on allopurinol».
What a drug holds in check is there, and is coded as such (IV.J; I.C.21.c.4: a history is of what exists no
longer and receives no treatment).
"""

import re
from functools import cache
from typing import Final

from services.coder.engine import match
from services.coder.engine.drug_classes import first_named
from services.coder.engine.model import Mention
from services.coder.engine.rules import Codes
from services.coder.engine.tables import table
from services.coder.reading import Note
from services.coder.terminology.index import Terminology

_HISTORIES: Final = Codes(("Z86.5", "Z86.6", "Z86.7", "Z87.0", "Z87.1", "Z87.3", "Z87.4", "Z86.3", "Z86.2"))
"""Histories of what may go on for life; a cancer's has rules of its own (I.C.2.m)."""
_OF: Final = re.compile(
    r"(?:(?:past|prior|known|personal|long|longstanding|remote) )?(?:medical )?"
    r"(?:history|hx|h/o|hist)\W+(?:of )?(?:an? )?"
)
_TAKES: Final = re.compile(
    r"(?:[\s,(-]|\b(?:which|that|who|is|are|it|he|she|they|and|been|has|have|currently|now|well|stable|doing|good|fairly|adequately|chronically)\b)*"
    r"\b(?:on|takes|taking|(?:controlled|managed|maintained|stabilized|suppressed) (?:on|with|by))\b"
)
_DRUG_NEAR: Final = 40  # characters
_FIRST: Final = 3  # words
_THEN: Final = re.compile(
    r"\b(?:in (?:19|20)\d\d|last year|years? ago|in the past|as a (?:child|teen\w*)|at the time"
    r"|until|stopped|finished|completed)\b"
)
"""What puts the drug into the past as well."""


def treated(note: Note, mention: Mention) -> bool:
    """Whether the words right behind a chronic condition say which drug is taken for it."""
    return not mention.parts and takes(note, mention)


def restored(note: Note, mention: Mention, vocabulary: Terminology) -> Mention:
    """The mention of a history as one of the condition, where that is under treatment."""
    if not _HISTORIES.has(mention.code) or mention.parts or not _takes(note, mention):
        return mention
    led = _OF.match(note.folded, mention.start, mention.end)
    if led is None:
        return mention
    words = match.words_of(note.folded, led.end(), mention.end)
    found = match.whole(words, vocabulary) if words else None
    if found is None or not _lasting().has(found.code):
        return mention
    stems = frozenset([word.stem for word in words])
    return mention.having(start=led.end(), code=found.code, rank=found.rank, stems=stems, whole=False)


def takes(note: Note, mention: Mention) -> bool:
    """Whether the words behind a lasting disease say which drug is taken for it."""
    return _lasting().has(mention.code) and _takes(note, mention)


def _takes(note: Note, mention: Mention) -> bool:
    sentence = note.sentence_at(mention.start)
    said = _TAKES.match(note.folded, mention.end, sentence.end) if sentence is not None else None
    if sentence is None or said is None:
        return False
    if first_named(note.folded, said.end(), min(said.end() + _DRUG_NEAR, sentence.end), _FIRST) is None:
        return False
    return _THEN.search(note.folded, said.end(), sentence.end) is None


@cache
def _lasting() -> Codes:
    """Diseases that a drug keeps in check; not what it may have done or is given against the return of, as
    the bleeding of «history of GI bleed on warfarin».
    """
    return Codes(table("additions")["kept_in_check"])
