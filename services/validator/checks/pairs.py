"""Edits between lines of the same day, in this encounter and across the patient's others."""

from services.contracts.coding import ServiceLine
from services.validator.case import Case
from services.validator.checks.registry import check
from services.validator.history import BilledLine
from services.validator.judge import Judge


def _likeness(line: ServiceLine, case: Case) -> tuple[object, ...]:
    return (
        line.claim_type,
        line.code or line.revenue_code,
        tuple(sorted(line.modifiers)),
        line.service_date,
        case.rendering(line),
    )


@check("duplicate_lines")
def duplicate_lines(case: Case, judge: Judge) -> None:
    """No line stands twice in the encounter: same code, modifiers, day and provider."""
    codes = [line.code for line in case.lines if line.code]
    if len(set(codes)) == len(codes):
        judge.ok(len(codes))
        return
    seen: dict[tuple[object, ...], str] = {}
    for line in sorted(case.lines, key=lambda each: each.line_id):
        if not line.code:
            continue
        earlier = seen.setdefault(_likeness(line, case), line.line_id)
        if earlier == line.line_id:
            judge.ok()
        else:
            judge.fail(f"line:{line.line_id}", code=line.code, day=line.service_date, other=earlier)


def _same(line: ServiceLine, other: BilledLine, case: Case) -> bool:
    return (
        other.code == line.code
        and other.day == line.service_date
        and other.claim_type == line.claim_type
        and other.provider == case.rendering(line)
        and tuple(sorted(other.modifiers)) == tuple(sorted(line.modifiers))
    )


@check("duplicate_claims")
def duplicate_claims(case: Case, judge: Judge) -> None:
    """No line was billed before in another encounter of the patient."""
    if not case.history:
        judge.ok(len(case.lines))
        return
    for line in case.lines:
        earlier = next((other for other in case.history if _same(line, other, case)), None)
        if earlier is None:
            judge.ok()
        else:
            judge.fail(
                f"line:{line.line_id}", code=line.code, day=line.service_date, encounter=earlier.encounter_id
            )
