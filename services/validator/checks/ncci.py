"""National Correct Coding Initiative: procedure-to-procedure pairs, medically unlikely units, add-on codes.

All three look at one patient, one day, one provider, over the encounter's lines and those billed before in
other encounters: splitting a visit does not let a pair escape.
Sources: NCCI Policy Manual ch. I (sections E, V, R); Medicare Claims Processing Manual ch. 23 §20.9; CMS MUE
and add-on code edit pages.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from services.validator.case import Case
from services.validator.checks.registry import check, option, option_set
from services.validator.judge import Judge, number
from services.validator.service_lines import Group, Service
from services.validator.tables import Pair

ALLOWED: Final = 1
BY_LINE: Final = 1
FIXED: Final = 1


@check("ptp", option_set("modifiers"))
def ptp(case: Case, judge: Judge) -> None:
    """No pair of codes that NCCI keeps apart, unless a modifier of the rule's list says why both stand."""
    look_up, passed = case.tables.imported.ptp, 0
    for group in case.same_day_groups:
        if not _loaded("ptp", case, judge, group):
            continue
        for place, one in enumerate(group):
            for other in group[place + 1 :]:
                edit = look_up(one.code, other.code, one.day, one.setting) if one.own or other.own else None
                if edit is None:
                    passed += 1
                else:
                    _judge_pair(judge, edit, (one, other))
    judge.ok(passed)


def _loaded(table: str, case: Case, judge: Judge, group: Group) -> bool:
    """Whether the table of the group's setting is loaded; says so where it is not."""
    if case.tables.imported.has(table, group[0].day, group[0].setting):
        return True
    judge.not_checked("claim", f"table {table} ({group[0].setting}) is not loaded for {group[0].day}")
    return False


def _judge_pair(judge: Judge, edit: Pair, pair: tuple[Service, Service]) -> None:
    column1, column2 = pair if pair[0].code == edit.column1 else (pair[1], pair[0])
    target = f"{column2.target}+{column1.target}" if column2.own else f"{column1.target}+{column2.target}"
    found = {
        "column1": edit.column1,
        "column2": edit.column2,
        "day": column1.day,
        "indicator": edit.indicator,
    }
    used = sorted(each for each in (*column1.modifiers, *column2.modifiers) if each in judge.options)
    if edit.indicator == ALLOWED and used:
        judge.bypass(target, f"modifier {used[0]}", **found, how="")
    else:
        how = (
            "a modifier may allow it where the record does"
            if edit.indicator == ALLOWED
            else "no modifier allows it"
        )
        judge.fail(target, **found, how=how)


def _units_a_day(service: Service) -> Decimal:
    """Units of a line on one of its days: spans are divided and rounded (CMS MUE FAQ)."""
    if service.days == 1:
        return service.units
    return (service.units / service.days).quantize(Decimal(1), ROUND_HALF_UP)


@check("mue", option("indicator"))
def mue(case: Case, judge: Judge) -> None:
    """Units within the limits of the adjudication indicator (MAI) of the rule: 1 by line, 2 and 3 by day."""
    look_up, passed = case.tables.imported.mue, 0
    for group in case.same_day_groups:
        if not _loaded("mue", case, judge, group):
            continue
        for service in group:
            limit = look_up(service.code, service.day, service.setting) if service.own else None
            if limit is None or limit.indicator != judge.options:
                continue
            billed = (
                _units_a_day(service) if limit.indicator == BY_LINE else _units_of_day(service.code, group)
            )
            if billed <= limit.units:
                passed += 1
            else:
                judge.fail(
                    service.target,
                    code=service.code,
                    units=number(billed),
                    limit=limit.units,
                    day=service.day,
                )
    judge.ok(passed)


def _units_of_day(code: str, group: Group) -> Decimal:
    return sum((_units_a_day(each) for each in group if each.code == code), Decimal(0))


@check("add_on")
def add_on(case: Case, judge: Judge) -> None:
    """An add-on code stands beside one of its primary codes."""
    for group in case.same_day_groups:
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
