"""Overrides: a person lets a finding pass, with a reason; it is recorded, the finding becomes `bypassed`."""

from collections.abc import Callable, Iterable, Sequence

from services.contracts.base import Finding, Outcome
from services.contracts.coding import AppliedDecision
from services.contracts.work import Decision, DecisionAction

ANSWERS = frozenset({DecisionAction.OVERRIDE, DecisionAction.WRITE_OFF})
"""The decisions that the validator acts on; the others are the coder's."""


def applied(decision: Decision) -> AppliedDecision:
    """The decision as outputs record it."""
    return AppliedDecision(
        decision_id=decision.decision_id,
        action=decision.action.value,
        target=decision.target,
        replacement=decision.replacement,
        reason=decision.reason,
        role=decision.role,
        decided_at=decision.decided_at,
        encounter_version=decision.encounter_version,
    )


def in_force(overrides: Iterable[AppliedDecision], version: int) -> tuple[AppliedDecision, ...]:
    """The overrides that hold for a version: those made for it, and those made for any."""
    return tuple(each for each in overrides if each.encounter_version in (None, version))


def apply(
    findings: Sequence[Finding], overrides: Sequence[AppliedDecision], overridable: Callable[[str], bool]
) -> list[Finding]:
    """The findings after the overrides, in the same order."""
    if not overrides:
        return list(findings)
    return [_after(finding, overrides, overridable) for finding in findings]


def _after(
    finding: Finding, overrides: Sequence[AppliedDecision], overridable: Callable[[str], bool]
) -> Finding:
    if finding.outcome is not Outcome.FAIL or not overridable(finding.rule):
        return finding
    for each in overrides:
        if each.action == "override" and each.target in (
            "*",
            finding.finding_id,
            finding.target,
            finding.rule,
        ):
            by = f"override by {each.role}: {each.reason}"
            return finding.model_copy(update={"outcome": Outcome.BYPASSED, "bypassed_by": by})
    return finding
