"""National Correct Coding Initiative: procedure-to-procedure pairs, medically unlikely units, add-on codes.

All three look at one patient, one day, one provider, over the encounter's lines and those billed before in
other encounters: splitting a visit does not let a pair escape.
Sources: NCCI Policy Manual ch. I (sections E, V, R); Medicare Claims Processing Manual ch. 23 §20.9; CMS MUE
and add-on code edit pages.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import combinations, combinations_with_replacement, product
from typing import Final

from services.validator.case import Case
from services.validator.checks.registry import check, option, option_set
from services.validator.judge import Judge, number
from services.validator.service_lines import Group, Service
from services.validator.tables import AddOn, Pair, UnitLimit

ALLOWED: Final = 1
BY_LINE: Final = 1
FIXED: Final = 1


@check("ptp", option_set("modifiers"))
def ptp(case: Case, judge: Judge) -> None:
    """No pair of codes that NCCI keeps apart, unless a modifier of the rule's list says why both stand."""
    look_up, passed = case.tables.imported.ptp, 0
    for group in _loaded("ptp", case, judge):
        by_code: dict[str, Group] = {}
        for service in group:
            by_code.setdefault(service.code, []).append(service)
        day, setting = group[0].day, group[0].setting
        for first, second in combinations_with_replacement(sorted(by_code), 2):
            edit = look_up(first, second, day, setting)
            if edit is None:
                passed += 1
            else:
                _judge_codes(judge, edit, by_code[first], by_code[second])
    judge.ok(passed)


def _judge_codes(judge: Judge, edit: Pair, ones: Group, others: Group) -> None:
    """Judge every pair of services of two codes that an edit keeps apart."""
    pairs = combinations(ones, 2) if ones is others else product(ones, others)
    for pair in pairs:
        if pair[0].own or pair[1].own:
            _judge_pair(judge, edit, pair)


def _loaded(table: str, case: Case, judge: Judge) -> list[Group]:
    """The groups whose table is loaded; says once for which settings it is not."""
    loaded, missing = _by_table(table, case)
    if missing:
        judge.not_checked("claim", missing)
    return loaded


def _by_table(table: str, case: Case) -> tuple[list[Group], str]:
    """The groups whose table is loaded, and what to say of the others, if there are any."""
    has, groups = case.tables.imported.has, case.same_day_groups
    loaded = [group for group in groups if has(table, group[0].day, group[0].setting)]
    if len(loaded) == len(groups):
        return loaded, ""
    settings = " and ".join(sorted({group[0].setting for group in groups if group not in loaded}))
    return loaded, f"table {table} ({settings}) is not loaded for {case.day}"


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


class Limits:
    """The units of a case against their limits: how many services keep theirs, by indicator; who does not."""

    def __init__(self, case: Case) -> None:
        """Look every service of the encounter up."""
        self.within: dict[int, int] = {}
        self.above: list[tuple[Service, UnitLimit, Decimal]] = []
        loaded, self.missing = _by_table("mue", case)
        for group in loaded:
            self._measure(group, case.tables.imported.mue)

    def _measure(self, group: Group, look_up: Callable[[str, date, str], UnitLimit | None]) -> None:
        totals: dict[str, Decimal] = {}
        for service in group:
            code = service.code
            totals[code] = totals[code] + service.units if code in totals else service.units
        for service in group:
            limit = look_up(service.code, service.day, service.setting) if service.own else None
            if limit is None:
                continue
            indicator = limit.indicator
            units = service.units if indicator == BY_LINE else totals[service.code]
            if units <= limit.units:
                self.within[indicator] = self.within.get(indicator, 0) + 1
            else:
                self.above.append((service, limit, units))


@check("mue", option("indicator"))
def mue(case: Case, judge: Judge) -> None:
    """Units within the limits of the adjudication indicator (MAI) of the rule: 1 by line, 2 and 3 by day."""
    limits = case.once("mue", Limits)
    if limits.missing:
        judge.not_checked("claim", limits.missing)
    judge.ok(limits.within.get(judge.options, 0))
    for service, limit, units in limits.above:
        if limit.indicator == judge.options:
            found = {"code": service.code, "units": number(units), "limit": limit.units, "day": service.day}
            judge.fail(service.target, **found)


@check("add_on")
def add_on(case: Case, judge: Judge) -> None:
    """An add-on code stands beside one of its primary codes."""
    look_up = case.tables.imported.add_on
    for group in case.same_day_groups:
        for service in group:
            entry = look_up(service.code, service.day) if service.own else None
            if entry is not None:
                _judge_add_on(judge, service, entry, {each.code for each in group})


def _judge_add_on(judge: Judge, service: Service, entry: AddOn, beside: set[str]) -> None:
    if entry.primaries & beside:
        judge.ok()
    elif entry.kind == FIXED:
        shown = sorted(entry.primaries)
        more = f" and {len(shown) - 5} more" if len(shown) > 5 else ""  # noqa: PLR2004
        judge.fail(service.target, code=service.code, day=service.day, primaries=", ".join(shown[:5]) + more)
    else:
        judge.not_checked(service.target, f"the primaries of {service.code} are defined by the contractor")
