"""What the coder left open: codes that a person must look at, questions to the provider, unmapped charges."""

from services.contracts.coding import Route, ServiceLine
from services.contracts.encounter import ClaimType
from services.validator.case import Case
from services.validator.checks.registry import check
from services.validator.judge import Judge, dollars


@check("coding_review")
def coding_review(case: Case, judge: Judge) -> None:
    """Codes and lines below the confidence gate, all named at once."""
    review = Route.REVIEW
    codes = [code.code for code in case.coded.codes if code.route is review]
    lines = [line.code for line in case.lines if line.route is review and line.code]
    if codes or lines:
        judge.fail("claim", codes=", ".join((*codes, *sorted(lines))))
    elif case.coded.route is review and not case.coded.queries and all(line.code for line in case.lines):
        judge.fail("claim", codes="the encounter as a whole")
    else:
        judge.ok()


@check("coding_query")
def coding_query(case: Case, judge: Judge) -> None:
    """Open questions whose answer decides a code."""
    for query in case.coded.queries:
        if query.codes:
            judge.fail(
                f"query:{query.query_id}",
                topic=query.topic,
                question=query.question,
                codes=", ".join(query.codes),
            )
    if not any(query.codes for query in case.coded.queries):
        judge.ok()


@check("unmapped_charge")
def unmapped_charge(case: Case, judge: Judge) -> None:
    """Lines without a billable code; a revenue code alone bills an inpatient's institutional line."""
    unmapped = [line for line in case.lines if not (line.code or _billed_by_revenue_code(line, case))]
    for line in unmapped:
        source = line.source_coding
        named = f"{source.code} ({source.system})" if source else "without any code"
        judge.fail(f"line:{line.line_id}", charge=named, amount=dollars(line.amount))
    judge.ok(len(case.lines) - len(unmapped))


def _billed_by_revenue_code(line: ServiceLine, case: Case) -> bool:
    return (
        line.claim_type is ClaimType.INSTITUTIONAL
        and bool(line.revenue_code)
        and (case.inpatient or line.source_coding is None)
    )
