"""National Correct Coding Initiative: procedure-to-procedure pairs, medically unlikely units, add-on codes.

All three look at one patient, one day, one provider, over the encounter's lines and those billed before in
other encounters: splitting a visit does not let a pair escape.
Sources: NCCI Policy Manual ch. I (sections E, V, R); Medicare Claims Processing Manual ch. 23 §20.9; CMS MUE
and add-on code edit pages.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from services.validator.case import Case
from services.validator.checks.registry import check
from services.validator.checks.services import Service, same_day_groups
from services.validator.judge import Judge

FIXED: Final = 1


@check("ptp")
def ptp(case: Case, judge: Judge) -> None:
    """No pair of codes that NCCI keeps apart, unless a modifier of the rule's list says why both stand."""
    allowing = frozenset(judge.rule.options["modifiers"])
    for group in same_day_groups(case):
        for place, one in enumerate(group):
            for other in group[place + 1 :]:
                if one.own or other.own:
                    _judge_pair(case, judge, allowing, (one, other))


def _judge_pair(case: Case, judge: Judge, allowing: frozenset[str], pair: tuple[Service, Service]) -> None:
    for column1, column2 in (pair, (pair[1], pair[0])):
        indicator = case.tables.imported.ptp(column1.code, column2.code, column1.day, column1.setting)
        if indicator is None:
            continue
        target = f"{column2.target}+{column1.target}" if column2.own else f"{column1.target}+{column2.target}"
        found = {"column1": column1.code, "column2": column2.code, "day": column1.day, "indicator": indicator}
        modifier = next((each for each in (*column2.modifiers, *column1.modifiers) if each in allowing), "")
        if indicator == 1 and modifier:
            judge.bypass(target, f"modifier {modifier}", **found, how="")
        else:
            how = (
                "no modifier allows it" if indicator == 0 else "a modifier may allow it where the record does"
            )
            judge.fail(target, **found, how=how)
        return
    judge.ok()


def _units_a_day(service: Service) -> Decimal:
    """Units of a line on one of its days: spans are divided and rounded (CMS MUE FAQ)."""
    return (
        (service.units / service.days).quantize(Decimal(1), ROUND_HALF_UP)
        if service.days > 1
        else service.units
    )


@check("mue")
def mue(case: Case, judge: Judge) -> None:
    """Units within the limits of the adjudication indicator (MAI) of the rule: 1 by line, 2 and 3 by day."""
    wanted = int(judge.rule.options["indicator"])
    for group in same_day_groups(case):
        totals: dict[str, Decimal] = {}
        for service in group:
            totals[service.code] = totals.get(service.code, Decimal(0)) + _units_a_day(service)
        for service in group:
            limit = case.tables.imported.mue(service.code, service.day, service.setting)
            if not service.own or limit is None or limit.indicator != wanted:
                continue
            billed = _units_a_day(service) if wanted == 1 else totals[service.code]
            if billed <= limit.units:
                judge.ok()
            else:
                judge.fail(
                    service.target, code=service.code, units=billed, limit=limit.units, day=service.day
                )


@check("add_on")
def add_on(case: Case, judge: Judge) -> None:
    """An add-on code stands beside one of its primary codes."""
    for group in same_day_groups(case):
        codes = {service.code for service in group}
        for service in group:
            entry = case.tables.imported.add_on(service.code, service.day) if service.own else None
            if entry is None:
                continue
            if entry.primaries & codes:
                judge.ok()
            elif entry.kind == FIXED:
                shown = sorted(entry.primaries)
                more = f" and {len(shown) - 5} more" if len(shown) > 5 else ""  # noqa: PLR2004
                judge.fail(
                    service.target, code=service.code, day=service.day, primaries=", ".join(shown[:5]) + more
                )
            else:
                judge.not_checked(
                    service.target, f"the primaries of {service.code} are defined by the contractor"
                )
