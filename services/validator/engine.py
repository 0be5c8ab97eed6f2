"""The engine: which rules can apply to a case, and their verdicts on it.

Rules of general scope are planned once for each kind of claim and day; rules about particular codes,
modifiers, diagnoses or places are found through an index, so a rule that cannot apply costs nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from services.contracts.base import Finding
from services.contracts.coding import ServiceLine
from services.contracts.encounter import ClaimType
from services.validator.case import Case
from services.validator.judge import Judge
from services.validator.known_lines import KnownLine, facts_of
from services.validator.rules import Rule, RuleIndex, in_scope
from services.validator.spans import CodeGroup

_PLANS_KEPT: Final = 4096
_LINES_KEPT: Final = 1 << 16

PlanKey = tuple[str, str, str, str, tuple[ClaimType, ...], date]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a kind of claim of one day meets: rules to run, and verdicts that are known beforehand."""

    runs: tuple[Rule, ...]
    of_line: tuple[Rule, ...]
    not_checked: tuple[Finding, ...]
    lines: dict[tuple[Any, ...], KnownLine] = field(default_factory=dict)


class Engine:
    """The rules of everybody and of each payer, ready to judge."""

    def __init__(self, common: Iterable[Rule], by_payer: Mapping[str, Iterable[Rule]] | None = None) -> None:
        """`by_payer`: the rules of each payer by its name, inherited ones included."""
        shared = sorted(common, key=lambda rule: rule.id)
        own = {name: sorted(rules, key=lambda rule: rule.id) for name, rules in (by_payer or {}).items()}
        self._common = RuleIndex(shared)
        self._own = {name: RuleIndex(rules) for name, rules in own.items()}
        self._plans: dict[PlanKey, Plan] = {}
        self._lines_known = 0
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
        brought = self._judge_lines(plan, case, judge)
        for index in self._indexes(case):
            brought.update({rule.id: rule for rule in index.of_visit(case) if in_scope(rule.spec, case)})
        if brought:
            _run(_checkable([brought[name] for name in sorted(brought)], case, judge), case, judge)
        judge.findings.sort(key=finding_order)
        return judge

    def forget(self) -> None:
        """Drop the plans: called when new tables were taken up."""
        self._plans.clear()
        self._lines_known = 0

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
        payer_id = case.coverage.payer_id if case.coverage else ""
        kind = case.coverage.payer_kind if case.coverage else ""
        key = (case.payer.name, payer_id, kind, case.visit.visit_class, case.claim_types, case.day)
        plan = self._plans.get(key)
        if plan is None:
            if len(self._plans) >= _PLANS_KEPT:
                self.forget()
            plan = self._plans[key] = self._make_plan(case)
        return plan

    def _make_plan(self, case: Case) -> Plan:
        judge = Judge()
        general = (rule for index in self._indexes(case) for rule in index.general(case))
        found = _checkable(general, case, judge)
        whole, of_line = (tuple(rule for rule in found if rule.of_line is which) for which in (False, True))
        return Plan(whole, of_line, tuple(judge.findings))

    def _indexes(self, case: Case) -> Iterator[RuleIndex]:
        yield self._common
        own = self._own.get(case.payer.name)
        if own is not None:
            yield own

    def _judge_lines(self, plan: Plan, case: Case, judge: Judge) -> dict[str, Rule]:
        """Judge each line by itself; gives the rules about the whole case that the lines bring in."""
        brought: dict[str, Rule] = {}
        for line in case.lines:
            facts = facts_of(line.__dict__)
            known = plan.lines.get(facts)
            if known is None:
                known = plan.lines[facts] = self._meet(line, plan, case)
            if known.passed is None:
                _judge_line(known, line, case, judge)
            else:
                judge.passed += known.passed
            if known.brings:
                brought.update(known.brings)
        return brought

    def _meet(self, line: ServiceLine, plan: Plan, case: Case) -> KnownLine:
        """A line of new facts; a rule about it whose table is missing is said of the case, once."""
        if self._lines_known >= _LINES_KEPT:
            self.forget()
        self._lines_known += 1
        about = {rule.id: rule for index in self._indexes(case) for rule in index.of_line(line)}
        about = {name: rule for name, rule in about.items() if in_scope(rule.spec, case)}
        own = [rule for rule in about.values() if rule.of_line and _missing_table(rule, case) is None]
        brings = {name: rule for name, rule in about.items() if rule not in own}
        return KnownLine((*plan.of_line, *own), brings)


def _judge_line(known: KnownLine, line: ServiceLine, case: Case, judge: Judge) -> None:
    """Judge a line, and remember it if nothing was found."""
    passed, found = judge.passed, len(judge.findings)
    for rule in known.own:
        judge.rule, judge.options = rule.spec, rule.options
        try:
            rule.check(line, case, judge)
        except Exception as error:  # noqa: BLE001 (as in `_run`)
            judge.crashed(error, f"line:{line.line_id}")
    if len(judge.findings) == found:
        known.passed = judge.passed - passed


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
