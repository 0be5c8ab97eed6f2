"""A rule's examples as cases: the base case of the example with its changes, judged by the rule alone."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from services.codesets.catalog import CodeSets
from services.contracts.base import Outcome
from services.contracts.coding import AppliedDecision, CodedEncounter
from services.contracts.encounter import EncounterFacts
from services.validator import overrides
from services.validator.case import Case, billable_coverages
from services.validator.catalog import Catalog, read_yaml
from services.validator.engine import Engine
from services.validator.errors import BadRule, ValidatorError
from services.validator.history import BilledLine
from services.validator.memory_tables import MemoryTables
from services.validator.payers import PayerBook
from services.validator.rulebook import Example
from services.validator.rules import Rule
from services.validator.tables import Tables

_DEFAULTS = {"encounter_id": "e1", "version": 1, "source": "example"}
_DEFAULT_LINE: dict[str, Any] = {
    "encounter_id": "e0",
    "line_id": "h1",
    "claim_type": "professional",
    "code": "99213",
    "modifiers": (),
    "units": 1,
    "provider": "1679576722",
    "payer_id": "MCR01",
    "amount": 0,
}
_ORDER = (Outcome.FAIL, Outcome.BYPASSED, Outcome.NOT_CHECKED, Outcome.PASS)


@cache
def base_cases() -> Mapping[str, Mapping[str, Any]]:
    """The cases of `edits/cases.yaml`, with what they extend filled in."""
    text = files(__package__).joinpath("edits/cases.yaml").read_text(encoding="utf-8")
    raw: dict[str, dict[str, Any]] = read_yaml(text, "cases.yaml")
    return {
        name: {
            key: value
            for key, value in (raw.get(case.get("extends", ""), {}) | case).items()
            if key != "extends"
        }
        for name, case in raw.items()
    }


def coded_encounter(base: str, changes: Mapping[str, Any]) -> CodedEncounter:
    """The base case with the changes, as an event; raises `BadRule` for an unknown base or path."""
    if base not in base_cases():
        raise BadRule("cases.yaml", "", f"no case {base!r}; known: {', '.join(sorted(base_cases()))}")
    content = _DEFAULTS | deepcopy(dict(base_cases()[base]))
    for path, value in changes.items():
        _set(content, path.split("."), deepcopy(value))
    own = {key: content.pop(key) for key in list(content) if key in CodedEncounter.model_fields}
    return CodedEncounter(encounter=EncounterFacts(**content), **own)


def _set(content: Any, path: Sequence[str], value: Any) -> None:  # noqa: ANN401 (a YAML tree)
    *way, last = path
    for step in way:
        content = content[int(step)] if isinstance(content, list) else content.setdefault(step, {})
    if not isinstance(content, list):
        content[last] = value
    elif int(last) == len(content):
        content.append(value)
    else:
        content[int(last)] = value


@dataclass(frozen=True, slots=True)
class Shown:
    """What an example gave: the verdict, and the message a biller would read."""

    outcome: Outcome
    message: str


def show(rule: Rule, example: Example, codesets: CodeSets, payers: PayerBook) -> Shown:
    """Judge an example by its rule alone."""
    coded = coded_encounter(example.base, example.set)
    tables = Tables(codesets, MemoryTables(example.tables))
    coverages = billable_coverages(coded)
    payer = payers.of(coverages[0].payer_id, coverages[0].payer_kind) if coverages else payers.base
    if example.contract is not None:
        payer = replace(payer, contract=example.contract)
    before = tuple(
        _line(_DEFAULT_LINE | {"line_id": name, "day": coded.encounter.service_date})
        for name in example.billed_before
    )
    case = Case(coded, coverages, payer, tables, history=_history(example, coded), billed_before=before)
    judge = Engine([rule]).judge(case)
    decisions = (_override(rule.id),) if example.override else ()
    findings = overrides.apply(judge.findings, decisions, lambda _: rule.spec.overridable)
    outcomes = {finding.outcome for finding in findings} | ({Outcome.PASS} if judge.passed else set())
    outcome = next((each for each in _ORDER if each in outcomes), Outcome.PASS)
    return Shown(outcome, "; ".join(finding.message for finding in findings))


def wrong_examples(catalog: Catalog, codesets: CodeSets) -> Iterator[str]:
    """A sentence for every example that does not get the verdict it says, or cannot be judged."""
    for rule in catalog.every:
        for place, example in enumerate(rule.spec.examples, start=1):
            try:
                shown = show(rule, example, codesets, catalog.payers)
            except (ValidatorError, ValueError, LookupError, TypeError) as error:
                yield f"{rule.id} example {place}: cannot be judged: {error}"
                continue
            if shown.outcome is not example.outcome:
                said = f"says {example.outcome.value}, gives {shown.outcome.value}"
                yield f"{rule.id} example {place}: {said} {shown.message}".rstrip()


def _history(example: Example, coded: CodedEncounter) -> tuple[BilledLine, ...]:
    day = {"day": coded.encounter.service_date}
    return tuple(_line(_DEFAULT_LINE | day | row) for row in example.history)


def _line(row: Mapping[str, Any]) -> BilledLine:
    exact = {"units": Decimal(str(row["units"])), "amount": Decimal(str(row["amount"]))}
    return BilledLine(**{**row, **exact, "modifiers": tuple(row["modifiers"]), "day": _day(row["day"])})


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _override(rule: str) -> AppliedDecision:
    return AppliedDecision.model_validate(
        {
            "decision_id": "d1",
            "action": "override",
            "target": rule,
            "reason": "checked by hand",
            "role": "billing specialist",
            "decided_at": "2026-03-05T12:00:00Z",
        }
    )
