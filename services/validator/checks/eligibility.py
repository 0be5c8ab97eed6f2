"""Eligibility: coverage by period, and who pays first."""

from services.validator.case import SELF_PAY, Case, active
from services.validator.checks.registry import check
from services.validator.judge import Judge


@check("coverage_period")
def coverage_period(case: Case, judge: Judge) -> None:
    """The billed coverage was in force on every line's first day."""
    coverage = case.coverage
    if coverage is None:
        return
    passed = 0
    for line in case.lines:
        if active(coverage, line.service_date):
            passed += 1
        else:
            judge.fail(
                f"line:{line.line_id}",
                day=line.service_date,
                first=coverage.period_start or "open",
                last=coverage.period_end or "open",
            )
    judge.ok(passed)


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
