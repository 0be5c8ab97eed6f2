"""From a mention to candidate codes: lifted, led down by what the note says, given its seventh character."""

import re
from dataclasses import replace
from functools import lru_cache
from typing import Final

from services.coder.engine import (
    care,
    elsewhere,
    foreign,
    fractures,
    laterality,
    pregnancy,
    specificity,
    specimens,
)
from services.coder.engine.match import words_of
from services.coder.engine.model import Candidate, Mention
from services.coder.engine.sense import anatomy, denied
from services.coder.engine.tables import table
from services.coder.reading import Note
from services.coder.terminology.index import Terminology
from services.coder.terminology.phrases import Phrase
from services.coder.terminology.sources import PRIORITY
from services.coder.terminology.words import Word

_OWN_WORDS: Final = (PRIORITY.index("title"), PRIORITY.index("inclusion"))
_LEFT_OPEN: Final = laterality.SIDES | {"unspecified", "other"}
_SITELESS: Final = re.compile(r"unspecified (?:site|joint|limb|location|part)", re.IGNORECASE)
_OPEN: Final = re.compile(r"involvement unspecified|unspecified as to", re.IGNORECASE)
"""A title whose words name what it leaves open."""
_REMEMBERED: Final = 4096  # titles
_CATEGORY: Final = 3  # characters
_SUBCATEGORY: Final = 5  # characters
_COMPLICATIONS: Final = tuple(f"T{number}" for number in range(79, 89))
_AFTER_SURGERY: Final = frozenset(("postop", "postoperative", "healing"))
"""Words that name a complication of care rather than say that it is past its treatment."""
_FRAGMENT: Final = re.compile(
    r"(?:\.\s*\n)?\s*(?:[-\u2022*]\s*)?(?:(?:(?:medical|clinical) )?"
    r"(?:reasoning|assessment|impression|status|comments?|notes?)"
    r"\s*:\s*)?([^.;\n]{2,90})"
)
"""What the text under a name begins with, behind a label that says no more than that it is about the name."""
_NOUNS: Final = frozenset(("disorder", "disease", "syndrome"))
_TRUSTED: Final = PRIORITY.index("inclusion")
_PRIMARY: Final = frozenset(("M16", "M17", "M18"))
COMPANION: Final = "term.companion"
"""The mark of codes that stand for parts of what one term says: none is the vaguer form of another."""
_CAUSES: Final = frozenset(("secondary", "posttraumatic", "dysplasia", "dysplastic"))


def specify(
    note: Note, mention: Mention, vocabulary: Terminology, sides: laterality.Sides
) -> list[Candidate]:
    """The most specific code for one mention, and those that it asks to be coded with it; two where both
    sides are affected and no bilateral code exists (I.B.13).
    """
    out = _alone(note, mention, vocabulary, sides)
    return out if len(out) > 1 else [*out, *_companions(note, out[0], vocabulary, sides)]


def _alone(note: Note, mention: Mention, vocabulary: Terminology, sides: laterality.Sides) -> list[Candidate]:
    """The code for one mention, or that of each side."""
    mention = _from_site(note, _plural(note, mention), vocabulary)
    mention = _sited(note, _continued(note, mention, vocabulary), vocabulary)
    mention = foreign.with_body(note, fractures.located(note, mention, vocabulary))
    if care.later(note, mention):
        mention = replace(mention, line=mention.line | {"aftercare"})
    unhealed = care.union(note, mention)
    if unhealed:
        mention = replace(mention, line=mention.line | unhealed)
    base = base_of(mention.code, vocabulary)
    meant = title_words(base, vocabulary)
    own = mention.whole and mention.rank in _OWN_WORDS  # the classification's own words leave nothing open
    if not (own and (not vocabulary.steps(base) or "unspecified" in mention.stems)):
        base = specificity.lift(base, vocabulary)
        base = specificity.without_side(base, mention.line, vocabulary)
    said = mention.line | meant | frozenset(table("additions")["implied"].get(base[:_CATEGORY], ()))
    spans = [(mention.start, mention.end)]
    if vocabulary.sided(base):
        side, span = laterality.side_of(sides, note, mention, base, vocabulary)
        said = (said - laterality.SIDES) | _assumed(base, side, said)
        spans += [span] if span else []
    if base.startswith("O"):
        said |= _course(note, base, vocabulary)
        if base.startswith("O24.4"):
            said = pregnancy.control(said | elsewhere.said_under(note, mention))
    out, said = _detailed(note, _candidate(mention, base, said, spans, vocabulary), base, said, vocabulary)
    if "bilateral" in said and (out.guessed or _of_one_side(out.code, vocabulary)):
        pair = [_candidate(mention, base, said | {side}, spans, vocabulary) for side in ("right", "left")]
        if pair[0].code != pair[1].code and min(c.guessed for c in pair) <= max(out.guessed - 1, 0):
            return pair
    return [out]


def _companions(
    note: Note, first: Candidate, vocabulary: Terminology, sides: laterality.Sides
) -> list[Candidate]:
    """What the first code asks to be coded with it, where the line says what that is."""
    wanted: dict[str, str] = table("additions")["companions"].get(first.code, {})
    mention = first.mention
    codes = {code: None for word, code in wanted.items() if word in mention.line and code != first.code}
    out = [
        each for code in codes for each in _alone(note, replace(mention, code=code), vocabulary, sides)[:1]
    ]
    for candidate in (first, *out) if out else ():
        candidate.rules.append(COMPANION)
    return out


