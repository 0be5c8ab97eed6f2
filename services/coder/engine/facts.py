"""Codes that the note's own sentences call for, whether or not a problem is made of them: a vaccine given
today, sutures taken out, an old stent, smoking that was counselled on.

What calls for what is data: `data/facts.yaml`.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from services.coder.engine import sections, spoken
from services.coder.engine.expressions import Late, late
from services.coder.engine.literals import Guarded, guarded
from services.coder.engine.model import Candidate, Encounter, Mention, Zone
from services.coder.engine.rules import Index
from services.coder.engine.tables import table
from services.coder.reading import NOT_AFFIRMED, Flag, Note, Problem, SectionKind
from services.coder.terminology.sources import PRIORITY

_SILENT: Final = frozenset(
    (
        SectionKind.FAMILY_HISTORY,
        SectionKind.ALLERGIES,
        SectionKind.REVIEW_OF_SYSTEMS,
        SectionKind.PRIOR_NOTE,
        SectionKind.PAST_MEDICAL_HISTORY,
        SectionKind.PAST_HISTORY,
        SectionKind.PAST_SURGICAL_HISTORY,
    )
)
_RANK: Final = PRIORITY.index("curated")
_ANY_AGE: Final = (0, 150)
_BEGUN: Final = "how the note begins"
INFERRED: Final = "inferred."
"""What the rule begins with of a condition that the author does not name."""
_NEVER_TOLD: Final = frozenset(
    (SectionKind.FAMILY_HISTORY, SectionKind.ALLERGIES, SectionKind.REVIEW_OF_SYSTEMS, SectionKind.PRIOR_NOTE)
)
"""Sections that tell nothing of the patient, not even of the past."""
_RELATIVES: Final = ("Z80", "Z81", "Z82", "Z83", "Z84")
"""Codes of what relatives have."""
_GUARDED: Final = ("near", "but", "head", "never", "also")
"""What of an entry is an expression, beside what it says."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry of the table."""

    id: str
    code: str
    reference: str
    says: Late
    near: Guarded | None
    but: Guarded | None
    head: Guarded | None
    never: Guarded | None
    also: Guarded | None
    when: tuple[str, ...]
    barring: tuple[str, ...]
    """Its own code, and those that it is not coded with."""
    replaces: tuple[str, ...]
    reach: int
    early: bool
    spoken: bool
    denied: bool
    inferred: bool
    """The author names only what is measured and the drug for it: a person looks at it."""
    past: bool
    """It is told in the histories, too."""
    ages: tuple[int, int]
    settings: tuple[str, ...]


def apply(note: Note, candidates: list[Candidate], encounter: Encounter) -> list[Candidate]:
    """The candidates with those that sentences of the note call for, without those that these replace."""
    out, room, facts = candidates, _room(candidates), known()
    for place, clues in spoken.clues(note).items():
        if place >= len(facts):
            break
        if room[place >> 3] >> (place & 7) & 1 == 0:
            continue
        fact = facts[place]
        if not _fits(fact, encounter):
            continue
        lines = spoken.sieve().lines(clues, note.folded, sections.HEAD if fact.early else len(note.folded))
        if not (lines and _may_be_near(fact, note)):
            continue
        said = [found.span() for line in lines for found in fact.says.every(note.folded, *line)]
        span = _span(fact, note, said) if said and _may_be_said(fact, note) else None
        if span is not None:
            out = [c for c in out if not (_faint(fact, c) or _replaced(fact, c, span, note))]
            out = [*out, _made(fact, span)]
            room = _room(out)
    return out


def _fits(fact: Fact, encounter: Encounter) -> bool:
    """Whether it can be a fact of this visit."""
    if encounter.setting not in fact.settings:
        return False
    if encounter.age is None:
        return fact.ages == _ANY_AGE
    least, most = fact.ages
    return least <= encounter.age <= most


