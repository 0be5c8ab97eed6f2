"""Which words are a heading, and what kind of section they open."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from services.coder.reading.kinds import Division, Flag, SectionKind
from services.coder.reading.places import nearest
from services.coder.reading.vocabulary import expand, load

FILE: Final = "headings.yaml"
LONGEST: Final = 60  # characters; no heading of the vocabulary is longer
_TAIL: Final = 4  # characters
_LONGEST_WORD: Final = 40  # characters
_WORD_ENDS: Final = frozenset(":(*_\u2013\u2014")
_A: Final = ord("a")
_Z: Final = ord("z")
_PROBLEM: Final = re.compile(r"problem\s?#?\s?\d{1,2}")
_ASIDE: Final = re.compile(r"\([^()]*\)")
_JOINT: Final = re.compile(r"\s*(?:/|&|\+|,| and )\s*")
_JOINTS: Final = ("/", "&", "+", ",", " and ")
_ASSESSING: Final = (
    SectionKind.DISCHARGE_DIAGNOSIS,
    SectionKind.ASSESSMENT_PLAN,
    SectionKind.DIAGNOSES,
    SectionKind.ASSESSMENT,
    SectionKind.IMPRESSION,
    SectionKind.MEDICAL_DECISION_MAKING,
)
_TOLD: Final = (SectionKind.HOSPITAL_COURSE, SectionKind.EMERGENCY_COURSE)


@dataclass(frozen=True, slots=True)
class Headings:
    """The heading vocabulary, ready for look-up by normalised label."""

    kinds: dict[str, SectionKind]
    divisions: dict[SectionKind, Division]
    assertions: dict[SectionKind, Flag]
    letters: dict[str, SectionKind]
    bare: frozenset[str]
    weak: frozenset[str]
    first_words: frozenset[str]
    tails: frozenset[str]
    within: dict[SectionKind, dict[str, SectionKind]]
    body_systems: frozenset[str]
    before: frozenset[str]
    behind: tuple[str, ...]
    last_words: frozenset[str]
    """The last words of `behind`."""


@cache
def headings() -> Headings:
    """The vocabulary of `headings.yaml`."""
    data = load(FILE)
    kinds = {
        variant: SectionKind(kind)
        for kind, entry in data["kinds"].items()
        for pattern in entry["variants"]
        for variant in expand(pattern)
    }
    divisions = {SectionKind(kind): Division(entry["division"]) for kind, entry in data["kinds"].items()}
    divisions[SectionKind.UNLABELLED] = divisions[SectionKind.OTHER] = Division.SUBJECTIVE
    labels = [*kinds, *data["within"]["past_history"]]
    return Headings(
        kinds=kinds,
        divisions=divisions,
        assertions={
            SectionKind(kind): Flag[entry["assertion"].upper()]
            for kind, entry in data["kinds"].items()
            if "assertion" in entry
        },
        letters={letter: SectionKind(kind) for letter, kind in data["letters"].items()},
        bare=frozenset(data["bare"]),
        weak=frozenset(data["weak"]),
        first_words=_first_words([*labels, *data["before"]]),
        tails=frozenset(label[-_TAIL:] for label in [*labels, *data["behind"]]),
        within={
            SectionKind(parent): {label: SectionKind(kind) for label, kind in rows.items()}
            for parent, rows in data["within"].items()
        },
        body_systems=frozenset(data["body_systems"]),
        before=frozenset(data["before"]),
        behind=tuple(f" {words}" for words in data["behind"]),
        last_words=frozenset(words.rpartition(" ")[2] for words in data["behind"]),
    )


def may_begin(known: Headings, folded: str, at: int) -> bool:
    """Whether a heading may begin at a character, told by the first word: cheap, and mostly not."""
    return _first_word(folded, at).rstrip("-.=#") in known.first_words


def may_end(known: Headings, folded: str, start: int, end: int) -> bool:
    """Whether a heading that begins at `start` or later may end at `end`, told by its last letters; where
    they are not letters alone, `normalise` must tell.
    """
    tail = folded[max(start, end - _TAIL) : end]
    return tail in known.tails or not tail.isalpha()


def _first_word(folded: str, at: int) -> str:
    """The word that begins at a character: up to a space or a mark that no word of a heading has."""
    end = at
    stop = min(at + _LONGEST_WORD, len(folded))
    while end < stop:
        if not _A <= ord(folded[end]) <= _Z and (folded[end] in _WORD_ENDS or folded[end].isspace()):
            break
        end += 1
    return folded[at:end]


def _first_words(labels: Iterable[str]) -> frozenset[str]:
    return frozenset(_first_word(label, 0) for label in labels) - {""}


def normalise(label: str) -> str:
    """A folded label without brackets, marks and doubled space, as it stands in the vocabulary."""
    if "(" in label:
        label = _ASIDE.sub(" ", label)
    return " ".join(label.split()).strip(" *_#.:-\u2013\u2014=")


def kind_of(label: str) -> SectionKind | None:
    """The section kind that a folded label opens, or None; single letters are not asked here."""
    return kind_among(headings(), label)


def kind_among(known: Headings, label: str) -> SectionKind | None:
    """The same of a vocabulary that is at hand already."""
    if len(label) > LONGEST:
        return None
    kind = known.kinds.get(label) if len(label) > 1 else None
    if kind is not None:
        return kind
    if label.startswith("problem") and _PROBLEM.fullmatch(label):
        return SectionKind.ASSESSMENT_PLAN
    normal = normalise(label)
    return known.kinds.get(normal) or _composed(known, normal) if len(normal) > 1 else None


def _composed(known: Headings, label: str) -> SectionKind | None:
    """The kind of a heading made of headings («MDM/Diagnoses»), or of one with words before or behind that
    change nothing («Discharge impression», «Course by problem»).
    """
    if label.rpartition(" ")[2] in known.last_words:
        for words in known.behind:
            if label.endswith(words):
                return known.kinds.get(label[: -len(words)])
    first, _, rest = label.partition(" ")
    if first in known.before and rest in known.kinds:
        return known.kinds[rest]
    joint = nearest(label, 0, len(label), _JOINTS)
    if joint == len(label) or label[:joint].rstrip() not in known.kinds:
        return None
    kinds: list[SectionKind] = []
    parts: list[str] = _JOINT.split(label)
    for part in parts:
        kind = known.kinds.get(part)
        if kind is None:
            return None
        kinds.append(kind)
    return _joined(kinds)


def _joined(kinds: Sequence[SectionKind]) -> SectionKind:
    """What sections in one are: an assessment with what belongs to it, a course with what came before."""
    assessing = next((kind for kind in _ASSESSING if kind in kinds), None)
    if assessing is not None:
        return assessing if len(set(kinds)) == 1 else SectionKind.ASSESSMENT_PLAN
    return next((kind for kind in _TOLD if kind in kinds), kinds[0])
