"""The guideline rules of `data/rules/*.yaml`, read once. Each names its official reference; `docs/coder.md`
explains the fields.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Generic, TypeVar

from services.coder.engine.tables import table
from services.coder.errors import RuleError

Prefixes = tuple[str, ...]
Rule = TypeVar("Rule")
_CATEGORY: Final = 3


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


@dataclass(frozen=True, slots=True)
class Yield:
    """Codes that give way to others."""

    id: str
    reference: str
    drop: Prefixes
    to: Prefixes


@dataclass(frozen=True, slots=True)
class Order:
    """Codes that stand before others."""

    id: str
    reference: str
    first: Prefixes
    then: Prefixes


class Index(Generic[Rule]):
    """Rules by the code prefixes that can set them off, so that only those that can apply are tried."""

    def __init__(self, rules: Iterable[tuple[Rule, Prefixes]]) -> None:
        self.rules: list[Rule] = []
        self._places: dict[str, list[int]] = {}
        for rule, prefixes in rules:
            for prefix in {prefix[:_CATEGORY] for prefix in prefixes}:
                self._places.setdefault(prefix, []).append(len(self.rules))
            self.rules.append(rule)

    def possible(self, codes: Iterable[str]) -> list[Rule]:
        """The rules that one of the codes may set off, in their order."""
        return [self.rules[place] for place in self.places(codes)]

    def places(self, codes: Iterable[str]) -> list[int]:
        """The places of the rules that one of the codes may set off, in order."""
        found: set[int] = set()
        for code in codes:
            for length in (1, 2, _CATEGORY):
                found.update(self._places.get(code[:length], ()))
        return sorted(found)


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
    return Index((rule, rule.all[0]) for rule in rules)


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
    )


@cache
def yields() -> Index[Yield]:
    """What gives way to what."""
    rules = [Yield(e["id"], e["reference"], tuple(e["drop"]), tuple(e["for"])) for e in _load("yield")]
    return Index((rule, rule.drop) for rule in rules)


@cache
def orders() -> Index[Order]:
    """What stands before what."""
    rules = [Order(e["id"], e["reference"], tuple(e["first"]), tuple(e["then"])) for e in _load("order")]
    return Index((rule, rule.then) for rule in rules)
