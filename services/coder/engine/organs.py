"""What is meant by a problem that is called by an organ or a place, where the text under it goes on with what
is wrong there and does not name the place again: «Left kidney», then «A simple cyst» (I.B.2: name and text
are one statement).
"""

from functools import cache
from typing import Final

from services.coder.engine import assertion, laterality, underneath
from services.coder.engine.longer import TRUSTED, order
from services.coder.engine.match import words_of
from services.coder.engine.model import Encounter, Mention, Zone
from services.coder.engine.sense import anatomy, denied
from services.coder.engine.tables import table
from services.coder.reading import Note, cues
from services.coder.terminology.index import Terminology
from services.coder.terminology.words import Word, folder

_MOST_TITLE: Final = 4  # words of a name that says no more than where
_REACH: Final = 7  # words of the text that go on with the name
_APART: Final = frozenset("RVWXYZ")


def joined(note: Note, index: int, encounter: Encounter, vocabulary: Terminology) -> list[Mention]:
    """The condition that the name of a problem and the beginning of its text make together; none if they make
    none.
    """
    title = note.problems[index].title
    heads = words_of(note.folded, title.start, title.end)
    named = frozenset([word.stem for word in heads]) - laterality.SIDES
    if len(heads) > _MOST_TITLE or organs().isdisjoint(named):
        return []
    words = _going_on(note, index)
    if not words:
        return []
    barred = {words[place].stem for place in denied(words, note.folded)}
    said = frozenset([word.stem for word in words]) - barred - organs() - laterality.SIDES
    fitting = [
        phrase
        for phrase in vocabulary.among(named | said)
        if phrase.rank <= TRUSTED and phrase.code[0] not in _APART and _is_of_both(phrase.stems, named, said)
    ]
    best = min(fitting, key=order, default=None)
    if best is None:
        return []
    places = [word for word in words if word.stem in best.stems]
    mention = Mention(
        places[0].start,
        places[-1].end,
        best.stems,
        best.code,
        best.rank,
        best.stems | said | frozenset([word.stem for word in heads]),
        Zone.PROBLEM,
        whole=False,
        problem=index,
    )
    return [mention] if assertion.verdict(note, mention, encounter.setting)[:2] == (True, "affirmed") else []


def _is_of_both(stems: frozenset[str], named: frozenset[str], said: frozenset[str]) -> bool:
    """Whether a term has the organ from the name and the condition from the text."""
    return not (stems & organs()).isdisjoint(named) and not stems.isdisjoint(said - named)


def _going_on(note: Note, index: int) -> list[Word]:
    """The words that the text under a problem begins with, if they state something of it."""
    clause = underneath.first_clause(note, index)
    if clause is None:
        return []
    words = words_of(note.folded, *clause)[:_REACH]
    comma = note.folded.find(",", *clause)
    kept = [word for word in words if comma < 0 or word.start < comma]
    verbs = cues.words("verbs")
    return kept if all(note.folded[word.start : word.end] not in verbs for word in kept) else []


@cache
def organs() -> frozenset[str]:
    """The words that name organs and parts of the body, as terms have them."""
    return anatomy() | frozenset(
        stem for name in table("underneath")["organs"] for stem in folder().stems(name)
    )
