"""The engine: which rules can apply to a case, and their verdicts on it.

Rules of general scope are planned once for each kind of claim and day; rules about particular codes,
modifiers, diagnoses or places are found through an index, so a rule that cannot apply costs nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.contracts.base import Finding
from services.contracts.coding import ServiceLine
from services.contracts.encounter import ClaimType
from services.validator.case import Case
from services.validator.judge import Judge
from services.validator.rules import Rule, RuleIndex
from services.validator.spans import CodeGroup

_PLANS_KEPT: Final = 4096

PlanKey = tuple[str, str, str, tuple[ClaimType, ...], date]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a kind of claim of one day meets: rules to run, and verdicts that are known beforehand."""

    runs: tuple[Rule, ...]
    not_checked: tuple[Finding, ...]


class Engine:
    """The rules of everybody and of each payer, ready to judge."""

    def __init__(self, common: Iterable[Rule], by_payer: Mapping[str, Iterable[Rule]] | None = None) -> None:
        """`by_payer`: the rules of each payer by its name, inherited ones included."""
        shared = sorted(common, key=lambda rule: rule.id)
        own = {name: sorted(rules, key=lambda rule: rule.id) for name, rules in (by_payer or {}).items()}
        self._common = RuleIndex(shared)
        self._own = {name: RuleIndex(rules) for name, rules in own.items()}
        self._plans: dict[PlanKey, Plan] = {}
        self.rules: dict[str, Rule] = {rule.id: rule for rules in (shared, *own.values()) for rule in rules}
        self._lookbacks = [
            (CodeGroup(rule.spec.scope.codes) if rule.spec.scope.codes else None, rule.spec.history_days)
            for rule in self.rules.values()
            if rule.spec.history_days
        ]

    def judge(self, case: Case) -> Judge:
        """Every verdict on a case; findings in the order of rule and target."""
        judge = Judge()
        plan = self._plan(case)
        judge.findings.extend(plan.not_checked)
        _run(plan.runs, case, judge)
        for index in self._indexes(case):
            _run(_checkable(index.particular(case), case, judge), case, judge)
        judge.findings.sort(key=finding_order)
        return judge

    def forget(self) -> None:
        """Drop the plans: called when new tables were taken up."""
        self._plans.clear()

    def lookback(self, lines: Iterable[ServiceLine]) -> int:
        """Days of earlier history that the rules about these lines ask for."""
        codes = [line.code for line in lines]
        return max(
            (
                days
                for group, days in self._lookbacks
                if group is None or any(code in group for code in codes)
            ),
            default=0,
        )

    def _plan(self, case: Case) -> Plan:
        coverage = case.coverage.payer_id if case.coverage else ""
        key = (case.payer.name, coverage, case.visit.visit_class, case.claim_types, case.day)
        plan = self._plans.get(key)
        if plan is None:
            if len(self._plans) >= _PLANS_KEPT:
                self._plans.clear()
            plan = self._plans[key] = self._make_plan(case)
        return plan

    def _make_plan(self, case: Case) -> Plan:
        judge = Judge()
        general = (rule for index in self._indexes(case) for rule in index.general(case))
        return Plan(tuple(_checkable(general, case, judge)), tuple(judge.findings))

    def _indexes(self, case: Case) -> Iterator[RuleIndex]:
        yield self._common
        own = self._own.get(case.payer.name)
        if own is not None:
            yield own


def _run(rules: Iterable[Rule], case: Case, judge: Judge) -> None:
    for rule in rules:
        judge.rule, judge.options = rule.spec, rule.options
        try:
            rule.check(case, judge)
        except Exception as error:  # noqa: BLE001 (a rule that crashes holds this claim, not the stage)
            judge.crashed(error)


def _checkable(rules: Iterable[Rule], case: Case, judge: Judge) -> list[Rule]:
    """The rules whose tables are loaded; the others are said not to be checked."""
    found = []
    for rule in rules:
        missing = _missing_table(rule, case)
        if missing is None:
            found.append(rule)
        else:
            _not_checked(rule, case, judge, missing)
    return found


def _missing_table(rule: Rule, case: Case) -> str | None:
    for table in rule.spec.needs:
        if not case.tables.has(table, case.day):
            return table
    return None


def _not_checked(rule: Rule, case: Case, judge: Judge, table: str) -> None:
    judge.rule = rule.spec
    judge.not_checked("claim", f"table {table} is not loaded for {case.day}")


def finding_order(finding: Finding) -> tuple[str, str, str, str]:
    """Findings stand in the order of rule and target, whatever order found them."""
    return (finding.rule, finding.target, finding.outcome, finding.message)
