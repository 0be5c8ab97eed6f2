"""What the text right under the name of a problem goes on with: «Dementia», then «Moderate.» (I.B.2)."""

import re
from typing import Final

from services.coder.engine import below, elsewhere, laterality, specificity
from services.coder.engine.longer import TRUSTED, order
from services.coder.engine.match import find, words_of
from services.coder.engine.model import Mention
from services.coder.engine.sense import Sense, denied
from services.coder.reading import Note, cues
from services.coder.terminology.index import Terminology
from services.coder.terminology.phrases import Phrase
from services.coder.terminology.words import Word

_CATEGORY: Final = 3
_FRAGMENT: Final = re.compile(
    r"[\s.:]*(?:[-\u00b7*]\s*)?(?:(?:(?:medical|clinical) )?"
    r"(?:reasoning|assessment|impression|status|comments?|notes?)"
    r"\s*:\s*)?([^.;\n]{2,90})"
)
"""What the text under a name begins with, behind a label that says no more than that it is about the name."""
_FEW: Final = 5  # words between the commas of a fragment that goes on about a name
_RETURN: Final = re.compile(
    r"\bback (?:in (?:an? |\d|one|two|three|four|five|six)|next|on (?:mon|tue|wed|thu|fri|sat|sun)"
    r"|to (?:work|school|sports?|play|baseline|clinic|see)|tomorrow|if|for|after|here|sooner|when|prn)"
)
"""What says when the patient comes again, and names no part of the body: «Cellulitis. Back in a week.»."""
_MARK: Final = re.compile(r"[,(]")
_EMPTY: Final = frozenset(("other", "specified", "unspecified"))
"""Words of titles that say nothing of a patient: «every other day» is no other kind."""
_NOUNS: Final = frozenset(("disorder", "disease", "syndrome"))


def by_fragment(note: Note, mention: Mention, vocabulary: Terminology) -> Mention:
    """The mention with the kind that the text right under its name begins with: «Dementia», then «Moderate.».

    It is the longest term of the same category that has all words of the mention and some of those; where
    these are a fragment, of the same chapter: «Hearing loss», then «Sensorineural, both ears.».
    """
    if not _is_title(note, mention):
        return mention
    start, stop = below.text_of(note, mention.problem)
    found = _FRAGMENT.match(note.folded, start, stop)
    if found is None or _RETURN.search(note.folded, *found.span(1)) is not None:
        return mention
    begin, end, bare = _fragment(note, found.start(1), found.end(1))
    words = words_of(note.folded, begin, end)
    if start != note.problems[mention.problem].body.start and _names(note, mention.problem + 1, vocabulary):
        return mention
    idle = elsewhere.examined(words, frozenset([w.stem for w in words]), note.folded)
    fresh = {w.stem for i, w in enumerate(words) if i not in idle} - mention.stems - _EMPTY
    if not fresh or not elsewhere.holds(note, words[0]):
        return mention
    barred = {words[i].stem for i in denied(words, note.folded)}
    fitting = _fitting(mention, fresh, barred, vocabulary)
    open_ = _is_open(mention.code, vocabulary)
    same = mention.code[:_CATEGORY]
    fitting = [
        p for p in fitting if p.code[:_CATEGORY] == same or (open_ and (bare or _begins(words, p, mention)))
    ]
    best = min(fitting, key=order, default=None)
    line = mention.line
    if bare:
        base = specificity.lift(specificity.base_of(mention.code, vocabulary), vocabulary)
        line |= (fresh - barred) & specificity.heard(base, vocabulary)
    if best is None:
        return mention.having(line=line) if bare else mention
    return mention.having(code=best.code, line=line | (best.stems - barred))


def _names(note: Note, index: int, vocabulary: Terminology) -> bool:
    """Whether the name of a problem tells a condition of its own: a list of names has no text under each."""
    title = note.problems[index].title
    words = words_of(note.folded, title.start, title.end)
    return bool(find(words, vocabulary, Sense(note.text, frozenset(), 1)))


def _fragment(note: Note, start: int, end: int) -> tuple[int, int, bool]:
    """What goes on about a name, up to the comma that a statement follows: «Open angle, primary, mild stage
    in both eyes (no field loss)»; whether it is a few words at a time that state nothing.
    """
    verbs = cues.words("verbs")
    told = begin = start
    while begin < end:
        stop = _MARK.search(note.folded, begin, end)
        until = stop.start() if stop else end
        words = note.folded[begin:until].split()
        if not (0 < len(words) <= _FEW and verbs.isdisjoint(words)):
            break
        told, begin = until, (stop.end() if stop else end)
        if stop is None or stop.group() == "(":
            break
    if told > start:
        return start, told, True
    return start, end, False


def _is_title(note: Note, mention: Mention) -> bool:
    """Whether a mention is the name of its problem, with nothing but a place beside it."""
    if mention.problem < 0:
        return False
    title = note.problems[mention.problem].title
    if not title.start <= mention.start < title.end:
        return False
    return mention.whole or mention.line - mention.stems <= laterality.places()


def _fitting(mention: Mention, fresh: set[str], barred: set[str], vocabulary: Terminology) -> list[Phrase]:
    """The terms of a chapter with the words of a mention and some fresh ones."""
    must = mention.stems - _NOUNS
    return [
        phrase
        for phrase in vocabulary.among({*mention.stems, *fresh})
        if must <= phrase.stems
        and not fresh.isdisjoint(phrase.stems)
        and (phrase.code[0] == mention.code[0] and phrase.rank <= TRUSTED)
        and (barred.isdisjoint(phrase.stems) or phrase.stems & {"without", "not"})
    ]


def _is_open(code: str, vocabulary: Terminology) -> bool:
    """Whether a code leaves its kind open, which may be of another category («Anemia, unspecified»)."""
    entry = vocabulary.entry(code)
    return entry is not None and "nspecified" in entry.title


def _begins(words: list[Word], phrase: Phrase, mention: Mention) -> bool:
    """Whether a text begins with the words that a term has beside a name, and no others."""
    rest = phrase.stems - mention.stems
    return bool(rest) and {word.stem for word in words[: len(rest)]} == rest
