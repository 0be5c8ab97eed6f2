"""What people decided, applied over what the machine proposed. A person's word wins and stays.

A decision names its target (`code:<code>`, `line:<id>`, `query:<id>` or `*`); one made for a version holds
for that version, one made for any holds for every later version too. Overrides and write-offs are the
validator's.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from services.coder.encounter.tables import Tables
from services.codesets import normalise
from services.contracts.coding import AppliedDecision, AssignedCode, Query, Route, ServiceLine
from services.contracts.work import Decision, DecisionAction

ACTIONS: Final = frozenset(
    (DecisionAction.ACCEPT, DecisionAction.CHANGE, DecisionAction.REJECT, DecisionAction.ADD)
)

_LINE: Final = "line:"


def concerns(decision: Decision) -> bool:
    """Whether the coder acts on it."""
    return decision.action in ACTIONS and decision.target.split(":")[0] in ("code", "query", "line", "*")


def fault_of(decision: Decision, on: date, tables: Tables) -> str:
    """Why the decision cannot be obeyed; empty if it can."""
    if decision.target.startswith(_LINE) and decision.action is not DecisionAction.ACCEPT:
        return "a charge is corrected where it was posted: publish the encounter again"
    if decision.action not in (DecisionAction.CHANGE, DecisionAction.ADD):
        return ""
    status = tables.codesets.icd10cm(on).status(decision.replacement)
    if decision.replacement and status.valid:
        return ""
    return (
        f"the replacement {decision.replacement or '(none)'} is {status.standing.value} on {on.isoformat()}"
    )


def applied(decision: Decision) -> AppliedDecision:
    """The decision as the output records it."""
    return AppliedDecision(
        decision_id=decision.decision_id,
        action=decision.action.value,
        target=decision.target,
        replacement=normalise(decision.replacement) if decision.replacement else "",
        reason=decision.reason,
        role=decision.role,
        decided_at=decision.decided_at,
        encounter_version=decision.encounter_version,
    )


def in_force(decisions: Iterable[AppliedDecision], version: int) -> tuple[AppliedDecision, ...]:
    """The decisions that hold for a version."""
    return tuple(each for each in decisions if each.encounter_version in (None, version))


def obey(
    codes: Sequence[AssignedCode], decisions: Sequence[AppliedDecision], on: date, tables: Tables
) -> list[AssignedCode]:
    """The codes after the decisions, in order of the decisions."""
    out = list(codes)
    for decision in decisions:
        out = _apply(out, decision, on, tables)
    return out


def obey_lines(lines: Sequence[ServiceLine], decisions: Sequence[AppliedDecision]) -> tuple[ServiceLine, ...]:
    """The lines after the decisions: one that a person accepted goes out as it was charged."""
    accepted = {each.target for each in decisions if each.action == "accept"}
    return tuple(_accepted(line) if {"*", f"{_LINE}{line.line_id}"} & accepted else line for line in lines)


def _accepted(line: ServiceLine) -> ServiceLine:
    if line.route is Route.AUTO:
        return line
    return line.model_copy(update={"route": Route.AUTO, "rules": (*line.rules, "decision.accept")})


def _apply(
    codes: list[AssignedCode], decision: AppliedDecision, on: date, tables: Tables
) -> list[AssignedCode]:
    named = normalise(decision.target.removeprefix("code:")) if decision.target.startswith("code:") else ""
    match decision.action:
        case "accept":
            return [_decided(c, decision) if decision.target == "*" or c.code == named else c for c in codes]
        case "reject":
            return [c for c in codes if c.code != named]
        case "change":
            changed = [_replaced(c, decision, on, tables) if c.code == named else c for c in codes]
            return list({c.code: c for c in reversed(changed)}.values())[::-1]
        case "add" if all(c.code != decision.replacement for c in codes):
            return [*codes, _decided(_new(decision, on, tables), decision)]
        case _:
            return codes


def _decided(code: AssignedCode, decision: AppliedDecision) -> AssignedCode:
    return code.model_copy(
        update={
            "route": Route.AUTO,
            "confidence": 1.0,
            "rules": (*code.rules, f"decision.{decision.action}"),
            "reason": decision.reason,
        }
    )


def _replaced(code: AssignedCode, decision: AppliedDecision, on: date, tables: Tables) -> AssignedCode:
    new = _new(decision, on, tables)
    return _decided(
        code.model_copy(update={"code": new.code, "title": new.title, "source": "decision"}), decision
    )


def _new(decision: AppliedDecision, on: date, tables: Tables) -> AssignedCode:
    title = tables.codesets.icd10cm(on).title(decision.replacement) or ""
    return AssignedCode(code=decision.replacement, title=title, source="decision")


def unanswered(queries: Sequence[Query], decisions: Sequence[AppliedDecision]) -> tuple[Query, ...]:
    """The queries that no decision has answered."""
    answered = {d.target.removeprefix("query:") for d in decisions if d.target.startswith("query:")}
    return tuple(q for q in queries if q.query_id not in answered)