def _detailed(
    note: Note, out: Candidate, base: str, said: frozenset[str], vocabulary: Terminology
) -> tuple[Candidate, frozenset[str]]:
    """The candidate to which the words `said` led from `base`, or that to which the details of other places
    lead, as long as there are any that make a difference; and the words that led to it.
    """
    residual = not out.guessed and out.code != base and _is_residual(out.code, vocabulary)
    if not (out.guessed or residual):
        return out, said
    mention, spans = out.mention, [*out.spans]
    heard = specificity.heard(base, vocabulary) - laterality.SIDES
    for details in (elsewhere.said_of, elsewhere.details_under, elsewhere.said_in_note):
        sayable = heard if details is elsewhere.said_of else heard & elsewhere.details()
        wanted = specificity.decisive(base, said, sayable, vocabulary)
        if not (out.guessed or residual) or not wanted:
            break
        more = said | (details(note, mention, wanted) - laterality.SIDES)
        again = _candidate(mention, base, more, spans, vocabulary) if more != said else out
        if again.guessed < out.guessed or (residual and again.code != out.code and not again.guessed):
            again.rules.append("detail.elsewhere")
            out, said = again, more
    return out, said


def _is_residual(code: str, vocabulary: Terminology) -> bool:
    """Whether a code is what remains beside named kinds, of which the findings may tell one: «other tear of
    medial meniscus».
    """
    entry = vocabulary.entry(base_of(code, vocabulary))
    return entry is not None and entry.title.startswith("Other ")


def _of_one_side(code: str, vocabulary: Terminology) -> bool:
    """Whether the title of `code` says «unspecified», and not that it is of both sides."""
    entry = vocabulary.entry(base_of(code, vocabulary))
    title = entry.title.lower() if entry is not None else ""
    return "unspecified" in title and "bilateral" not in title


def _assumed(base: str, side: str, said: frozenset[str]) -> frozenset[str]:
    """The side, and what the classification assumes with it: one side is unilateral, arthritis of a joint is
    primary unless another cause is stated (Coding Clinic 2016 Q4).
    """
    if not side:
        return frozenset()
    words = {side} if side == "bilateral" else {side, "unilateral"}
    primary = base in _PRIMARY and not said & _CAUSES
    return frozenset(words | {"primary"} if primary else words)


def _course(note: Note, base: str, vocabulary: Terminology) -> frozenset[str]:
    """The words of the stage of the pregnancy; of its trimester where the code knows no childbirth."""
    told = pregnancy.course(note)
    words = told.words()
    if told.stage == "pregnancy" or not told.trimester:
        return words
    reached, guessed = specificity.descend(base, words, vocabulary)
    entry = vocabulary.entry(reached)
    plain = (
        guessed
        and entry is not None
        and not {"childbirth", "puerperium"} & set(vocabulary.title_words(reached))
    )
    return frozenset((told.trimester, "trimester")) if plain else words


@lru_cache(maxsize=_REMEMBERED)
def _leaves_site_open(title: str) -> bool:
    return _SITELESS.search(title) is not None


@lru_cache(maxsize=_REMEMBERED)
def _leaves_open(title: str) -> bool:
    return _OPEN.search(title) is not None


def title_words(code: str, vocabulary: Terminology) -> frozenset[str]:
    """What the code that a term stands for says itself, sides and «unspecified» apart: «Lisfranc» is a
    dislocation.
    """
    entry = vocabulary.entry(code)
    if entry is None or entry.steps or _leaves_open(entry.title):
        return frozenset()
    return vocabulary.title_words(code) - _LEFT_OPEN


def _plural(note: Note, mention: Mention) -> Mention:
    """The mention as one of many, where its sentence counts them: «rib fractures 4 through 6»."""
    rule: dict[str, str] | None = table("additions")["plural"].get(mention.code[:_SUBCATEGORY])
    sentence = note.sentence_at(mention.start) if rule else None
    if rule is None or sentence is None:
        return mention
    many = re.search(rule["said"], note.folded[sentence.start : sentence.end])
    return replace(mention, code=rule["as"]) if many else mention


def _continued(note: Note, mention: Mention, vocabulary: Terminology) -> Mention:
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


def _from_site(note: Note, mention: Mention, vocabulary: Terminology) -> Mention:
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


def _sited(note: Note, mention: Mention, vocabulary: Terminology) -> Mention:
    """The mention with the body part that the text under its problem names, where its own words name none.

    «Arthritis» over «pain in his bilateral knees»: the term that has all words of the mention and such a
    part.
    """
    entry = vocabulary.entry(base_of(mention.code, vocabulary))
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


def _candidate(
    mention: Mention, base: str, said: frozenset[str], spans: list[tuple[int, int]], vocabulary: Terminology
) -> Candidate:
    code, guessed = specificity.descend(base, said, vocabulary)
    candidate = Candidate(code, mention, [f"term.{PRIORITY[mention.rank]}"], list(spans), guessed=guessed)
    entry = vocabulary.entry(code)
    if entry is not None and entry.seventh:
        line = mention.line - _AFTER_SURGERY if code.startswith(_COMPLICATIONS) else mention.line
        character = specificity.seventh(entry.seventh, said, line)
        candidate.code = specificity.complete(code, character)
    return candidate


def base_of(code: str, vocabulary: Terminology) -> str:
    """The tabular code under a code that carries its seventh character."""
    if vocabulary.entry(code) is not None:
        return code
    bare = code[:-1].rstrip("X").rstrip(".")
    return bare if vocabulary.entry(bare) is not None else code
