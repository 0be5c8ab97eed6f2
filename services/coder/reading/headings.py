"""Which words are a heading, and what kind of section they open."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Final, NamedTuple

from services.coder.reading.kinds import Division, Flag, SectionKind
from services.coder.reading.vocabulary import expand, load

FILE: Final = "headings.yaml"
LONGEST: Final = 60  # characters; no heading of the vocabulary is longer
PREFIX: Final = 3  # letters by which a line is told to begin with no heading
_PROBLEM: Final = re.compile(r"problem\s?#?\s?\d{1,2}")
_ASIDE: Final = re.compile(r"\([^()]*\)")


class Headings(NamedTuple):
    """The heading vocabulary, ready for look-up by normalised label."""

    kinds: dict[str, SectionKind]
    divisions: dict[SectionKind, Division]
    assertions: dict[SectionKind, Flag]
    letters: dict[str, SectionKind]
    bare: frozenset[str]
    weak: frozenset[str]
    prefixes: frozenset[str]
    within: dict[SectionKind, dict[str, SectionKind]]
    body_systems: frozenset[str]


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
        prefixes=_prefixes([*kinds, *data["within"]["past_history"]]),
        within={
            SectionKind(parent): {label: SectionKind(kind) for label, kind in rows.items()}
            for parent, rows in data["within"].items()
        },
        body_systems=frozenset(data["body_systems"]),
    )


def _prefixes(labels: Iterable[str]) -> frozenset[str]:
    """The first letters of every label, by which most lines are told to begin with none; short labels with
    any next mark.
    """
    found = {label[:PREFIX] for label in labels}
    short = {label for label in labels if len(label) < PREFIX}
    return frozenset(
        found | {label + mark for label in short for mark in ": -(*\t"} | {label + ":" for label in short}
    )


def normalise(label: str) -> str:
    """A folded label without brackets, marks and doubled space, as it stands in the vocabulary."""
    if "(" in label:
        label = _ASIDE.sub(" ", label)
    return " ".join(label.split()).strip(" *_#.:-\u2013\u2014=")


def kind_of(label: str) -> SectionKind | None:
    """The section kind that a folded label opens, or None; single letters are not asked here."""
    if len(label) > LONGEST:
        return None
    if _PROBLEM.fullmatch(label):
        return SectionKind.ASSESSMENT_PLAN
    kinds = headings().kinds
    if len(label) > 1 and label in kinds:
        return kinds[label]
    normal = normalise(label)
    return kinds.get(normal) if len(normal) > 1 else None
