"""The guideline rules of `data/rules/*.yaml`, read once. Each names its official reference; `docs/coder.md`
explains the fields.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, Final, Generic, TypeVar

from services.coder.engine.tables import table
from services.coder.errors import RuleError
from services.coder.terminology.words import folder

Prefixes = tuple[str, ...]
Rule = TypeVar("Rule")


@dataclass(frozen=True, slots=True)
class Combine:
    """Codes that together become others."""

    id: str
    reference: str
    all: tuple[Prefixes, ...]
    none: Prefixes
    drop: Prefixes
    add: tuple[str, ...]
    before: Prefixes
    after: bool
    words: tuple[frozenset[str], ...]
    line: frozenset[str]
    lines: tuple[frozenset[str], ...]
    under: tuple[frozenset[str], ...]
    same: str
    """Where all parts stand: anywhere (empty), under one problem, or, under none, in one sentence."""
    transfer: tuple[tuple[str, str], ...]
    """Beginnings of codes, and those that they are given."""
    unsaid: tuple[str, ...]
    told: tuple[str, ...]
    denied: tuple[str, ...]
    apart: bool
    own: str
    """A word that must be said of the first part itself, not merely in its line."""


@dataclass(frozen=True, slots=True)
class Yield:
    """Codes that give way to others."""

    id: str
    reference: str
    drop: Prefixes
    to: Prefixes
    spares: frozenset[str]
    """Words that tell a code from what it would give way to."""


@dataclass(frozen=True, slots=True)
class Order:
    """Codes that stand before others."""

    id: str
    reference: str
    first: Prefixes
    then: Prefixes


class Codes:
    """The codes that begin in one of many ways; whether one does is remembered."""

    def __init__(self, beginnings: Iterable[str]) -> None:
        self.beginnings: Final = tuple(beginnings)
        self._met: dict[str, bool] = {}

    def has(self, code: str) -> bool:
        """Whether a code is one of them."""
        known = self._met.get(code)
        if known is None:
            known = self._met[code] = code.startswith(self.beginnings)
        return known


class Index(Generic[Rule]):
    """Rules by the code prefixes that they need, so that only those that apply are tried.

    A rule has groups of prefixes, of each of which some code of the note must have one. Which rules a code
    serves is one integer with a bit for each rule, once for each group; each code's is remembered.
    """

    def __init__(self, rules: Iterable[tuple[Rule, Sequence[Prefixes]]]) -> None:
        given = list(rules)
        self.rules: list[Rule] = [rule for rule, _ in given]
        self.all: Final = (1 << len(given)) - 1
        """A bit for each rule."""
        self._most = max((len(groups) for _, groups in given), default=0)
        self._by_prefix: dict[str, int] = {}
        self.unasked = 0
        """The rules without a group, in that group: no code need serve them there."""
        for place, (_, groups) in enumerate(given):
            for group in range(self._most):
                bit = 1 << group * len(given) + place
                prefixes = groups[group] if group < len(groups) else ()
                if not prefixes:  # it needs nothing of that group
                    self.unasked |= bit
                for prefix in prefixes:
                    self._by_prefix[prefix] = self._by_prefix.get(prefix, 0) | bit
        self._served: dict[str, int] = {}

    def first(self, code: str) -> Rule | None:
        """The first rule that a code alone sets off."""
        places = self.places([code])
        return self.rules[places[0]] if places else None

    def possible(self, codes: list[str]) -> list[Rule]:
        """The rules that the codes set off, in their order."""
        return [self.rules[place] for place in self.places(codes)]

    def places(self, codes: list[str]) -> list[int]:
        """The places of the rules that the codes set off, in order."""
        ready = self.unasked
        for code in codes:
            ready |= self.served(code)
        found = self.all
        for _ in range(self._most):
            found &= ready
            ready >>= len(self.rules)
        return _bits(found) if found else []

    def served(self, code: str) -> int:
        """The rules that the code serves, one group's behind the other's."""
        served = self._served.get(code)
        if served is None:
            served = 0
            for length in range(1, len(code) + 1):
                served |= self._by_prefix.get(code[:length], 0)
            self._served[code] = served
        return served

    def serves(self, code: str, place: int, group: int = 0) -> bool:
        """Whether the code has one of the prefixes of a group of the rule at a place."""
        return self.served(code) >> (group * len(self.rules) + place) & 1 != 0


def _bits(number: int) -> list[int]:
    """The places of the bits that are set, from the lowest."""
    found: list[int] = []
    while number:
        lowest = number & -number
        found.append(lowest.bit_length() - 1)
        number ^= lowest
    return found


def _load(name: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = table(f"rules/{name}")
    for number, entry in enumerate(entries, start=1):
        missing = [key for key in ("id", "reference") if not entry.get(key)]
        if missing:
            raise RuleError(f"{name}.yaml, entry {number}: {', '.join(missing)} missing")
    return entries


@cache
def combines() -> Index[Combine]:
    """The combination rules, in order of application."""
    rules = [_combine(entry) for entry in _load("combine")]
    return Index((rule, rule.all) for rule in rules)


def _combine(entry: dict[str, Any]) -> Combine:
    unknown = set(entry) - {field.name for field in fields(Combine)}
    if unknown:
        raise RuleError(f"combine.yaml, {entry['id']}: no such field: {', '.join(sorted(unknown))}")
    return Combine(
        entry["id"],
        entry["reference"],
        tuple(tuple(each) for each in entry["all"]),
        tuple(entry.get("none", ())),
        tuple(entry.get("drop", ())),
        tuple(entry.get("add", ())),
        tuple(entry.get("before", ())),
        bool(entry.get("after")),
        tuple(_stems(each) for each in entry.get("words", ())),
        _stems(entry.get("line", ())),
        tuple(_stems(each) for each in entry.get("lines", ())),
        tuple(_stems(each) for each in entry.get("under", ())),
        str(entry.get("same", "")),
        tuple(entry.get("transfer", {}).items()),
        tuple(entry.get("unsaid", ())),
        tuple(entry.get("told", ())),
        tuple(entry.get("denied", ())),
        bool(entry.get("apart")),
        entry.get("own", ""),
    )


def _stems(words: Iterable[str]) -> frozenset[str]:
    """Words of a rule as a note's words are folded: «tka» is what «total knee replacement» is."""
    return frozenset(stem for word in words for stem in folder().stems(word))


@cache
def yields() -> Index[Yield]:
    """What gives way to what."""
    rules = [
        Yield(e["id"], e["reference"], tuple(e["drop"]), tuple(e["for"]), frozenset(e.get("spares", ())))
        for e in _load("yield")
    ]
    return Index((rule, (rule.drop, rule.to)) for rule in rules)


@cache
def orders() -> Index[Order]:
    """What stands before what."""
    rules = [Order(e["id"], e["reference"], tuple(e["first"]), tuple(e["then"])) for e in _load("order")]
    return Index((rule, (rule.first, rule.then)) for rule in rules)
