"""Details of a mention said elsewhere in the note: in sentences that name the same condition again, and
under its problem.

Only affirmed words count: a sentence's denied words are left out, and sentences about relatives or
possibilities whole.
"""

from functools import cache
from typing import Final

from services.coder.engine import laterality
from services.coder.engine.match import denied, words_of
from services.coder.engine.model import Mention
from services.coder.engine.tables import table
from services.coder.reading import Flag, Note, SectionKind
from services.coder.terminology.words import Word

_BARRED: Final = (
    Flag.NEGATED | Flag.FAMILY | Flag.OTHER_PERSON | Flag.HYPOTHETICAL | Flag.POSSIBLE | Flag.HISTORICAL
)
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
_NEAR: Final = 400  # characters under a problem's title that are read for its details


def said_of(note: Note, mention: Mention) -> frozenset[str]:
    """Words of the affirmed sentences under the mention's problem that hold all words of the mention."""
    if mention.problem < 0:
        return frozenset()
    body = note.problems[mention.problem].body
    probe = _probe(note, mention)
    out: set[str] = set()
    place = note.folded.find(probe, body.start, body.end)
    while place >= 0:
        sentence = note.sentence_at(place)
        end = sentence.end if sentence is not None else place + len(probe)
        if sentence is not None:
            out |= _words(note, sentence.start, end, mention)
        place = note.folded.find(probe, end, body.end)
    return frozenset(out)


def said_in_note(note: Note, mention: Mention) -> frozenset[str]:
    """Details in the affirmed sentences of the findings and the story that hold all words of the mention."""
    probe = _probe(note, mention)
    out: set[str] = set()
    place = note.folded.find(probe)
    while place >= 0:
        section = note.section_at(place)
        sentence = note.sentence_at(place) if section.kind not in _PAST else None
        end = sentence.end if sentence is not None else place + len(probe)
        if section.kind in _PAST:
            end = max(end, section.end)
        elif sentence is not None:
            out |= _words(note, sentence.start, end, mention)
        place = note.folded.find(probe, end)
    return frozenset(out) & details()


def said_under(note: Note, mention: Mention) -> frozenset[str]:
    """Affirmed words of the beginning of the text under the mention's problem."""
    if mention.problem < 0:
        return frozenset()
    body = note.problems[mention.problem].body
    end = min(body.end, body.start + _NEAR)
    words, _ = _words_of(note, body.start, end)
    barred = denied(words, note.folded)
    return frozenset(w.stem for i, w in enumerate(words) if i not in barred)


def details_under(note: Note, mention: Mention) -> frozenset[str]:
    """The details among the words under the mention's problem."""
    return said_under(note, mention) & details()


@cache
def details() -> frozenset[str]:
    """The words that say which kind, which part, which level."""
    return frozenset(table("additions")["details"]) | laterality.anatomy()


def _probe(note: Note, mention: Mention) -> str:
    """The longest word of the mention as written: the cheap test for a sentence that names it again."""
    return max(note.folded[mention.start : mention.end].split(), key=len)


def _words_of(note: Note, start: int, end: int) -> tuple[list[Word], frozenset[str]]:
    """The words of a sentence and their stems: every mention of a problem asks the same sentences."""
    known: tuple[list[Word], frozenset[str]] | None = note.remembered.get((start, end))
    if known is None:
        words = words_of(note.folded, start, end)
        known = note.remembered[start, end] = words, frozenset(word.stem for word in words)
    return known


def _words(note: Note, start: int, end: int, mention: Mention) -> set[str]:
    words, stems = _words_of(note, start, end)
    if not mention.stems <= stems:
        return set()
    first = next(w for w in words if w.stem in mention.stems)
    if note.context_at(first.start, first.end).flags & _BARRED:
        return set()
    barred = denied(words, note.folded)
    return {w.stem for i, w in enumerate(words) if i not in barred}
