"""Global surgery: visits and procedures within the days that a procedure's payment includes.

Sources: Medicare Claims Processing Manual ch. 12 §40; 42 CFR 414.40; fee schedule global days 000, 010, 090.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from services.validator.case import Case
from services.validator.checks.registry import check, option_set
from services.validator.judge import Judge
from services.validator.service_lines import Service
from services.validator.spans import CodeGroup
from services.validator.tables import PRACTITIONER

PERIODS: Final = {"000": 0, "010": 10, "090": 90}
MAJOR: Final = 90


@dataclass(frozen=True, slots=True)
class Visits:
    """Which codes are visits; the modifiers that pay one apart beside a minor, a major, any procedure."""

    codes: CodeGroup
    minor: frozenset[str]
    major: frozenset[str]
    modifiers: frozenset[str]

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> "Visits":
        """From a rule's options."""
        sets = [frozenset(options.get(name, ())) for name in ("minor", "major", "modifiers")]
        return cls(CodeGroup(options["visits"]), *sets)


def _surgeries(case: Case) -> list[tuple[Service, int]]:
    """The procedures with a global period, each with its days."""
    found = []
    for service in chain(case.own_services, case.earlier_services):
        if service.setting == PRACTITIONER:
            policy = case.tables.imported.fee_policy(service.code, service.day)
            period = PERIODS.get(policy.global_days) if policy is not None else None
            if period is not None:
                found.append((service, period))
    return found


def _beside(case: Case, judge: Judge) -> Iterator[tuple[Service, Service, int, int]]:
    """A procedure, another service of its provider (one of them this encounter's), days between, period."""
    surgeries = case.once("surgeries", _surgeries)
    if not surgeries:
        judge.ok()
    for surgery, period in surgeries:
        for other in chain(case.own_services, case.earlier_services):
            if other is surgery or not (other.own or surgery.own):
                continue
            if other.provider == surgery.provider and other.setting == PRACTITIONER:
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


@check("visit_with_surgery", Visits.of)
def visit_with_surgery(case: Case, judge: Judge) -> None:
    """A visit on the day of a procedure, or the day before a major one, says why it is paid apart."""
    visits: Visits = judge.options
    for surgery, other, days, period in _beside(case, judge):
        near = days == 0 or (period == MAJOR and days == -1)
        if near and other.code in visits.codes:
            allowing = visits.major if period == MAJOR else visits.minor
            _judge(judge, surgery, other, allowing, "on the same day" if days == 0 else "on the day before")


@check("visit_after_surgery", Visits.of)
def visit_after_surgery(case: Case, judge: Judge) -> None:
    """A visit within the days after a procedure says with a modifier that it is unrelated."""
    visits: Visits = judge.options
    for surgery, other, days, period in _beside(case, judge):
        if 0 < days <= period and other.code in visits.codes:
            _judge(judge, surgery, other, visits.modifiers, f"{days} days before")


@check("procedure_after_surgery", option_set("modifiers"))
def procedure_after_surgery(case: Case, judge: Judge) -> None:
    """A procedure within the days after another says whether it was staged, a return, or unrelated."""
    for surgery, other, days, period in _beside(case, judge):
        if 0 < days <= period:
            policy = case.tables.imported.fee_policy(other.code, other.day)
            if policy is not None and policy.global_days in PERIODS:
                _judge(judge, surgery, other, judge.options, f"{days} days before")
