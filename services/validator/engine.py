"""The engine: which rules can apply to a case, and their verdicts on it.

Rules of general scope are planned once for each kind of claim and day; rules about particular codes,
modifiers, diagnoses or places are found through an index, so a rule that cannot apply costs nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from services.contracts.base import Finding
from services.contracts.coding import ServiceLine
from services.contracts.encounter import ClaimType
from services.validator.case import Case
from services.validator.judge import Judge
from services.validator.rules import CodeSpan, Rule, RuleIndex

_PLANS_KEPT: Final = 4096

PlanKey = tuple[str, str, str, tuple[ClaimType, ...], date]


class Engine:
    """The rules of everybody and of each payer, ready to judge."""

    def __init__(self, common: Iterable[Rule], by_payer: Mapping[str, Iterable[Rule]] | None = None) -> None:
        """`by_payer`: the rules of each payer by its name, inherited ones included."""
        shared = sorted(common, key=lambda rule: rule.id)
        own = {name: sorted(rules, key=lambda rule: rule.id) for name, rules in (by_payer or {}).items()}
        self._common = RuleIndex(shared)
        self._own = {name: RuleIndex(rules) for name, rules in own.items()}
        self._plans: dict[PlanKey, tuple[Rule, ...]] = {}
        self._lookbacks = [
            (span, rule.spec.history_days)
            for rule in (*shared, *(rule for rules in own.values() for rule in rules))
            if rule.spec.history_days
            for span in (map(CodeSpan.read, rule.spec.scope.codes) if rule.spec.scope.codes else (None,))
        ]
        self.rules: dict[str, Rule] = {rule.id: rule for rules in (shared, *own.values()) for rule in rules}

    def judge(self, case: Case) -> Judge:
        """Every verdict on a case; findings in the order of rule and target."""
        judge = Judge()
        for rule in self._applicable(case):
            judge.rule = rule.spec
            missing = next((table for table in rule.spec.needs if not case.tables.has(table, case.day)), None)
            if missing is not None:
                judge.not_checked("claim", f"table {missing} is not loaded for {case.day}")
                continue
            try:
                rule.check(case, judge)
            except Exception as error:  # noqa: BLE001 (a rule that crashes holds this claim, not the stage)
                judge.crashed(error)
        judge.findings.sort(key=finding_order)
        return judge

    def lookback(self, lines: Iterable[ServiceLine]) -> int:
        """Days of earlier history that the rules about these lines ask for."""
        return max(
            (
                days
                for span, days in self._lookbacks
                if span is None or any(line.code in span for line in lines)
            ),
            default=0,
        )

    def _applicable(self, case: Case) -> Iterator[Rule]:
        key = (case.payer.name, payer_id(case), case.visit.visit_class.value, case.claim_types, case.day)
        plan = self._plans.get(key)
        if plan is None:
            if len(self._plans) >= _PLANS_KEPT:
                self._plans.clear()
            plan = self._plans[key] = tuple(
                rule for index in self._indexes(case) for rule in index.general(case)
            )
        yield from plan
        for index in self._indexes(case):
            yield from index.particular(case)

    def _indexes(self, case: Case) -> Iterator[RuleIndex]:
        yield self._common
        own = self._own.get(case.payer.name)
        if own is not None:
            yield own


def payer_id(case: Case) -> str:
    """Id of the payer that is billed, or nothing."""
    return case.coverage.payer_id if case.coverage else ""


def finding_order(finding: Finding) -> tuple[str, str, str, str]:
    """Findings stand in the order of rule and target, whatever order found them."""
    return (finding.rule, finding.target, finding.outcome.value, finding.message)
