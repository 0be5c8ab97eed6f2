"""Where a specimen is from: pathology says it at the head of a line, before what was found, or lists the
specimens by letter first.
"""

import re
from functools import cache
from typing import Final

from services.coder.engine import laterality
from services.coder.engine.match import words_of
from services.coder.engine.model import Mention
from services.coder.engine.rules import Codes
from services.coder.engine.sense import anatomy
from services.coder.engine.tables import table
from services.coder.reading import Note

_NOTHING: Final[frozenset[str]] = frozenset()
_GROWTHS: Final = Codes(("C0", "C1", "C2", "C3", "C4", "C5", "C6", "D0", "D1", "D2", "K62.1", "K63.5"))
_HEAD: Final = re.compile(
    r"\s*(?P<mark>\(?(?:part )?[a-z0-9]{1,2}[.):](?=\s))?\s*(?P<head>[^:>=\n]{3,70}?)\s*(?::|-+>|=+>|=)\s"
)
_LETTER: Final = re.compile(r"\s*\(?(?:part )?([a-z])[.):](?=\s)")
_LISTED: Final = re.compile(r"\n[ \t]*\(?(?:part )?([a-z])[.):][ \t]+([^:>=\n]{3,70})")
_LONGEST: Final = 9  # words of such a head


def site_of(note: Note, mention: Mention) -> frozenset[str]:
    """The words of the site that the mention's line begins with («B) R forearm, shave: ...», «E. Rectum, 3 mm
    -> ...»), or that the specimen of its letter has; none where it does not begin with a specimen.
    """
    if not _GROWTHS.has(mention.code):
        return _NOTHING
    start = note.folded.rfind("\n", 0, mention.start) + 1
    found = _HEAD.match(note.folded, start, mention.start)
    if found is not None:
        return _site(note, *found.span("head"), marked=found["mark"] is not None)
    letter = _LETTER.match(note.folded, start, mention.start)
    return _of_letter(note, letter[1], start) if letter is not None else _NOTHING


def _of_letter(note: Note, letter: str, apart: int) -> frozenset[str]:
    """The site of the specimen that another line than that at `apart` lists under the letter."""
    for listed in _LISTED.finditer(note.folded):
        if listed[1] == letter and listed.start() + 1 != apart:
            site = _site(note, *listed.span(2), marked=True)
            if site:
                return site
    return _NOTHING


def _site(note: Note, start: int, end: int, *, marked: bool) -> frozenset[str]:
    """The words of a site in the head of a specimen's line, which has a letter or says what was taken."""
    stems = {word.stem for word in words_of(note.folded, start, end)}
    names, sites = _specimens()
    if len(stems) > _LONGEST or not (marked or stems & names) or not stems & sites:
        return _NOTHING
    return frozenset(stems & (sites | laterality.places()))


@cache
def _specimens() -> tuple[frozenset[str], frozenset[str]]:
    """What specimens are called, and the sites they are from."""
    known = table("additions")["specimens"]
    return frozenset(known["names"]), frozenset(known["sites"]) | anatomy()
