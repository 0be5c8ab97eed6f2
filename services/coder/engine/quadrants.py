"""The quadrant of a cancer of the breast, which its history tells in other words than its name: «Left breast,
upper outer quadrant, invasive ductal» (I.B.2).
"""

import re
from typing import Final

from services.coder.engine import elsewhere, laterality
from services.coder.engine.model import Mention
from services.coder.engine.spans import words_in
from services.coder.reading import Note
from services.coder.reading.places import occurrences

_BREAST: Final = "C50.9"
_QUADRANT: Final = re.compile(r"\b(upper|lower)[ -](outer|inner)\b")
_TUMOUR: Final = re.compile(
    r"\b(?:cancer|carcinoma|invasive|infiltrating|ductal|lobular|idc|ilc|dcis|adenocarcinoma|malignan\w+)\b"
)


def told(note: Note, mention: Mention) -> Mention:
    """The mention with the one quadrant that the note tells of the tumour of this breast."""
    if not mention.code.startswith(_BREAST) or "quadrant" in mention.line:
        return mention
    found: set[tuple[str, ...]] = set()
    for place in occurrences(note.folded, "breast"):
        sentence = note.sentence_at(place)
        if sentence is None or _TUMOUR.search(note.folded, sentence.start, sentence.end) is None:
            continue
        words, stems = words_in(note, sentence.start, sentence.end)
        side = stems & laterality.SIDES
        if not words or not elsewhere.holds(note, words[0]) or (side and not _agrees(side, mention)):
            continue
        for one in _QUADRANT.finditer(note.folded, sentence.start, sentence.end):
            found.add((one[1], one[2]))
    if len(found) != 1:
        return mention
    return mention.having(line=mention.line | {"quadrant", *found.pop()})


def _agrees(side: frozenset[str], mention: Mention) -> bool:
    """Whether a sentence tells the side of the mention, where this tells one."""
    own = mention.line & laterality.SIDES
    return not own or not side.isdisjoint(own)
