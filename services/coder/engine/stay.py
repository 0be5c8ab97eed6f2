"""What the story of a stay adds to its diagnoses, and what it takes back."""

from typing import Final

from services.coder.engine import assertion, zones
from services.coder.engine.finding import in_lines, reportable
from services.coder.engine.model import Mention, Setting, Zone
from services.coder.engine.rules import Codes
from services.coder.reading import Note
from services.coder.terminology.index import Terminology

REASONS: Final = ("Z", "T14", "V", "W", "X", "Y")
"""Codes that no more than a mention in passing gives: reasons, statuses, causes."""

PASSING: Final = Codes(("R", "M25", "M79.8", *REASONS))
"""Codes of what a stay names beside its diagnoses without reporting it, signs of some of them apart."""

_SIGNS: Final = Codes(("R13", "R29.7", "R29.810", "R33", "R41.4", "R47", "R57", "R64", "R65", "R78.81"))
"""Signs that a stay reports beside its diagnoses: deficits of a stroke, shock."""
_SUBSTANCES: Final = tuple(f"F{number}" for number in range(10, 20))
_COME_AND_GO: Final = ("R", "Z")
"""Symptoms and statuses, which may end without having been a mistake."""


def told(
    note: Note,
    course: list[zones.Line],
    chosen: list[Mention],
    refuted: list[Mention],
    vocabulary: Terminology,
) -> list[Mention]:
    """What the story of a stay names beside its diagnoses: what was evaluated, treated or watched there is
    coded (III). Only what is said plainly, of another category than what is coded already. What it denies is
    added to `refuted`.
    """
    known = {mention.code[:3] for mention in chosen}
    named = {mention.stems for mention in chosen}
    out: list[Mention] = []
    for mention in in_lines(note, course, vocabulary):
        coded, word, _ = assertion.verdict(note, mention, Setting.INPATIENT)
        if word == "negated":
            refuted.append(mention)
        new = mention.code[:3] not in known and not any(mention.stems <= stems for stems in named)
        if coded and new and _plain(note, mention):
            out.append(mention)
    return out


def _plain(note: Note, mention: Mention) -> bool:
    """Whether a sentence names a diagnosis, or a sign that is reported beside one, as a fact."""
    passing = PASSING.has(mention.code)
    return (
        (not passing or _SIGNS.has(mention.code))
        and not mention.parts
        and assertion.plain(note, mention)
        and reportable(mention)
    )


def standing(note: Note, chosen: list[Mention], refuted: list[Mention]) -> list[Mention]:
    """The mentions without what was only thought of, or told in passing, and is denied further on: «question
    of gastroparesis ... the scan was normal, so there is no gastroparesis». A listed diagnosis stands.
    """
    last = {denied.code: denied for denied in sorted(refuted, key=lambda mention: mention.start)}
    return [mention for mention in chosen if not _withdrawn(note, mention, list(last.values()))]


def _withdrawn(note: Note, mention: Mention, refuted: list[Mention]) -> bool:
    if mention.code.startswith(_COME_AND_GO):
        return False
    if not any(d.start > mention.end and _same(d.code, mention.code) for d in refuted):
        return False
    doubted = assertion.verdict(note, mention, Setting.INPATIENT)[1] == "possible"
    return mention.zone is not Zone.PROBLEM or doubted


def _same(one: str, other: str) -> bool:
    """Whether two codes are of one thing: the same, or the same substance that is used."""
    return one == other or (one[:3] == other[:3] and one.startswith(_SUBSTANCES))