def _room(candidates: list[Candidate]) -> bytes:
    """A bit, of eight in a byte, for the place of each fact for which the codes leave room, and of which one
    calls for it where it needs one.
    """
    calls, own = _calls(), _own()
    called, barred = calls.unasked, 0
    for candidate in candidates:
        served = calls.served(candidate.code)
        others = -1 if _is_named(candidate) else ~own.get(candidate.code, 0)
        called |= served & others
        barred |= served >> len(calls.rules) & others
    return (called & ~barred & calls.all).to_bytes(len(calls.rules) // 8 + 1, "little")


def _may_be_near(fact: Fact, note: Note) -> bool:
    """Whether the note has strings that what must stand with the fact needs; cheap."""
    if fact.near is not None and not fact.near.may_match(note.folded):
        return False
    return fact.also is None or fact.also.may_match(note.folded)


def _may_be_said(fact: Fact, note: Note) -> bool:
    """Whether the note begins as it must, and has nothing that it must not have."""
    if fact.never is not None and fact.never.search(note.folded):
        return False
    if fact.also is not None and not fact.also.search(note.folded):
        return False
    return fact.head is None or _is_begun(note, fact.head)


def _is_begun(note: Note, head: Guarded) -> bool:
    """Whether the note begins so: asked once, for however many facts."""
    known: dict[str, bool] = note.remembered.setdefault(_BEGUN, {})
    begun = known.get(head.expression)
    if begun is None:
        begun = known[head.expression] = head.search(note.folded, 0, sections.HEAD) is not None
    return begun


def _faint(fact: Fact, candidate: Candidate) -> bool:
    """Whether the fact's code is a candidate already, but only from words in passing."""
    return candidate.code == fact.code and not _is_named(candidate)


def _is_named(candidate: Candidate) -> bool:
    return candidate.mention.whole and candidate.mention.zone is Zone.PROBLEM


def _replaced(fact: Fact, candidate: Candidate, span: tuple[int, int], note: Note) -> bool:
    """Whether a candidate is what the service was for: the gallstones that were operated on."""
    if not fact.replaces or not candidate.code.startswith(fact.replaces):
        return False
    mention = candidate.mention
    past = mention.zone is not Zone.PROBLEM or bool(mention.line & {"status", "postop"})
    if past or note.sentence_at(mention.start) == note.sentence_at(span[0]):
        return True
    return mention.problem >= 0 and _is_of(note.problems[mention.problem], span[0])


def _is_of(problem: Problem, place: int) -> bool:
    """Whether a place is in the text of a problem."""
    return problem.body.start <= place < problem.body.end


def _span(fact: Fact, note: Note, said: list[tuple[int, int]]) -> tuple[int, int] | None:
    """The first of the places at which the note says it of the patient and as a fact."""
    for start, end in said:
        sentence = note.sentence_at(start) or note.sentence_at(end - 1)  # a heading is in no sentence
        silent = _NEVER_TOLD if fact.past else _SILENT
        if sentence is None or note.sections[sentence.section].kind in silent:
            continue
        if fact.spoken and not sections.concludes(note, sentence.section):
            continue
        reach = min(sentence.end + fact.reach, len(note.folded))
        if fact.near is not None and not fact.near.search(note.folded, sentence.start, reach):
            continue
        if fact.but is not None and fact.but.search(note.folded, sentence.start, sentence.end):
            continue
        barred = NOT_AFFIRMED & ~Flag.NEGATED if fact.denied else NOT_AFFIRMED
        if fact.past:
            barred &= ~Flag.HISTORICAL
        if fact.code.startswith(_RELATIVES):
            barred = Flag.NEGATED
        if not note.context_at(start, end).flags & barred:
            return start, end
    return None


def _made(fact: Fact, span: tuple[int, int]) -> Candidate:
    mention = Mention.stated(*span, fact.code, _RANK)
    led = INFERRED if fact.inferred else "add."
    return Candidate(fact.code, mention, [f"{led}{fact.id} ({fact.reference})"], [span])


@cache
def known() -> tuple[Fact, ...]:
    """The facts of the table, in its order."""
    entries = table("facts")
    guards = guarded("facts", (entry[name] for entry in entries for name in _GUARDED if name in entry))
    said = late("facts.says", (entry["says"] for entry in entries))
    return tuple(_fact(entry, said[entry["says"]], guards) for entry in entries)


@cache
def _calls() -> Index[Fact]:
    """The facts by the codes that call for them, then by those that bar them."""
    return Index((fact, (fact.when, fact.barring)) for fact in known())


@cache
def _own() -> dict[str, int]:
    """A bit for each of the facts that have a code, by the code."""
    out: dict[str, int] = {}
    for place, fact in enumerate(known()):
        out[fact.code] = out.get(fact.code, 0) | 1 << place
    return out


def _fact(entry: dict[str, Any], says: Late, guards: dict[str, Guarded]) -> Fact:
    near, but, head, never, also = (guards.get(entry.get(name, "")) for name in _GUARDED)
    return Fact(
        id=entry["id"],
        code=entry["code"],
        reference=entry["reference"],
        says=says,
        near=near,
        but=but,
        head=head,
        when=tuple(entry.get("when", ())),
        barring=(entry["code"], *entry.get("unless", ())),
        replaces=tuple(entry.get("replaces", ())),
        never=never,
        also=also,
        reach=int(entry.get("reach", 0)),
        early=bool(entry.get("early")),
        spoken=bool(entry.get("spoken")),
        denied=bool(entry.get("denied")),
        inferred=bool(entry.get("inferred")),
        past=bool(entry.get("past")),
        ages=tuple(entry.get("ages", _ANY_AGE)),
        settings=tuple(entry["settings"]),
    )
