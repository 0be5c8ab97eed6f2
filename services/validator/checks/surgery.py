"""Global surgery: visits and procedures within the days that a procedure's payment includes.

Sources: Medicare Claims Processing Manual ch. 12 §40; 42 CFR 414.40; fee schedule global days 000, 010, 090.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Final

from services.validator.case import Case
from services.validator.checks.registry import check
from services.validator.checks.services import Service, earlier_services, own_services
from services.validator.judge import Judge
from services.validator.rules import CodeSpan
from services.validator.tables import PRACTITIONER

PERIODS: Final = {"000": 0, "010": 10, "090": 90}


def _professional(case: Case) -> list[Service]:
    every = chain(own_services(case), earlier_services(case))
    return [service for service in every if service.setting == PRACTITIONER]


def _pairs(case: Case) -> Iterator[tuple[Service, Service, int, int]]:
    """A procedure with a global period, another service of its provider, the days between, the period."""
    services = _professional(case)
    for surgery in services:
        policy = case.tables.imported.fee_policy(surgery.code, surgery.day)
        period = PERIODS.get(policy.global_days) if policy else None
        if period is None:
            continue
        for other in services:
            if other is not surgery and (other.own or surgery.own) and other.provider == surgery.provider:
                yield surgery, other, (other.day - surgery.day).days, period


def _judge(judge: Judge, surgery: Service, other: Service, allowing: frozenset[str], when: str) -> None:
    target = other.target if other.own else surgery.target
    found = {
        "code": other.code,
        "surgery": surgery.code,
        "when": when,
        "modifiers": ", ".join(sorted(allowing)),
    }
    modifier = next((each for each in other.modifiers if each in allowing), "")
    if modifier:
        judge.bypass(target, f"modifier {modifier}", **found)
    else:
        judge.fail(target, **found)


@check("visit_with_surgery")
def visit_with_surgery(case: Case, judge: Judge) -> None:
    """A visit on the day of a procedure, or the day before a major one, says why it is paid apart."""
    visits = [CodeSpan.read(text) for text in judge.rule.options["visits"]]
    for surgery, other, days, period in _pairs(case):
        if not any(other.code in span for span in visits):
            continue
        major = period == PERIODS["090"]
        if days == 0 or (major and days == -1):
            allowing = judge.rule.options["major" if major else "minor"]
            _judge(
                judge, surgery, other, frozenset(allowing), "the same day" if days == 0 else "the next day"
            )


@check("visit_after_surgery")
def visit_after_surgery(case: Case, judge: Judge) -> None:
    """A visit within the days after a procedure says with a modifier that it is unrelated."""
    visits = [CodeSpan.read(text) for text in judge.rule.options["visits"]]
    for surgery, other, days, period in _pairs(case):
        if 0 < days <= period and any(other.code in span for span in visits):
            _judge(judge, surgery, other, frozenset(judge.rule.options["modifiers"]), f"{days} days before")


@check("procedure_after_surgery")
def procedure_after_surgery(case: Case, judge: Judge) -> None:
    """A procedure within the days after another says whether it was staged, a return, or unrelated."""
    allowing = frozenset(judge.rule.options["modifiers"])
    for surgery, other, days, period in _pairs(case):
        policy = case.tables.imported.fee_policy(other.code, other.day)
        if 0 < days <= period and policy is not None and policy.global_days in PERIODS:
            _judge(judge, surgery, other, allowing, f"{days} days before")
