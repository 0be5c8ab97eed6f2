"""Headings within a line: before a colon behind a sentence, or dictated as the beginning of one."""

import re
from typing import Final

from services.coder.reading.headings import LONGEST, Headings, kind_among, may_begin, may_end, normalise
from services.coder.reading.kinds import CONCLUSIONS, SectionKind
from services.coder.reading.labels import Opening, behind, trimmed
from services.coder.reading.lines import Line

_K: Final = SectionKind
_IMAGED: Final = re.compile(r"\b(?:ct|cta|mri|mra|us|xr|scan|angio|of|the)\s$")
"""What stands before «A/P» of the abdomen and pelvis, which is no assessment and plan."""
DICTATED: Final = "operative diagnos"
"""What a note has whose headings are dictated."""
_DICTATION: Final = re.compile(
    r"(?<![\w-])(?P<label>(?:pre|post)-? ?operative diagnos[ie]s|procedures?(?: performed)?)"
    r" (?:is|are|was|were) "
)
_OPENED: Final = {
    "preo": _K.PREOPERATIVE_DIAGNOSIS,
    "pre-": _K.PREOPERATIVE_DIAGNOSIS,
    "pre ": _K.PREOPERATIVE_DIAGNOSIS,
    "post": _K.POSTOPERATIVE_DIAGNOSIS,
    "proc": _K.PROCEDURES,
}
"""What a dictated heading opens, by its first letters."""
_A: Final = ord("A")
_Z: Final = ord("Z")


def dictated_in(folded: str, line: Line) -> list[Opening]:
    """The headings of an operation's report dictated in sentences: «Preoperative diagnosis is ...»."""
    if folded.find(DICTATED, line.words, line.end) < 0:
        return []
    return [
        Opening(
            said.start(),
            said.start(),
            said.end("label"),
            said.end(),
            _OPENED[said["label"][:4]],
            alone=False,
        )
        for said in _DICTATION.finditer(folded, line.words, line.end)
    ]


def before_colon(
    text: str, folded: str, known: Headings, line: Line, colon: int, *, current: SectionKind
) -> Opening | None:
    """A heading before a colon within a line: after the end of a sentence, or in capitals. `current` is the
    kind of the section that is open there.
    """
    floor = max(line.words, colon - LONGEST)
    if not may_end(known, folded, floor, colon):
        return None
    for begin in range(max(floor, line.words + 1), colon):
        if not _A <= ord(text[begin]) <= _Z:
            continue
        apart = begin == floor or text[begin - 1] == "(" or text[begin - 1].isspace()
        if not apart or not may_begin(known, folded, begin):
            continue
        kind = kind_among(known, folded[begin:colon])
        if kind is None or not _is_clear(text, line, begin, colon) or _IMAGED.search(folded, floor, begin):
            continue
        if current in CONCLUSIONS and normalise(folded[begin:colon]) in known.weak:
            return None
        stop = trimmed(text, begin, colon)
        return Opening(begin, begin, stop, behind(text, colon, line.end), kind, alone=False)
    return None


def _is_clear(text: str, line: Line, begin: int, colon: int) -> bool:
    """Whether a label within a line stands apart from what is before it."""
    before = text[max(line.words, begin - 3) : begin]
    return before.rstrip()[-1:] in ".;!?):|" or before.endswith("  ") or text[begin:colon].isupper()
