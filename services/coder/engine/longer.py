"""The longer term that a mention stands for, with words that the note has elsewhere: the site of its
specimen, the body part told below it.
"""

import re
from functools import lru_cache
from typing import Final

from services.coder.engine import elsewhere, laterality, specificity, specimens
from services.coder.engine.model import Mention
from services.coder.engine.sense import anatomy
from services.coder.engine.spans import words_in
from services.coder.engine.tables import table
from services.coder.reading import Note, ProblemForm
from services.coder.terminology.index import Terminology
from services.coder.terminology.phrases import Phrase
from services.coder.terminology.sources import PRIORITY

TRUSTED: Final = PRIORITY.index("inclusion")
"""Rank of the last source whose terms may be pieced together from a name and the text under it."""

_SITELESS: Final = re.compile(
    r"unspecified (?:site|joint|limb|location|part|body region)"
    r"|^(?:bursopathy|enthesopathy|injury), unspecified",
    re.IGNORECASE,
)
_REMEMBERED: Final = 4096  # titles
_SUBCATEGORY: Final = 5  # characters
_STORY: Final = 400  # characters before a mention in which running text says where the complaint is
_AHEAD: Final = 2  # words behind a side among which its part of the body stands
_OF_PARTS: Final = "MST"
"""Chapters whose conditions are of the part of the body that a patient complains of."""
_NOWHERE: Final[frozenset[str]] = frozenset()


def plural(note: Note, mention: Mention) -> Mention:
    """The mention as one of many, where its sentence counts them: «rib fractures 4 through 6»."""
    rule: dict[str, str] | None = table("additions")["plural"].get(mention.code[:_SUBCATEGORY])
    sentence = note.sentence_at(mention.start) if rule else None
    if rule is None or sentence is None:
        return mention
    many = re.search(rule["said"], note.folded[sentence.start : sentence.end])
    return mention.having(code=rule["as"]) if many else mention


def from_site(note: Note, mention: Mention, vocabulary: Terminology) -> Mention:
    """The mention with the site of its specimen: the longest term with its words and some of the site's."""
    site = specimens.site_of(note, mention) - mention.stems
    if not site:
        return mention
    may = {*mention.stems, *site}
    fitting = (phrase for phrase in vocabulary.among(may) if mention.stems < phrase.stems)
    best = min(fitting, key=order, default=None)
    return mention.having(code=best.code if best else mention.code, line=mention.line | site)


def order(phrase: Phrase) -> tuple[int, int, str, list[str]]:
    """What the best of some phrases has least of: the longest, then the most trusted; one of them always."""
    return -len(phrase.stems), phrase.rank, phrase.code, sorted(phrase.stems)


def sited(note: Note, mention: Mention, vocabulary: Terminology) -> Mention:
    """The mention with the body part that the text under its problem names, where its own words name none.

    «Arthritis» over «pain in his bilateral knees»: the term that has all words of the mention and such a
    part.
    """
    entry = vocabulary.entry(specificity.base_of(mention.code, vocabulary))
    if entry is None or not _leaves_site_open(entry.title) or not _own(note, mention).isdisjoint(anatomy()):
        return mention
    running = _is_running(note, mention)
    if running and mention.code[0] not in _OF_PARTS:
        return mention
    parts = anatomy() | laterality.SIDES
    under = _complained_of(note, mention) if running else _told_below(note, mention, parts)
    words = {*mention.stems, *under}
    telling = parts if running else laterality.SIDES
    fitting = (
        phrase
        for phrase in vocabulary.among(words)
        if mention.stems <= phrase.stems and phrase.stems & telling
    )
    best = min(fitting, key=order, default=None)
    if best is None:
        return mention
    return mention.having(code=best.code, line=mention.line | best.stems | (under & telling))


def _told_below(note: Note, mention: Mention, parts: frozenset[str]) -> frozenset[str]:
    """The parts of the body that the name of a mention's problem tells, and the text under it."""
    title = note.problems[mention.problem].title
    named = frozenset[str]()
    if not title.start <= mention.start < title.end:
        named = words_in(note, title.start, title.end)[1]
    return (
        elsewhere.said_under(note, mention, parts) | elsewhere.said_of(note, mention, parts) | named
    ) & parts


def _is_running(note: Note, mention: Mention) -> bool:
    """Whether a mention stands in running text, under no name of a problem."""
    if mention.problem < 0:
        return True
    problem = note.problems[mention.problem]
    if problem.form is ProblemForm.LINE:  # a sentence behind others
        start = problem.title.start
        return note.folded[max(start - 3, 0) : start].rstrip(" ").endswith((".", "?", "!"))
    return problem.form is ProblemForm.CUE


def _own(note: Note, mention: Mention) -> frozenset[str]:
    """The words that may name the part of the body of a mention; those of a long sentence of running text
    may be of anything.
    """
    return mention.stems if _is_running(note, mention) else mention.line


def _complained_of(note: Note, mention: Mention) -> frozenset[str]:
    """The one part of the body, with its side, that the sentences before a mention of running text tell of:
    «He comes in for his right knee. ... This is just end stage arthritis.»
    """
    sentence = note.sentence_at(mention.start)
    if sentence is None:
        return _NOWHERE
    words, stems = words_in(note, max(0, mention.start - _STORY), sentence.end)
    if stems.isdisjoint(laterality.SIDES):
        return _NOWHERE
    told: dict[str, set[str]] = {}
    for place, word in enumerate(words):
        if word.stem in laterality.SIDES:
            ahead = (one.stem for one in words[place + 1 : place + 1 + _AHEAD])
            part = next((stem for stem in ahead if stem in anatomy()), "")
            if part and elsewhere.holds(note, word) and not elsewhere.is_past(note, word.start):
                told.setdefault(part, set()).add(word.stem)
    if len(told) != 1:
        return _NOWHERE
    part, sides = next(iter(told.items()))
    return frozenset((part, *sides)) if len(sides) == 1 else _NOWHERE


@lru_cache(maxsize=_REMEMBERED)
def _leaves_site_open(title: str) -> bool:
    return _SITELESS.search(title) is not None
