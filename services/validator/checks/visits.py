"""Evaluation and management: one visit a day, new patients, places, and units by time.

Sources: Medicare Claims Processing Manual ch. 12 §30.6 and ch. 5 §20.2; CMS Place of Service Code Set.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from services.validator.case import Case
from services.validator.checks.registry import check, option_set
from services.validator.judge import Judge, number
from services.validator.service_lines import Service
from services.validator.spans import CodeGroup
from services.validator.tables import PRACTITIONER

NEW_AFTER_YEARS: Final = 3
UNIT_MINUTES: Final = 15
LEAST_MINUTES: Final = 8
_REMEMBERED: Final = 1 << 16


def _visits(options: Mapping[str, Any]) -> CodeGroup:
    return CodeGroup(options["visits"])


def _visits_and_modifiers(options: Mapping[str, Any]) -> tuple[CodeGroup, frozenset[str]]:
    return CodeGroup(options["visits"]), frozenset(options["modifiers"])


@check("one_visit_a_day", _visits_and_modifiers)
def one_visit_a_day(case: Case, judge: Judge) -> None:
    """One visit for a patient, provider and day, unless a modifier says that they were two."""
    visits, allowing = judge.options
    for group in case.same_day_groups:
        found = [each for each in group if each.setting == PRACTITIONER and each.code in visits]
        if len(found) == 1:
            judge.ok()
        for place, one in enumerate(found):
            for other in found[place + 1 :]:
                if one.own or other.own:
                    _judge_visits(judge, one, other, allowing)


def _judge_visits(judge: Judge, one: Service, other: Service, allowing: frozenset[str]) -> None:
    own = min((each for each in (one, other) if each.own), key=lambda each: each.target)
    first, second = sorted((one.code, other.code))
    found = {"code": first, "other": second, "day": own.day}
    modifier = next((each for each in (*other.modifiers, *one.modifiers) if each in allowing), "")
    if modifier:
        judge.bypass(own.target, f"modifier {modifier}", **found)
    else:
        judge.fail(own.target, **found)


@check("new_patient", _visits)
def new_patient(case: Case, judge: Judge) -> None:
    """A new patient was not seen by the provider in the three years before."""
    for line in case.lines:
        if line.code not in judge.options:
            continue
        since, provider = _years_before(line.service_date, NEW_AFTER_YEARS), case.rendering(line)
        seen = [
            each.day
            for each in case.earlier_services
            if each.provider == provider
            and each.setting == PRACTITIONER
            and since <= each.day < line.service_date
        ]
        if seen:
            judge.fail(f"line:{line.line_id}", code=line.code, day=max(seen))
        else:
            judge.ok()


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """Codes, and the places of service where they stand, or never stand."""

    codes: CodeGroup
    places: frozenset[str]
    never: bool

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "PlaceRow":
        """From a row of a rule's options."""
        never = "not_places" in row
        return cls(CodeGroup(row["codes"]), frozenset(row["not_places" if never else "places"]), never)


def _place_table(options: Mapping[str, Any]) -> Callable[[str], PlaceRow | None]:
    """The first row of the rule's `table` that has a code; remembered, as the same codes come again."""
    rows = [PlaceRow.of(row) for row in options["table"]]
    return lru_cache(_REMEMBERED)(lambda code: next((row for row in rows if code in row.codes), None))


@check("place_of_code", _place_table)
def place_of_code(case: Case, judge: Judge) -> None:
    """A code stands in a place where its service exists (the rule's `table`: codes, places or not_places)."""
    place = case.visit.place_of_service
    for line in case.lines if place else ():
        row = judge.options(line.code)
        if row is None:
            continue
        if (place in row.places) is row.never:
            judge.fail(f"line:{line.line_id}", code=line.code, place=place)
        else:
            judge.ok()


@check("units_by_time", option_set("codes"))
def units_by_time(case: Case, judge: Judge) -> None:
    """Timed units of a visit fit into its minutes: the first at 8, each further one at 15 more."""
    lines = [line for line in case.lines if line.code in judge.options and line.service_date == case.first]
    if not lines or case.first != case.last:
        return
    if case.visit.end is None:
        judge.not_checked("claim", "the visit has no end: its minutes are unknown")
        return
    minutes = int((case.visit.end - case.visit.start).total_seconds() // 60)
    billed = sum((line.units for line in lines), Decimal(0))
    most = (minutes + UNIT_MINUTES - LEAST_MINUTES) // UNIT_MINUTES
    if billed <= most:
        judge.ok()
    else:
        judge.fail("claim", units=number(billed), minutes=minutes, most=most)
