"""Repairs of form, never of clinical content; `repairs.yaml` says which, and each is listed on the claim."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from services.codesets.codes import normalise
from services.contracts.base import Contract
from services.contracts.coding import CodedEncounter
from services.contracts.validation import Repair

_NDC: Final = re.compile(r"(\d{4,5})-(\d{3,4})-(\d{1,2})")
_PRINTED_MBI: Final = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{3}-[0-9A-Z]{4}")
_NPI_DIGITS: Final = 10
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
    return bare.replace("-", "") if _PRINTED_MBI.fullmatch(bare) else bare


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


@cache
def _steps(of: str) -> tuple[tuple[str, str, Callable[[str], str]], ...]:
    return tuple(
        (rule.id, name, DO[rule.do]) for rule in repair_rules() if rule.of == of for name in rule.fields
    )


def repaired(coded: CodedEncounter) -> tuple[CodedEncounter, tuple[Repair, ...]]:
    """The encounter in good form, and what was done; the same encounter where nothing was."""
    found: list[Repair] = []
    facts = coded.encounter
    lines = tuple(_mend(line, "line", f"line:{line.line_id}", found) for line in coded.lines)
    codes = tuple(
        _mend(code, "code", f"code:{code.code}", found) if code.system == "ICD-10-CM" else code
        for code in coded.codes
    )
    providers = tuple(_mend(each, "provider", f"provider:{each.role}", found) for each in facts.providers)
    visit = _mend(facts.visit, "visit", "visit", found)
    coverages = tuple(
        _mend(each, "coverage", f"coverage:{each.coverage_id}", found) for each in facts.coverages
    )
    if not found:
        return coded, ()
    mended = facts.model_copy(update={"providers": providers, "visit": visit, "coverages": coverages})
    return coded.model_copy(update={"encounter": mended, "lines": lines, "codes": codes}), tuple(found)


def _mend(part: Any, of: str, name: str, found: list[Repair]) -> Any:  # noqa: ANN401 (any part of the encounter)
    changes: dict[str, Any] = {}
    held = part.__dict__
    for rule, field, do in _steps(of):
        before = changes.get(field, held[field])
        after = tuple(map(do, before)) if isinstance(before, tuple) else do(before) if before else before
        if after != before:
            changes[field] = after
            found.append(Repair(field=f"{name}.{field}", before=_text(before), after=_text(after), rule=rule))
    mended: Contract = part.model_copy(update=changes) if changes else part
    return mended


def _text(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else " ".join(value)


def wrong_examples() -> Iterator[str]:
    """A sentence for each repair whose example does not come out as it says."""
    for rule in repair_rules():
        for before, after in rule.examples.items():
            made = DO[rule.do](str(before))
            if made != str(after):
                yield f"{rule.id}: {before!r} gives {made!r}, says {after!r}"
