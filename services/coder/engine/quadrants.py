"""The quadrant of a cancer or lump of the breast, which its history tells in other words than its name: «Left
breast, upper outer quadrant, invasive ductal»; or its findings by the clock: «mass at 10 o'clock» (I.B.2).
"""

import re
from typing import Final

from services.coder.engine import elsewhere, laterality
from services.coder.engine.model import Mention
from services.coder.engine.spans import words_in
from services.coder.reading import Note
from services.coder.reading.places import occurrences

_BREAST: Final = "C50.9"
_LUMP: Final = "N63"
_CLOCK: Final = re.compile(
    r"\b(1[0-2]|[1-9])(?:(?::00)? ?o['\u2019 ]? ?clock|:00 (?:position|axis|location))\b"
)
_SPOKEN_OF: Final = "clock"
_POSITION: Final = ":00 "
_BETWEEN: Final = (12, 3, 6, 9)
"""Hours between two quadrants."""
_THREE: Final = 3
_SIX: Final = 6
_NINE: Final = 9
_QUADRANT: Final = re.compile(r"\b(upper|lower)[ -](outer|inner)\b")
_TUMOUR: Final = re.compile(
    r"\b(?:cancer|carcinoma|invasive|infiltrating|ductal|lobular|idc|ilc|dcis|adenocarcinoma|malignan\w+)\b"
)


def told(note: Note, mention: Mention) -> Mention:
    """The mention with the one quadrant that the note tells of the tumour of this breast."""
    if not mention.code.startswith((_BREAST, _LUMP)) or "quadrant" in mention.line:
        return mention
    by_words = _by_words(note, mention) if mention.code.startswith(_BREAST) else mention
    return by_words if by_words is not mention else _by_clock(note, mention)


def _by_words(note: Note, mention: Mention) -> Mention:
    """The mention with the one quadrant that is named beside the tumour."""
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


def _by_clock(note: Note, mention: Mention) -> Mention:
    """The mention with the quadrant of the one hour of the clock's face that the note names: of a right
    breast, the outer half is that before noon.
    """
    sides = mention.line & laterality.SIDES
    if len(sides) != 1 or not (_SPOKEN_OF in note.folded or _POSITION in note.folded):
        return mention
    hours = {int(found[1]) for found in _CLOCK.finditer(note.folded)}
    if len(hours) != 1 or not sides <= {"right", "left"}:
        return mention
    (hour,) = hours
    if hour in _BETWEEN:
        return mention
    height = "upper" if hour < _THREE or hour > _NINE else "lower"
    outer = (hour > _SIX) == ("right" in sides)
    return mention.having(line=mention.line | {"quadrant", height, "outer" if outer else "inner"})


def _agrees(side: frozenset[str], mention: Mention) -> bool:
    """Whether a sentence tells the side of the mention, where this tells one."""
    own = mention.line & laterality.SIDES
    return not own or not side.isdisjoint(own)
