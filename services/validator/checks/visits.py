"""Evaluation and management: one visit a day, new patients, places, and units by time.

Sources: Medicare Claims Processing Manual ch. 12 §30.6 and ch. 5 §20.2; CMS Place of Service Code Set.
"""

from decimal import Decimal

from services.validator.case import Case
from services.validator.checks.registry import check
from services.validator.checks.services import Service, earlier_services, same_day_groups
from services.validator.judge import Judge
from services.validator.rules import CodeSpan
from services.validator.tables import PRACTITIONER


def _spans(texts: object) -> list[CodeSpan]:
    return [CodeSpan.read(str(text)) for text in texts] if isinstance(texts, list) else []


def _within(code: str, spans: list[CodeSpan]) -> bool:
    return any(code in span for span in spans)


@check("one_visit_a_day")
def one_visit_a_day(case: Case, judge: Judge) -> None:
    """One visit for a patient, provider and day, unless a modifier says that they were two."""
    spans = _spans(judge.rule.options["visits"])
    allowing = frozenset(judge.rule.options["modifiers"])
    for group in same_day_groups(case):
        visits = [each for each in group if each.setting == PRACTITIONER and _within(each.code, spans)]
        for place, one in enumerate(visits):
            for other in visits[place + 1 :]:
                if one.own or other.own:
                    _judge_visits(judge, one, other, allowing)


def _judge_visits(judge: Judge, one: Service, other: Service, allowing: frozenset[str]) -> None:
    own = one if one.own else other
    found = {"code": one.code, "other": other.code, "day": own.day}
    modifier = next((each for each in (*other.modifiers, *one.modifiers) if each in allowing), "")
    if modifier:
        judge.bypass(own.target, f"modifier {modifier}", **found)
    else:
        judge.fail(own.target, **found)


@check("new_patient")
def new_patient(case: Case, judge: Judge) -> None:
    """A new patient was not seen by the provider in the three years before."""
    spans = _spans(judge.rule.options["visits"])
    earlier = [each for each in earlier_services(case) if each.setting == PRACTITIONER]
    for line in case.lines:
        if not _within(line.code, spans):
            continue
        since = line.service_date.replace(year=line.service_date.year - 3, day=min(line.service_date.day, 28))
        provider = case.rendering(line)
        seen = [
            each.day
            for each in earlier
            if each.provider == provider and since <= each.day < line.service_date
        ]
        if seen:
            judge.fail(f"line:{line.line_id}", code=line.code, day=max(seen))
        else:
            judge.ok()


@check("place_of_code")
def place_of_code(case: Case, judge: Judge) -> None:
    """A code stands in a place where its service exists (the rule's `table`: codes, places or not_places)."""
    place = case.visit.place_of_service
    for row in judge.rule.options["table"]:
        spans = _spans(row["codes"])
        for line in case.lines:
            if not place or not _within(line.code, spans):
                continue
            if place in row["not_places"] if "not_places" in row else place not in row["places"]:
                judge.fail(f"line:{line.line_id}", code=line.code, place=place)
            else:
                judge.ok()


@check("units_by_time")
def units_by_time(case: Case, judge: Judge) -> None:
    """Timed units of a visit fit into its minutes: the first at 8, each further one at 15 more."""
    timed = frozenset(judge.rule.options["codes"])
    lines = [line for line in case.lines if line.code in timed and line.service_date == case.first]
    if not lines or case.first != case.last:
        return
    if case.visit.end is None:
        judge.not_checked("claim", "the visit has no end: its minutes are unknown")
        return
    minutes = int((case.visit.end - case.visit.start).total_seconds() // 60)
    billed = sum((line.units for line in lines), Decimal(0))
    most = (minutes + 7) // 15
    if billed <= most:
        judge.ok()
    else:
        judge.fail("claim", units=billed, minutes=minutes, most=most)
