"""From a mention to candidate codes: lifted, led down by what the note says, given its seventh character."""

import re
from functools import cache, lru_cache
from typing import Final

from services.coder.engine import (
    care,
    continued,
    elsewhere,
    foreign,
    fractures,
    laterality,
    longer,
    pregnancy,
    quadrants,
    specificity,
    specimens,
)
from services.coder.engine.model import Candidate, Mention
from services.coder.engine.tables import table
from services.coder.reading import Note
from services.coder.terminology.index import Terminology
from services.coder.terminology.sources import PRIORITY

_OWN_WORDS: Final = (PRIORITY.index("title"), PRIORITY.index("inclusion"))
_LEFT_OPEN: Final = laterality.SIDES | {"unspecified", "other"}
_OPEN: Final = re.compile(r"involvement unspecified|unspecified as to", re.IGNORECASE)
"""A title whose words name what it leaves open."""
_REMEMBERED: Final = 4096  # titles
_CATEGORY: Final = 3  # characters
_COMPLICATIONS: Final = tuple(f"T{number}" for number in range(79, 89))
_AFTER_SURGERY: Final = frozenset(("postop", "postoperative", "healing"))
"""Words that name a complication of care rather than say that it is past its treatment."""
_PRIMARY: Final = frozenset(("M16", "M17", "M18"))
COMPANION: Final = "term.companion"
"""The mark of codes that stand for parts of what one term says: none is the vaguer form of another."""
_MOVED: Final = "displaced"
_UNMOVED: Final = "nondisplaced"
"""What films tell of a fracture that is coded as displaced where nothing tells (I.C.19.c)."""
_CAUSES: Final = frozenset(("secondary", "posttraumatic", "dysplasia", "dysplastic"))


def specify(
    note: Note, mention: Mention, vocabulary: Terminology, sides: laterality.Sides
) -> list[Candidate]:
    """The most specific code for one mention, and those that it asks to be coded with it; two where both
    sides are affected and no bilateral code exists (I.B.13).
    """
    out = [
        each for one in specimens.by_segment(note, mention) for each in _alone(note, one, vocabulary, sides)
    ]
    return out if len(out) > 1 else [*out, *_companions(note, out[0], vocabulary, sides)]


def _alone(note: Note, mention: Mention, vocabulary: Terminology, sides: laterality.Sides) -> list[Candidate]:
    """The code for one mention, or that of each side."""
    mention = longer.from_site(note, longer.plural(note, mention), vocabulary)
    mention = longer.sited(note, continued.by_fragment(note, mention, vocabulary), vocabulary)
    mention = foreign.with_body(note, fractures.located(note, mention, vocabulary))
    mention = quadrants.told(note, mention)
    if care.later(note, mention):
        mention = mention.having(line=mention.line | {"aftercare"})
    unhealed = care.union(note, mention)
    if unhealed:
        mention = mention.having(line=mention.line | unhealed)
    base = specificity.base_of(mention.code, vocabulary)
    meant = title_words(base, vocabulary)
    own = mention.whole and mention.rank in _OWN_WORDS  # the classification's own words leave nothing open
    if not (own and (not vocabulary.steps(base) or "unspecified" in mention.stems)):
        base = specificity.lift(base, vocabulary)
        base = specificity.without_side(base, mention.line, vocabulary)
    said = mention.line | meant | frozenset(table("additions")["implied"].get(base[:_CATEGORY], ()))
    spans = [(mention.start, mention.end)]
    if base.startswith(_no_sides()):
        said = (said - laterality.SIDES) | (mention.stems & laterality.SIDES)
    elif vocabulary.sided(base):
        side, span = laterality.side_of(sides, note, mention, base, vocabulary)
        said = (said - laterality.SIDES) | _assumed(base, side, said)
        spans += [span] if span else []
    if base.startswith("O"):
        said |= _course(note, base, vocabulary)
        if base.startswith("O24.4"):
            denied = elsewhere.denied_beside(note, mention)
            said = pregnancy.control((said - denied) | elsewhere.said_under(note, mention), note.folded)
    out, said = _detailed(note, _candidate(mention, base, said, spans, vocabulary), base, said, vocabulary)
    if "bilateral" in said and (out.guessed or _of_one_side(out.code, vocabulary)):
        pair = [_candidate(mention, base, said | {side}, spans, vocabulary) for side in ("right", "left")]
        if pair[0].code != pair[1].code and min(c.guessed for c in pair) <= max(out.guessed - 1, 0):
            return pair
    return [out]


@cache
def _no_sides() -> tuple[str, ...]:
    """Categories whose right and left are none of the body's."""
    return tuple(table("additions")["no_sides"])


def _companions(
    note: Note, first: Candidate, vocabulary: Terminology, sides: laterality.Sides
) -> list[Candidate]:
    """What the first code asks to be coded with it, where the line says what that is."""
    wanted: dict[str, str] = table("additions")["companions"].get(first.code, {})
    mention = first.mention
    codes = {code: None for word, code in wanted.items() if word in mention.line and code != first.code}
    out = [each for code in codes for each in _alone(note, mention.having(code=code), vocabulary, sides)[:1]]
    for candidate in (first, *out) if out else ():
        candidate.rules.append(COMPANION)
    return out


def _detailed(
    note: Note, out: Candidate, base: str, said: frozenset[str], vocabulary: Terminology
) -> tuple[Candidate, frozenset[str]]:
    """The candidate to which the words `said` led from `base`, or that to which the details of other places
    lead, as long as there are any that make a difference; and the words that led to it.
    """
    heard = specificity.heard(base, vocabulary) - laterality.SIDES
    residual = not out.guessed and out.code != base and _is_residual(out.code, vocabulary)
    residual = residual or (_UNMOVED in heard and said.isdisjoint((_UNMOVED, _MOVED)))
    if not (out.guessed or residual):
        return out, said
    mention, spans = out.mention, [*out.spans]
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
    entry = vocabulary.entry(specificity.base_of(code, vocabulary))
    return entry is not None and entry.title.startswith("Other ")


def _of_one_side(code: str, vocabulary: Terminology) -> bool:
    """Whether the title of `code` says «unspecified», and not that it is of both sides."""
    entry = vocabulary.entry(specificity.base_of(code, vocabulary))
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
