"""The longer term that a mention stands for, with words that the note has elsewhere: the kind told right
under its name, the site of its specimen, the body part told below it.
"""

import re
from dataclasses import replace
from functools import lru_cache
from typing import Final

from services.coder.engine import elsewhere, laterality, specificity, specimens
from services.coder.engine.match import words_of
from services.coder.engine.model import Mention
from services.coder.engine.sense import anatomy, denied
from services.coder.engine.tables import table
from services.coder.reading import Note
from services.coder.terminology.index import Terminology
from services.coder.terminology.phrases import Phrase
from services.coder.terminology.sources import PRIORITY
from services.coder.terminology.words import Word

_SITELESS: Final = re.compile(r"unspecified (?:site|joint|limb|location|part)", re.IGNORECASE)
_REMEMBERED: Final = 4096  # titles
_SUBCATEGORY: Final = 5  # characters
_FRAGMENT: Final = re.compile(
    r"(?:\.\s*\n)?\s*(?:[-\u2022*]\s*)?(?:(?:(?:medical|clinical) )?"
    r"(?:reasoning|assessment|impression|status|comments?|notes?)"
    r"\s*:\s*)?([^.;\n]{2,90})"
)
"""What the text under a name begins with, behind a label that says no more than that it is about the name."""
_NOUNS: Final = frozenset(("disorder", "disease", "syndrome"))
_TRUSTED: Final = PRIORITY.index("inclusion")


def plural(note: Note, mention: Mention) -> Mention:
    """The mention as one of many, where its sentence counts them: «rib fractures 4 through 6»."""
    rule: dict[str, str] | None = table("additions")["plural"].get(mention.code[:_SUBCATEGORY])
    sentence = note.sentence_at(mention.start) if rule else None
    if rule is None or sentence is None:
        return mention
    many = re.search(rule["said"], note.folded[sentence.start : sentence.end])
    return replace(mention, code=rule["as"]) if many else mention


def continued(note: Note, mention: Mention, vocabulary: Terminology) -> Mention:
    """The mention with the kind that the text right under its name begins with: «Dementia», then «Moderate.».

    It is the longest term of the same category (of the chapter, where the name is of an unspecified kind)
    that has all words of the mention and some of those.
    """
    if mention.problem < 0 or not (mention.whole or mention.line - mention.stems <= laterality.places()):
        return mention
    title, body = note.problems[mention.problem].title, note.problems[mention.problem].body
    if not title.start <= mention.start < title.end:
        return mention
    found = _FRAGMENT.match(note.folded, body.start, body.end)
    words = words_of(note.folded, found.start(1), found.end(1)) if found else []
    idle = elsewhere.examined(words, frozenset([w.stem for w in words]), note.folded)
    fresh = {w.stem for i, w in enumerate(words) if i not in idle} - mention.stems
    if not fresh:
        return mention
    barred = {words[i].stem for i in denied(words, note.folded)}
    must, may = mention.stems - _NOUNS, {*mention.stems, *fresh}
    open_ = _is_open(mention.code, vocabulary) and elsewhere.holds(note, words[0])
    fitting = (
        phrase
        for phrase in vocabulary.among(may)
        if must <= phrase.stems
        and not fresh.isdisjoint(phrase.stems)
        and phrase.rank <= _TRUSTED
        and (phrase.code[:3] == mention.code[:3] or (open_ and _begins(words, phrase.stems - mention.stems)))
        and (barred.isdisjoint(phrase.stems) or phrase.stems & {"without", "not"})
    )
    best = min(fitting, key=_longer, default=None)
    if best is None:
        return mention
    return replace(mention, code=best.code, line=mention.line | best.stems)


def _is_open(code: str, vocabulary: Terminology) -> bool:
    """Whether a code leaves its kind open, which may be of another category («Anemia, unspecified»)."""
    entry = vocabulary.entry(code)
    return entry is not None and "nspecified" in entry.title


def _begins(words: list[Word], rest: frozenset[str]) -> bool:
    """Whether a text begins with the words that a term has beside a name, and no others."""
    return bool(rest) and {word.stem for word in words[: len(rest)]} == rest


def from_site(note: Note, mention: Mention, vocabulary: Terminology) -> Mention:
    """The mention with the site of its specimen: the longest term with its words and some of the site's."""
    site = specimens.site_of(note, mention) - mention.stems
    if not site:
        return mention
    may = {*mention.stems, *site}
    fitting = (phrase for phrase in vocabulary.among(may) if mention.stems < phrase.stems)
    best = min(fitting, key=_longer, default=None)
    return replace(mention, code=best.code if best else mention.code, line=mention.line | site)


def _longer(phrase: Phrase) -> tuple[int, int, str, list[str]]:
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
    best = min(fitting, key=_longer, default=None)
    if best is None:
        return mention
    return replace(mention, code=best.code, line=mention.line | best.stems)


@lru_cache(maxsize=_REMEMBERED)
def _leaves_site_open(title: str) -> bool:
    return _SITELESS.search(title) is not None
