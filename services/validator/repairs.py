"""Repairs of form, never of clinical content; `repairs.yaml` says which, and each is listed on the claim."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from operator import itemgetter
from typing import Any, Final, TypeVar

import yaml

from services.codesets.codes import normalise
from services.contracts.base import Contract
from services.contracts.coding import CodedEncounter
from services.contracts.validation import Repair

_NDC: Final = re.compile(r"(\d{4,5})-(\d{3,4})-(\d{1,2})")
_PRINTED_MBI: Final = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{3}-[0-9A-Z]{4}")
_NPI_DIGITS: Final = 10
_REMEMBERED: Final = 1 << 16
_C = TypeVar("_C", bound=Contract)
_DRUG_UNITS: Final = {"EA": "UN", "UNIT": "UN", "UNITS": "UN", "GM": "GR", "G": "GR", "MG": "ME"}


def _npi(text: str) -> str:
    digits = re.sub(r"[\s-]", "", text)
    shorter = digits.lstrip("0")
    return shorter if digits.isdigit() and len(shorter) == _NPI_DIGITS else digits


def _ndc(text: str) -> str:
    parts = _NDC.fullmatch(text.strip())
    return f"{parts[1]:0>5}{parts[2]:0>4}{parts[3]:0>2}" if parts else text.strip()


def _member_id(text: str) -> str:
    bare = "".join(text.split())
    return bare.replace("-", "") if "-" in bare and _PRINTED_MBI.fullmatch(bare) else bare


DO: Final[Mapping[str, Callable[[str], str]]] = {
    "upper": lambda text: text.strip().upper(),
    "digits": lambda text: text.replace("-", "").replace(" ", ""),
    "pad2": lambda text: text.zfill(2) if text.isdigit() else text,
    "pad4": lambda text: text.zfill(4) if text.isdigit() else text,
    "diagnosis": normalise,
    "npi": _npi,
    "ndc": _ndc,
    "drug_unit": lambda text: _DRUG_UNITS.get(text, text),
    "member_id": _member_id,
}


NAMES: Final[Mapping[str, Callable[[Any], str]]] = {
    "line": lambda line: f"line:{line.line_id}",
    "code": lambda code: f"code:{code.code}" if code.system == "ICD-10-CM" else "",
    "provider": lambda provider: f"provider:{provider.role}",
    "coverage": lambda coverage: f"coverage:{coverage.coverage_id}",
    "visit": lambda _: "visit",
}
"""How a repair names the part that it mended; empty for one that is left as it is: a procedure's code."""


@dataclass(frozen=True, slots=True)
class RepairRule:
    """One repair: the part of the encounter, its fields, what is done, and examples of before and after."""

    id: str
    title: str
    reference: str
    of: str
    fields: tuple[str, ...]
    do: str
    examples: Mapping[str, str]


@cache
def repair_rules() -> tuple[RepairRule, ...]:
    """The repairs of `repairs.yaml`, in the order in which they are made."""
    raw = yaml.safe_load(files(__package__).joinpath("repairs.yaml").read_text(encoding="utf-8"))["repairs"]
    return tuple(RepairRule(**{**row, "fields": tuple(row["fields"])}) for row in raw)


class Mender:
    """The repairs of one part of the encounter; remembers which values are in good form already."""

    def __init__(self, of: str) -> None:
        """Take up the rules of that part."""
        self._steps = [
            (rule.id, name, DO[rule.do]) for rule in repair_rules() if rule.of == of for name in rule.fields
        ]
        fields = sorted({name for _, name, _ in self._steps})
        self._values = itemgetter(*fields) if len(fields) > 1 else itemgetter(fields[0], fields[0])
        self._of = of
        self._good: set[tuple[Any, ...]] = set()

    def mend(self, parts: Iterable[_C], found: list[Repair]) -> tuple[_C, ...]:
        """The parts in good form; what was done is added to `found`, under each part's name."""
        values, good = self._values, self._good
        return tuple([part if values(part.__dict__) in good else self._mended(part, found) for part in parts])

    def _mended(self, part: _C, found: list[Repair]) -> _C:
        name = NAMES[self._of](part)
        if not name:
            return part
        values = self._values(part.__dict__)
        changes = self._changes(part, name, found)
        if changes:
            return part.model_copy(update=changes)
        if len(self._good) < _REMEMBERED:
            self._good.add(values)
        return part

    def _changes(self, part: Contract, name: str, found: list[Repair]) -> dict[str, Any]:
        changes: dict[str, Any] = {}
        for rule, field, do in self._steps:
            before = changes.get(field, getattr(part, field))
            after = tuple(map(do, before)) if isinstance(before, tuple) else do(before)
            if after != before:
                changes[field] = after
                found.append(
                    Repair(field=f"{name}.{field}", before=_text(before), after=_text(after), rule=rule)
                )
        return changes


@cache
def _mender(of: str) -> Mender:
    return Mender(of)


def repaired(coded: CodedEncounter) -> tuple[CodedEncounter, tuple[Repair, ...]]:
    """The encounter in good form, and what was done; the same encounter where nothing was."""
    found: list[Repair] = []
    facts = coded.encounter
    lines = _mender("line").mend(coded.lines, found)
    codes = _mender("code").mend(coded.codes, found)
    providers = _mender("provider").mend(facts.providers, found)
    coverages = _mender("coverage").mend(facts.coverages, found)
    (visit,) = _mender("visit").mend((facts.visit,), found)
    if not found:
        return coded, ()
    mended = facts.model_copy(update={"providers": providers, "visit": visit, "coverages": coverages})
    return coded.model_copy(update={"encounter": mended, "lines": lines, "codes": codes}), tuple(found)


def _text(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else " ".join(value)


def wrong_examples() -> Iterator[str]:
    """A sentence for each repair whose example does not come out as it says."""
    for rule in repair_rules():
        for before, after in rule.examples.items():
            made = DO[rule.do](str(before))
            if made != str(after):
                yield f"{rule.id}: {before!r} gives {made!r}, says {after!r}"
