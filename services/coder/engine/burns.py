"""How much of the body burns cover: category T31 beside the burns of each site (guideline I.C.19.d.6).

A coder takes the extent from the documentation and does not add it up; what share is of the third degree is
0 to 9 percent unless it is stated.
"""

import re
from typing import Final

from services.coder.engine.model import Candidate
from services.coder.engine.rules import Codes
from services.coder.reading import Note

_BURNS: Final = Codes(("T20", "T21", "T22", "T23", "T24", "T25"))
_EXTENT: Final = Codes(("T31", "T32"))
_SHARE: Final = r"(\d{1,2}(?:\.\d+)?)\s?(?:%|percent)"
_STATED: Final = re.compile(
    rf"{_SHARE}\s?(?:of (?:the )?)?(?:total )?(?:tbsa|bsa|body surface)"
    rf"|\b(?:tbsa|bsa|body surface(?: area)?)[^0-9.\n]{{0,20}}{_SHARE}"
    rf"|\btotal (?:of |burn of |is |about |area ){{0,2}}{_SHARE}"
)
_TENTH: Final = 10  # percent of the body that one character of the code stands for


def extent(note: Note, candidates: list[Candidate]) -> list[Candidate]:
    """The extent that the note states of the burns among the candidates; nothing where it states none."""
    burn = next((c for c in candidates if _BURNS.has(c.code)), None)
    if burn is None or any(_EXTENT.has(c.code) for c in candidates):
        return []
    found = _STATED.search(note.folded)
    if found is None:
        return []
    share = float(next(group for group in found.groups() if group))
    code = "T31.0" if share < _TENTH else f"T31.{int(share // _TENTH)}0"
    return [Candidate(code, burn.mention, ["add.extent-of-burns (I.C.19.d.6)"], [found.span()])]
