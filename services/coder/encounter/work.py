"""What a person must do about a coded encounter: review codes below the gate, answer queries."""

from decimal import Decimal

from services.contracts.base import Outcome
from services.contracts.coding import AssignedCode, CodedEncounter, Route
from services.contracts.keys import work_item_id
from services.contracts.work import WorkItem, WorkKind, WorkReason, WorkStatus

STAGE = "coder"
_QUEUES = {
    WorkKind.CODING_REVIEW: ("coding", "certified coder"),
    WorkKind.DOCUMENTATION_QUERY: ("cdi", "provider"),
}


def reasons(coded: CodedEncounter) -> dict[WorkKind, tuple[WorkReason, ...]]:
    """Why a person must look, by kind of work; a kind without reasons is left out."""
    review = tuple(
        WorkReason(
            rule="coding.confidence",
            target=f"code:{code.code}",
            message=f"{code.code} is proposed with a confidence of {code.confidence:.2f}, below the gate",
            fix=_fix(code),
            reference=", ".join(code.rules),
        )
        for code in coded.codes
        if code.route is Route.REVIEW
    ) + _of_lines(coded)
    if not coded.codes and coded.route is Route.REVIEW:
        review = (
            WorkReason(
                rule="coding.none",
                target="*",
                message="no diagnosis could be coded from the documentation",
                fix="Add a code, or return the note to its author",
            ),
        )
    asked = tuple(
        WorkReason(rule=f"query.{q.topic}", target=f"query:{q.query_id}", message=q.question, fix=q.why)
        for q in coded.queries
    )
    found = {WorkKind.CODING_REVIEW: review, WorkKind.DOCUMENTATION_QUERY: asked}
    return {kind: why for kind, why in found.items() if why}


def _fix(code: AssignedCode) -> str:
    """What to do about a code, and the codes beside it, as the note's own beside what the EHR states."""
    others = ", ".join(dict.fromkeys(each.code for each in code.alternatives))
    return f"Accept, change or reject the code{f'; considered: {others}' if others else ''}"


def _of_lines(coded: CodedEncounter) -> tuple[WorkReason, ...]:
    """What was found of the lines that wait."""
    waiting = {f"line:{line.line_id}": line for line in coded.lines if line.route is Route.REVIEW}
    return tuple(
        WorkReason(
            rule=found.rule,
            target=found.target,
            message=found.message,
            fix=found.fix,
            reference=found.reference,
            amount=waiting[found.target].amount if found.target in waiting else None,
        )
        for found in coded.findings
        if found.outcome is Outcome.FAIL
        and (found.target in waiting or (found.target == "claim" and waiting))
    )


def work_items(coded: CodedEncounter, open_before: tuple[str, ...]) -> list[WorkItem]:
    """Items opened or updated by this version, and those of `open_before` (kinds) that it closes."""
    why = reasons(coded)
    out = [_item(coded, kind, WorkStatus.OPEN, found) for kind, found in why.items()]
    closed = [kind for kind in WorkKind if kind.value in open_before and kind not in why]
    return out + [_item(coded, kind, WorkStatus.CLOSED, ()) for kind in closed]


def _item(coded: CodedEncounter, kind: WorkKind, status: WorkStatus, why: tuple[WorkReason, ...]) -> WorkItem:
    facts = coded.encounter
    queue, role = _QUEUES[kind]
    return WorkItem(
        item_id=work_item_id(facts.encounter_id, kind.value),
        kind=kind,
        status=status,
        encounter_id=facts.encounter_id,
        encounter_version=facts.version,
        patient_key=facts.patient.patient_key,
        stage=STAGE,
        queue=queue,
        owner_role=role,
        reasons=why,
        payer_id=facts.coverages[0].payer_id if facts.coverages else "",
        dollars=coded.charged.quantize(Decimal("0.01")),
        opened_at=facts.event_time,
    )
