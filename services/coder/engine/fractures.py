"""The bone behind a fracture that is named by a region: the findings tell that a «wrist fracture» is of the
distal radius.

Where a provider has diagnosed a fracture, its site may be taken from the report of its images (Coding Clinic
2013 Q1, page 28).
"""

from collections.abc import Iterator
from functools import cache
from typing import Final

from services.coder.engine import elsewhere, laterality, match
from services.coder.engine.model import Mention
from services.coder.engine.sense import Sense, denied
from services.coder.engine.spans import words_in
from services.coder.engine.tables import table
from services.coder.reading import Note
from services.coder.reading.places import occurrences
from services.coder.terminology.index import Terminology
from services.coder.terminology.words import Word

_BROKEN: Final = "fracture"
_WRITTEN: Final = ("fract", "fx", "broke", "break")
_NAMELESS: Final = laterality.SIDES | {
    _BROKEN,
    "close",
    "closed",
    "open",
    "displaced",
    "healing",
    "acute",
    "traumatic",
}
_SLACK: Final = 3  # words that may stand between the words of a fracture's name
_SITE: Final = 5  # characters of a code that tell which bone, and which part of it


def located(note: Note, mention: Mention, vocabulary: Terminology) -> Mention:
    """The mention of a region's fracture as that of the bone that the note names, if it names one only."""
    if _BROKEN not in mention.stems:
        return mention
    regions = mention.stems - _NAMELESS
    within = _bones().get(next(iter(regions))) if len(regions) == 1 else None
    if within is None:
        return mention
    told = [one for one in _told(note, mention, vocabulary) if one[0].code.startswith(within)]
    told = [one for one in told if one[0].code != mention.code]
    if len({found.code[:_SITE] for found, _ in told}) != 1:
        return mention
    finest = max(told, key=lambda one: (len(one[0].code), len(one[0].positions)))[0]
    said = frozenset().union(*(words for _, words in told))
    return mention.having(code=finest.code, line=mention.line | said)


def _told(
    note: Note, mention: Mention, vocabulary: Terminology
) -> Iterator[tuple[match.Found, frozenset[str]]]:
    """Each term in the affirmed sentences that name a fracture of today, and what these say of its kind."""
    side = mention.line & laterality.SIDES
    for start, end in _sentences(note):
        words, stems = words_in(note, start, end)
        if side and stems & laterality.SIDES and side.isdisjoint(stems):
            continue
        broken = next((word for word in words if word.stem == _BROKEN), None)
        if broken is None or not elsewhere.holds(note, broken):
            continue
        barred = denied(words, note.folded)
        said = frozenset(w.stem for i, w in enumerate(words) if i not in barred) - laterality.SIDES
        for found in match.find(words, vocabulary, Sense(note.text, barred, _SLACK)):
            if _BROKEN in _stems(found, words) and barred.isdisjoint(found.positions):
                yield found, _stems(found, words) - laterality.SIDES | said & elsewhere.details()


def _stems(found: match.Found, words: list[Word]) -> frozenset[str]:
    return frozenset(words[p].stem for p in found.positions)


def _sentences(note: Note) -> Iterator[tuple[int, int]]:
    """The sentences of the story, the findings and the assessment in which a fracture is written."""
    done = 0
    for place in sorted(place for word in _WRITTEN for place in occurrences(note.folded, word)):
        sentence = note.sentence_at(place)
        if sentence is None or sentence.start < done or elsewhere.is_past(note, place):
            continue
        done = sentence.end
        yield sentence.start, sentence.end


@cache
def _bones() -> dict[str, tuple[str, ...]]:
    """The codes of the bones of each region."""
    return {region: tuple(codes) for region, codes in table("additions")["region_bones"].items()}
