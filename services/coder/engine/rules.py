"""The guideline rules of `data/rules/*.yaml`, read once. Each names its official reference; `docs/coder.md`
explains the fields.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, reduce
from operator import and_, or_
from typing import Any, Final, Generic, TypeVar

from services.coder.engine.tables import table
from services.coder.errors import RuleError

Prefixes = tuple[str, ...]
Rule = TypeVar("Rule")
_REMEMBERED: Final = 4096  # codes


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
    same: bool
    transfer: tuple[str, str] | None
    unsaid: tuple[str, ...]


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


class Index(Generic[Rule]):
    """Rules by the code prefixes that they need, so that only those that apply are tried.

    A rule has groups of prefixes, of each of which some code of the note must have one. Which rules a code
    serves is one integer for each group, with a bit for each rule; each code's are remembered.
    """

    def __init__(self, rules: Iterable[tuple[Rule, Sequence[Prefixes]]]) -> None:
        given = list(rules)
        self.rules: list[Rule] = [rule for rule, _ in given]
        most = max((len(groups) for _, groups in given), default=0)
        self._served: list[dict[str, int]] = [{} for _ in range(most)]
        self._lacking = [0] * most
        for place, (_, groups) in enumerate(given):
            for served, prefixes in zip(self._served, groups, strict=False):
                for prefix in prefixes:
                    served[prefix] = served.get(prefix, 0) | 1 << place
            for group in range(len(groups), most):  # a rule without that group needs nothing of it
                self._lacking[group] |= 1 << place
        self._of = lru_cache(_REMEMBERED)(self._groups_of)

    def possible(self, codes: Iterable[str]) -> list[Rule]:
        """The rules that the codes set off, in their order."""
        return [self.rules[place] for place in self.places(codes)]

    def places(self, codes: Iterable[str]) -> list[int]:
        """The places of the rules that the codes set off, in order."""
        ready = self._lacking.copy()
        for code in codes:
            for group, bits in self._of(code):
                ready[group] |= bits
        return _bits(reduce(and_, ready, -1))

    def _groups_of(self, code: str) -> tuple[tuple[int, int], ...]:
        """The groups that the code serves, each with the rules of which it is one."""
        heads = [code[:length] for length in range(1, len(code) + 1)]
        bits = [reduce(or_, (served.get(head, 0) for head in heads)) for served in self._served]
        return tuple((group, each) for group, each in enumerate(bits) if each)


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
    transfer = entry.get("transfer")
    return Combine(
        entry["id"],
        entry["reference"],
        tuple(tuple(each) for each in entry["all"]),
        tuple(entry.get("none", ())),
        tuple(entry.get("drop", ())),
        tuple(entry.get("add", ())),
        tuple(entry.get("before", ())),
        bool(entry.get("after")),
        tuple(frozenset(each) for each in entry.get("words", ())),
        frozenset(entry.get("line", ())),
        tuple(frozenset(each) for each in entry.get("lines", ())),
        tuple(frozenset(each) for each in entry.get("under", ())),
        bool(entry.get("same")),
        (transfer["from"], transfer["to"]) if transfer else None,
        tuple(entry.get("unsaid", ())),
    )


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
