"""The longer term that a mention stands for, with words that the note has elsewhere: the site of its
specimen, the body part told below it.
"""

import re
from dataclasses import replace
from functools import lru_cache
from typing import Final

from services.coder.engine import elsewhere, laterality, specificity, specimens
from services.coder.engine.model import Mention
from services.coder.engine.sense import anatomy
from services.coder.engine.tables import table
from services.coder.reading import Note
from services.coder.terminology.index import Terminology
from services.coder.terminology.phrases import Phrase
from services.coder.terminology.sources import PRIORITY

TRUSTED: Final = PRIORITY.index("inclusion")
"""Rank of the last source whose terms may be pieced together from a name and the text under it."""

_SITELESS: Final = re.compile(r"unspecified (?:site|joint|limb|location|part)", re.IGNORECASE)
_REMEMBERED: Final = 4096  # titles
_SUBCATEGORY: Final = 5  # characters


def plural(note: Note, mention: Mention) -> Mention:
    """The mention as one of many, where its sentence counts them: «rib fractures 4 through 6»."""
    rule: dict[str, str] | None = table("additions")["plural"].get(mention.code[:_SUBCATEGORY])
    sentence = note.sentence_at(mention.start) if rule else None
    if rule is None or sentence is None:
        return mention
    many = re.search(rule["said"], note.folded[sentence.start : sentence.end])
    return replace(mention, code=rule["as"]) if many else mention


def from_site(note: Note, mention: Mention, vocabulary: Terminology) -> Mention:
    """The mention with the site of its specimen: the longest term with its words and some of the site's."""
    site = specimens.site_of(note, mention) - mention.stems
    if not site:
        return mention
    may = {*mention.stems, *site}
    fitting = (phrase for phrase in vocabulary.among(may) if mention.stems < phrase.stems)
    best = min(fitting, key=order, default=None)
    return replace(mention, code=best.code if best else mention.code, line=mention.line | site)


def order(phrase: Phrase) -> tuple[int, int, str, list[str]]:
    """What the best of some phrases has least of: the longest, then the most trusted; one of them always."""
    return -len(phrase.stems), phrase.rank, phrase.code, sorted(phrase.stems)


def sited(note: Note, mention: Mention, vocabulary: Terminology) -> Mention:
    """The mention with the body part that the text under its problem names, where its own words name none.

    «Arthritis» over «pain in his bilateral knees»: the term that has all words of the mention and such a
    part.
    """
    entry = vocabulary.entry(specificity.base_of(mention.code, vocabulary))
    if entry is None or not _leaves_site_open(entry.title) or not mention.line.isdisjoint(anatomy()):
        return mention
    parts = anatomy() | laterality.SIDES
    under = (elsewhere.said_under(note, mention, parts) | elsewhere.said_of(note, mention, parts)) & parts
    words = {*mention.stems, *under}
    fitting = (
        phrase
        for phrase in vocabulary.among(words)
        if mention.stems <= phrase.stems and phrase.stems & laterality.SIDES
    )
    best = min(fitting, key=order, default=None)
    if best is None:
        return mention
    return replace(mention, code=best.code, line=mention.line | best.stems)


@lru_cache(maxsize=_REMEMBERED)
def _leaves_site_open(title: str) -> bool:
    return _SITELESS.search(title) is not None
