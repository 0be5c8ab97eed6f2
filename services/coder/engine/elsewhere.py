"""Details of a mention said elsewhere in the note: in sentences that name the same condition again, and
under its problem.

Only affirmed words count: a sentence's denied words are left out, and sentences about relatives or
possibilities whole.
"""

import re
from collections.abc import Collection
from functools import cache
from typing import Final

from services.coder.engine.model import Mention
from services.coder.engine.sense import anatomy, denied
from services.coder.engine.spans import Words, words_in
from services.coder.engine.tables import table
from services.coder.reading import NOT_AFFIRMED, Flag, Note, SectionKind
from services.coder.terminology.words import Word

_BARRED: Final = NOT_AFFIRMED | Flag.HISTORICAL
_PAST: Final = frozenset(
    (
        SectionKind.PAST_HISTORY,
        SectionKind.PAST_MEDICAL_HISTORY,
        SectionKind.PROBLEM_LIST,
        SectionKind.FAMILY_HISTORY,
        SectionKind.PRIOR_NOTE,
        SectionKind.COMPARISON,
        SectionKind.REVIEW_OF_SYSTEMS,
    )
)
_NOTHING: Final[frozenset[str]] = frozenset()
_CLAUSE: Final = re.compile(r"[,;.:\n]")
_PARTS: Final = frozenset(("base", "head", "neck", "shaft", "styloid", "tip", "tuberosity"))
"""Parts of a bone, which its films name otherwise than its diagnosis does."""
_NEAR: Final = 400  # characters under a problem's title that are read for its details


def said_of(note: Note, mention: Mention, wanted: Collection[str]) -> frozenset[str]:
    """Words of the affirmed sentences under the mention's problem that hold all words of the mention; none
    where these sentences have none of the `wanted`.
    """
    if mention.problem < 0:
        return _NOTHING
    body = note.problems[mention.problem].body
    probe = _probe(note, mention)
    spans: list[tuple[int, int]] = []
    place = note.folded.find(probe, body.start, body.end)
    while place >= 0:
        sentence = note.sentence_at(place)
        end = place + len(probe)
        if sentence is not None:
            end = sentence.end
            spans.append((sentence.start, end))
        place = note.folded.find(probe, end, body.end)
    return _affirmed(note, mention, spans, wanted)


def said_in_note(note: Note, mention: Mention, wanted: Collection[str]) -> frozenset[str]:
    """Details in the affirmed sentences of the findings and the story that hold all words of the mention;
    none where these sentences have none of the `wanted`.
    """
    probe = _probe(note, mention)
    spans: list[tuple[int, int]] = []
    place = note.folded.find(probe)
    while place >= 0:
        section = note.section_at(place)
        end = place + len(probe)
        if section.kind in _PAST:
            end = max(end, section.end)
        else:
            sentence = note.sentence_at(place)
            if sentence is not None:
                end = sentence.end
                spans.append((sentence.start, end))
        place = note.folded.find(probe, end)
    return _affirmed(note, mention, spans, wanted) & details()


def said_under(note: Note, mention: Mention, wanted: Collection[str] | None = None) -> frozenset[str]:
    """Affirmed words of the beginning of the text under the mention's problem; none where none of the
    `wanted` is there, where only these matter.
    """
    if mention.problem < 0:
        return _NOTHING
    words, stems = _words_under(note, mention)
    if wanted is not None and stems.isdisjoint(wanted):
        return _NOTHING
    barred = denied(words, note.folded) | examined(words, stems, note.folded)
    return frozenset([word.stem for i, word in enumerate(words) if i not in barred])


def examined(words: list[Word], stems: frozenset[str], folded: str) -> set[int]:
    """Positions of the words of the clauses that name an examination or find a part as it should be: the
    «external» of «external anal exam: no lesions» is no kind of hemorrhoids.
    """
    out: set[int] = set()
    if stems.isdisjoint(_exams()):
        return out
    first = 0
    for place in range(1, len(words) + 1):
        ends = place == len(words) or _CLAUSE.search(folded, words[place - 1].end, words[place].start)
        if ends:
            if any(word.stem in _exams() for word in words[first:place]):
                out.update(range(first, place))
            first = place
    return out


def denied_beside(note: Note, mention: Mention) -> frozenset[str]:
    """The words of the mention's sentence that it only denies: «nothing calls for insulin»."""
    sentence = note.sentence_at(mention.start)
    if sentence is None:
        return _NOTHING
    words, stems = words_in(note, sentence.start, sentence.end)
    sure = {w.stem for w in words if not note.context_at(w.start, w.end).flags & Flag.NEGATED}
    return frozenset(stems - sure)


def details_under(note: Note, mention: Mention, wanted: Collection[str]) -> frozenset[str]:
    """The details among the affirmed words under the mention's problem; none where none of the `wanted` is
    there.
    """
    return said_under(note, mention, wanted) & details()


@cache
def details() -> frozenset[str]:
    """The words that say which kind, which part, which level."""
    return frozenset(table("additions")["details"]) | anatomy()


def holds(note: Note, word: Word) -> bool:
    """Whether what a word names is affirmed, of the patient, and of today."""
    return not note.context_at(word.start, word.end).flags & _BARRED


def is_past(note: Note, place: int) -> bool:
    """Whether a place is in a section that tells of the past, of relatives, or of what is merely asked."""
    return note.section_at(place).kind in _PAST


@cache
def _exams() -> frozenset[str]:
    """What a clause says that only tells of an examination, or of what it found as it should be."""
    return frozenset((*table("additions")["sound"], *table("additions")["examined"]))


def _probe(note: Note, mention: Mention) -> str:
    """The longest word of the mention as written: the cheap test for a sentence that names it again."""
    return max(note.folded[mention.start : mention.end].split(), key=len)


def _words_under(note: Note, mention: Mention) -> Words:
    body = note.problems[mention.problem].body
    return words_in(note, body.start, min(body.end, body.start + _NEAR))


def _affirmed(
    note: Note, mention: Mention, spans: list[tuple[int, int]], wanted: Collection[str]
) -> frozenset[str]:
    """The affirmed words of those sentences that hold all words of the mention, if one of them has any of the
    `wanted`: whether they are affirmed is only then asked.
    """
    told = [words_in(note, start, end) for start, end in spans]
    must = mention.stems - _PARTS
    about = [(words, stems) for words, stems in told if must <= stems]
    out: set[str] = set()
    if not all(stems.isdisjoint(wanted) for _, stems in about):
        for words, _ in about:
            out |= _plain(note, words, mention)
    return frozenset(out)


def _plain(note: Note, words: list[Word], mention: Mention) -> set[str]:
    """The words of a sentence that names the mention, without those that it denies."""
    first = next(w for w in words if w.stem in mention.stems)
    if not holds(note, first):
        return set()
    barred = denied(words, note.folded)
    return {w.stem for i, w in enumerate(words) if i not in barred}
