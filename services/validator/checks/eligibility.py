"""Eligibility: coverage by period, and who pays first."""

import re

from services.validator.case import SELF_PAY, Case, active
from services.validator.checks.registry import check
from services.validator.judge import Judge


@check("coverage_period")
def coverage_period(case: Case, judge: Judge) -> None:
    """The billed coverage was in force on every line's first day."""
    coverage = case.coverage
    if coverage is None:
        return
    outside = {day for day, _ in case.days if not active(coverage, day)}
    missed = [line for line in case.lines if line.service_date in outside] if outside else []
    for line in missed:
        judge.fail(
            f"line:{line.line_id}",
            day=line.service_date,
            first=coverage.period_start or "open",
            last=coverage.period_end or "open",
        )
    judge.ok(len(case.lines) - len(missed))


@check("payer_order")
def payer_order(case: Case, judge: Judge) -> None:
    """No two payers have the same place in the order of paying."""
    seen: dict[int, str] = {}
    for coverage in case.coverages:
        earlier = seen.setdefault(coverage.priority, coverage.coverage_id)
        if earlier == coverage.coverage_id:
            judge.ok()
        else:
            judge.fail(f"coverage:{coverage.coverage_id}", priority=coverage.priority, other=earlier)


@check("payer_of_last_resort")
def payer_of_last_resort(case: Case, judge: Judge) -> None:
    """Medicaid pays after every other payer."""
    kinds = [coverage.payer_kind for coverage in case.coverages if coverage.payer_kind != SELF_PAY]
    if "medicaid" in kinds and any(kind != "medicaid" for kind in kinds[kinds.index("medicaid") :]):
        judge.fail("claim", payers=" before ".join(kinds))
    else:
        judge.ok()


@check("member_id_form", lambda options: re.compile(options["pattern"]))
def member_id_form(case: Case, judge: Judge) -> None:
    """The member's id with the first payer has the whole form that the rule's `pattern` gives."""
    if case.coverage is not None and judge.options.fullmatch(case.coverage.member_id):
        judge.ok()
    else:
        judge.fail("claim")
