"""Where a specimen is from: pathology says it at the head of a line, before what was found, or lists the
specimens by letter first.
"""

import re
from functools import cache
from itertools import chain
from typing import Final

from services.coder.engine import laterality
from services.coder.engine.match import words_of
from services.coder.engine.model import Mention
from services.coder.engine.rules import Codes
from services.coder.engine.sense import anatomy
from services.coder.engine.tables import table
from services.coder.reading import Note
from services.coder.reading.places import occurrences

_NOTHING: Final[frozenset[str]] = frozenset()
_GROWTHS: Final = Codes(("C0", "C1", "C2", "C3", "C4", "C5", "C6", "D0", "D1", "D2", "K62.1", "K63.5"))
_HEAD: Final = re.compile(
    r"\s*(?P<mark>\(?(?:part )?[a-z0-9]{1,2}[.):](?=\s))?\s*(?P<head>[^:>=\n]{3,70}?)\s*(?::|-+>|=+>|=)\s"
)
_LETTER: Final = re.compile(r"\s*\(?(?:part )?([a-z])[.):](?=\s)")
_IN_LINE: Final = re.compile(
    r"(?<![\w/])(?:jar |part |specimen |bottle |vial |#)?([a-h1-9])\s?(?:[=:]|(?<=[:.;] [a-h])[.)])(?=\s)"
)
_LISTED: Final = re.compile(
    r"(?:\n|specimens?(?: received| submitted)?:|(?<=[a-z])[.;,])[ \t]*"
    r"\(?(?:part )?([a-z])[.):][ \t]+([^:>=\n]{3,70}?)(?=[.;,]?\s\(?[a-h][.):]\s|[:>=\n]|\Z)"
)
"""The specimens by letter, each on its line or one behind the other."""
_KEPT_IN: Final = re.compile(
    r"\n([^\n:,;]{3,60})[^\n]{0,90}?[ \t,;]"
    r"\(?(?:(?:jar|part|specimen|bottle|vial|container)[ #]{0,2}([a-h1-9])\b|\(([a-h])\))"
)
"""A finding of an endoscopy with the jar that its specimen is in: «Ascending colon: 9 mm polyp (jar A)»."""
_ABOVE: Final = re.compile(r"\n[ \t]*\(?(?:part )?[a-z0-9]{1,2}[.):][ \t]+([^:>=\n]{3,70}):?[ \t]*\n[ \t]*$")
"""A specimen alone in the line above what was found in it."""
_FAR: Final = 90  # characters
_ANYWHERE: Final = Codes(("D12.6", "C18.9", "K63.5"))
_PARTS: Final = re.compile(
    r"\b(?:cec(?:um|al)|asc(?:ending)?|hepatic flexure|transverse|splenic flexure|desc(?:ending)?|sigmoid"
    r"|rect(?:um|al|osigmoid))\b"
)
_FOUND: Final = ("polyp", "mass", "tumor", "lesion")
_PART_STEMS: Final = {
    "cec": frozenset(("cecum",)),
    "asc": frozenset(("ascending", "colon")),
    "hep": frozenset(("hepatic", "flexure", "colon")),
    "tra": frozenset(("transverse", "colon")),
    "spl": frozenset(("splenic", "flexure", "colon")),
    "des": frozenset(("descending", "colon")),
    "sig": frozenset(("sigmoid", "colon")),
    "rec": frozenset(("rectum",)),
}
_LONGEST: Final = 9  # words of such a head
_BOWEL: Final = frozenset(chain.from_iterable(_PART_STEMS.values())) - {"colon"}
_CLAUSE_ENDS: Final = ";.,\n"
_BEHIND: Final = re.compile(
    rf"(?:[\s(,:&-]|\b(?:of|in|at|from|the|and|both|polyps?|colon|x ?\d|\d)\b){{0,12}}(?:{_PARTS.pattern})"
)
"""The next part of the bowel behind a growth, or behind another: «TA x2 of the cecum and sigmoid»."""


def by_segment(note: Note, mention: Mention) -> list[Mention]:
    """A growth of the bowel as one in each part that its own clause tells, before it or right behind it."""
    if not _ANYWHERE.has(mention.code) or mention.code == "K63.5":
        return [mention]
    folded = note.folded
    begin = max(folded.rfind(mark, 0, mention.start) for mark in _CLAUSE_ENDS) + 1
    parts = _PARTS.findall(folded, begin, mention.end)
    place = mention.end
    while not parts or place > mention.end:
        found = _BEHIND.match(folded, place)
        if found is None:
            break
        parts += _PARTS.findall(found[0])
        place = found.end()
    told = {_PART_STEMS[part[:3]]: None for part in parts}
    return [mention.having(line=(mention.line - _BOWEL) | part) for part in told] or [mention]


def site_of(note: Note, mention: Mention) -> frozenset[str]:
    """The words of the site that the mention's line begins with («B) R forearm, shave: ...», «E. Rectum, 3 mm
    -> ...»), or that the specimen of its letter has; none where it does not begin with a specimen.
    """
    if not _GROWTHS.has(mention.code):
        return _NOTHING
    start = note.folded.rfind("\n", 0, mention.start) + 1
    found = _HEAD.match(note.folded, start, mention.start)
    site = _site(note, *found.span("head"), marked=found["mark"] is not None) if found else _NOTHING
    if site:
        return site
    letter = _lettered(note, start, mention.start)
    if letter is not None:
        return _of_letter(note, letter, start)
    above = _ABOVE.search(note.folded, max(start - _FAR, 0), start)
    if above is not None:
        return _site(note, *above.span(1), marked=True)
    untold = _ANYWHERE.has(mention.code) and mention.line.isdisjoint(_BOWEL)
    return _only_site(note) if untold else _NOTHING


def _only_site(note: Note) -> frozenset[str]:
    """The part of the bowel that all growths are told in: «sigmoid polyps. Path: tubular adenoma»."""
    places = chain.from_iterable(occurrences(note.folded, name) for name in _FOUND)
    told = {sentence for place in places if (sentence := note.sentence_at(place)) is not None}
    sites = {
        _PART_STEMS[part[:3]]
        for sentence in told
        for part in _PARTS.findall(note.folded, sentence.start, sentence.end)
    }
    return sites.pop() if len(sites) == 1 else _NOTHING


def _lettered(note: Note, start: int, end: int) -> str | None:
    """The letter of the specimen that is spoken of at the end of a stretch of a line."""
    at_head = _LETTER.match(note.folded, start, end)
    letters = [at_head[1]] if at_head else _IN_LINE.findall(note.folded, start, end)
    return letters[-1] if letters else None


def _of_letter(note: Note, letter: str, apart: int) -> frozenset[str]:
    """The site of the specimen that another line than that at `apart` lists under the letter."""
    for listed in _LISTED.finditer(note.folded):
        if listed[1] == letter and listed.start() + 1 != apart:
            site = _site(note, *listed.span(2), marked=True)
            if site:
                return site
    for kept in _KEPT_IN.finditer(note.folded):
        if letter in kept.groups()[1:]:
            return _site(note, *kept.span(1), marked=True)
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
