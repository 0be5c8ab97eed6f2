"""Time: timely filing, dates within the visit, dates against birth, death and the day of judging."""

from datetime import date

from services.validator.case import Case
from services.validator.checks.registry import check, option
from services.validator.judge import Judge


@check("timely_filing")
def timely_filing(case: Case, judge: Judge) -> None:
    """The claim can still be filed, judged as of the event's own time."""
    left = case.days_left()
    if left is None:
        judge.not_checked("claim", f"no filing limit is known for payer kind {case.payer.name}")
    elif left < 0:
        judge.fail("claim", days=-left, last=case.file_by(), reference=_source(case))
    else:
        judge.ok()


@check("filing_soon", option("days"))
def filing_soon(case: Case, judge: Judge) -> None:
    """Few days are left to file."""
    left = case.days_left()
    if left is None:
        return
    if 0 <= left <= judge.options:
        judge.fail("claim", days=left, last=case.file_by())
    else:
        judge.ok()


def _source(case: Case) -> str:
    return case.payer.filing.reference if case.payer.filing else ""


@check("dates_in_visit")
def dates_in_visit(case: Case, judge: Judge) -> None:
    """Every line lies within the visit and does not end before it begins."""
    outside = {span for span in case.days if not case.first <= span[0] <= span[1] <= case.last}
    _judge_days(case, judge, outside)


def _judge_days(case: Case, judge: Judge, wrong: set[tuple[date, date]]) -> None:
    """Judge every line by its first and last day; the usual claim has one day, and nothing is wrong."""
    if not wrong:
        judge.ok(len(case.lines))
        return
    for line in case.lines:
        day, end = line.service_date, line.service_end or line.service_date
        if (day, end) in wrong:
            judge.fail(
                f"line:{line.line_id}", day=day, end=end, first=case.first, last=case.last, as_of=case.as_of
            )
        else:
            judge.ok()


@check("dates_of_life")
def dates_of_life(case: Case, judge: Judge) -> None:
    """Nobody is served before birth or after death."""
    born, died = case.patient.birth_date, case.patient.death_date
    if born is not None and case.first < born:
        judge.fail("patient", what="before the birth date", day=case.first)
    elif died is not None and case.first > died:
        judge.fail("patient", what="after the date of death", day=case.first)
    else:
        judge.ok()


@check("dates_not_ahead")
def dates_not_ahead(case: Case, judge: Judge) -> None:
    """No service lies after the time at which the encounter is judged."""
    _judge_days(case, judge, {span for span in case.days if span[0] > case.as_of})
