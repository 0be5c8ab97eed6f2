"""The core: a coded encounter, what is known of its patient, the rules -> a validated encounter."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Protocol

from services.contracts.base import Finding, Outcome
from services.contracts.coding import AppliedDecision, CodedEncounter
from services.contracts.encounter import Coverage
from services.contracts.validation import Disposition, Repair, ValidatedEncounter
from services.contracts.work import WorkItem
from services.validator import disposition, overrides
from services.validator.case import Case, billable_coverages
from services.validator.catalog import Catalog
from services.validator.engine import Engine, finding_order
from services.validator.history import BilledLine, Remembered
from services.validator.quick import built
from services.validator.repairs import repaired
from services.validator.tables import Tables
from services.validator.worklist import hold_item

PROGRAM = "validator-rules"
_DAYS_KEPT = 4096
CODER_QUEUE = "coding"


@dataclass(frozen=True, slots=True)
class Judged:
    """A validated encounter, with the work item that a held one opens."""

    event: ValidatedEncounter
    item: WorkItem | None


class Rules(Protocol):
    """Where rules come from: a folder whose files may change, or a catalog that stays as it is."""

    @property
    def catalog(self) -> Catalog:
        """The rules in use."""
        ...

    def refresh(self) -> bool:
        """Take up what changed; whether `catalog` is another one now."""
        ...


class Validator:
    """Judges encounters by the rules and tables of its time; new ones are taken up by `refresh`."""

    def __init__(self, rules: Rules, tables: Tables) -> None:
        """Make the rules ready."""
        self._rules = rules
        self.tables = tables
        self._versions = lru_cache(_DAYS_KEPT)(self._versions_on)
        self._take_up(rules.catalog)

    def _take_up(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.engine: Engine = catalog.engine()
        self._queues: Mapping[str, str] = {rule.id: rule.spec.queue for rule in self.engine.rules.values()}

    def refresh(self) -> None:
        """Take up new rules and new tables, where there are any."""
        new_rules, new_tables = self._rules.refresh(), self.tables.refresh()
        if new_rules:
            self._take_up(self._rules.catalog)
        elif new_tables:
            self.engine.forget()
        if new_rules or new_tables:
            self._versions.cache_clear()

    def _versions_on(self, day: date) -> dict[str, str]:
        return {PROGRAM: self.catalog.version, **self.tables.versions(day)}

    def judge(
        self,
        coded: CodedEncounter,
        history: Iterable[BilledLine] = (),
        *,
        before: Remembered | None = None,
        answers: Sequence[AppliedDecision] = (),
        neighbours: tuple[str, ...] = (),
        repairs: tuple[Repair, ...] = (),
    ) -> Judged:
        """The verdicts on an encounter, and what becomes of it.

        `before` is what is remembered of an earlier version, `answers` are the overrides of people,
        `neighbours` the other encounters whose lines are the `history`, `repairs` those made before.
        """
        coded, made = repaired(coded)
        answers = overrides.in_force(answers, coded.encounter.version)
        coverages = billable_coverages(coded)
        why = disposition.not_billable(coded, coverages) or disposition.written_off(answers)
        if why:
            return Judged(self._event(coded, Disposition.NOT_BILLABLE, why, overrides=answers), None)
        case = self._case(coded, coverages, history, before)
        judge = self.engine.judge(case)
        findings = sorted((*judge.findings, *_of_coder(coded)), key=finding_order)
        findings = overrides.apply(findings, answers, self._overridable)
        stops = disposition.blocking(findings)
        event = self._event(
            coded,
            disposition.disposition(stops),
            disposition.reason(stops),
            findings=tuple(findings),
            passed=judge.passed,
            overrides=answers,
            days_left=case.days_left(),
            held_since=_held_since(coded, before) if stops else None,
            standing=before is not None and (before.standing or before.disposition is Disposition.CLEAN),
            neighbours=neighbours,
            repairs=(*repairs, *made),
        )
        return Judged(event, hold_item(event, case, stops, self._queues) if stops else None)

    def lookback(self, coded: CodedEncounter) -> int:
        """Days of the patient's history that the rules may ask for, beyond the encounter's own months."""
        return self.engine.lookback(coded.lines)

    def _case(
        self,
        coded: CodedEncounter,
        coverages: tuple[Coverage, ...],
        history: Iterable[BilledLine],
        before: Remembered | None,
    ) -> Case:
        payer = self.catalog.payers.of(coverages[0].payer_id, coverages[0].payer_kind)
        billed = before.lines if before is not None else ()
        return Case(coded, coverages, payer, self.tables, history=history, billed_before=billed)

    def _event(
        self,
        coded: CodedEncounter,
        outcome: Disposition,
        reason: str,
        **rest: Any,  # noqa: ANN401 (the event's other fields)
    ) -> ValidatedEncounter:
        stated = {
            "coded": coded,
            "disposition": outcome,
            "reason": reason,
            "versions": self._versions(coded.encounter.code_date),
        }
        return built(ValidatedEncounter, _TEMPLATE | stated | rest)

    def _overridable(self, rule: str) -> bool:
        known = self.engine.rules.get(rule)
        return known is None or known.spec.overridable


_TEMPLATE: dict[str, Any] = {
    name: None if info.is_required() else info.get_default()
    for name, info in ValidatedEncounter.model_fields.items()
}
"""Every field in the contract's order, so that events made here and events read back are written alike."""


def _of_coder(coded: CodedEncounter) -> list[Finding]:
    """What the coder found, other than what passed."""
    return [finding for finding in coded.findings if finding.outcome is not Outcome.PASS]


def _held_since(coded: CodedEncounter, before: Remembered | None) -> datetime:
    since = before.held_since if before is not None else None
    return since or coded.encounter.event_time
