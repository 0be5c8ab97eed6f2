"""Modifiers against the code: the fee schedule's policy indicators, known modifiers, sides."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.contracts.coding import ServiceLine
from services.validator.case import Case
from services.validator.checks.registry import check, line_check, option_set
from services.validator.judge import Judge

SIDES: Final = {"RT": "right", "LT": "left"}
_SIDE: Final = re.compile(r"\b(right|left|bilateral)\b")


@line_check("modifier_known", option_set("cpt"))
def modifier_known(line: ServiceLine, case: Case, judge: Judge) -> None:
    """Every modifier is one of CPT's numbers (the rule's list) or in the HCPCS Level II list."""
    for modifier in line.modifiers:
        target = f"line:{line.line_id}"
        if modifier in judge.options:
            judge.ok()
        elif not case.tables.has("modifiers", line.service_date):
            judge.not_checked(target, f"table modifiers is not loaded for {line.service_date}")
        elif case.tables.imported.modifier(modifier, line.service_date):
            judge.ok()
        else:
            judge.fail(target, modifier=modifier, day=line.service_date)


@dataclass(frozen=True, slots=True)
class Policy:
    """The modifiers in question, the fee schedule's indicator that decides, its values that allow them."""

    modifiers: frozenset[str]
    indicator: str
    allowed: frozenset[str]

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> "Policy":
        """From a rule's options."""
        return cls(frozenset(options["modifiers"]), str(options["indicator"]), frozenset(options["allowed"]))


@line_check("modifier_policy", Policy.of)
def modifier_policy(line: ServiceLine, case: Case, judge: Judge) -> None:
    """A modifier stands only on codes whose policy indicator (the rule's `indicator`) is one of `allowed`."""
    options: Policy = judge.options
    used = next((modifier for modifier in line.modifiers if modifier in options.modifiers), None)
    if used is None or not line.code:
        return
    policy = case.tables.imported.fee_policy(line.code, line.service_date)
    if policy is None:
        judge.not_checked(f"line:{line.line_id}", f"the fee schedule does not list {line.code}")
    elif getattr(policy, options.indicator) in options.allowed:
        judge.ok()
    else:
        indicator = getattr(policy, options.indicator)
        judge.fail(f"line:{line.line_id}", modifier=used, code=line.code, indicator=indicator)


@line_check("fee_status", lambda options: (frozenset(options["statuses"]), frozenset(options["modifiers"])))
def fee_status(line: ServiceLine, case: Case, judge: Judge) -> None:
    """The code's status in the fee schedule is none of the rule's `statuses`, or a modifier allows it."""
    statuses, allowing = judge.options
    policy = case.tables.imported.fee_policy(line.code, line.service_date) if line.code else None
    if policy is None:
        return
    modifier = next((each for each in line.modifiers if each in allowing), "")
    if policy.status not in statuses:
        judge.ok()
    elif modifier:
        judge.bypass(f"line:{line.line_id}", f"modifier {modifier}", code=line.code, status=policy.status)
    else:
        judge.fail(f"line:{line.line_id}", code=line.code, status=policy.status)


@check("laterality")
def laterality(case: Case, judge: Judge) -> None:
    """A line's RT or LT does not contradict the side of every diagnosis it points to."""
    icd = case.tables.icd10cm(case.day)
    for line in case.lines:
        sides = {SIDES[modifier] for modifier in line.modifiers if modifier in SIDES}
        if len(sides) != 1:
            continue
        (side,) = sides
        coded = {found for code in line.pointers for found in _SIDE.findall((icd.title(code) or "").lower())}
        if coded and side not in coded and "bilateral" not in coded:
            judge.fail(f"line:{line.line_id}", code=line.code, side=side, coded=", ".join(sorted(coded)))
        else:
            judge.ok()


@check("necessity", option_set("modifiers"))
def necessity(case: Case, judge: Judge) -> None:
    """A line's diagnoses are covered by an article in force, where an article is about the code."""
    passed = 0
    allowing = judge.options
    for line in case.lines:
        if not line.code:
            continue
        says, article = case.tables.imported.necessity(line.code, line.pointers, line.service_date)
        modifier = next((each for each in line.modifiers if each in allowing), "")
        found = {"code": line.code, "article": article, "diagnoses": ", ".join(line.pointers)}
        if says.value != "not_covered":
            passed += 1
        elif modifier:
            judge.bypass(f"line:{line.line_id}", f"modifier {modifier}", **found)
        else:
            judge.fail(f"line:{line.line_id}", **found)
    judge.ok(passed)


@check("waste_pair")
def waste_pair(case: Case, judge: Judge) -> None:
    """A line of wasted drug (JW) stands beside the line of what was given, which has no JZ (none wasted)."""
    for line in case.lines:
        if "JW" not in line.modifiers:
            continue
        same = [
            each for each in case.lines if each.code == line.code and each.service_date == line.service_date
        ]
        given = [each for each in same if "JW" not in each.modifiers]
        if not given:
            judge.fail(f"line:{line.line_id}", code=line.code, what="has no line of what was given beside it")
        elif any("JZ" in each.modifiers for each in given):
            judge.fail(
                f"line:{line.line_id}",
                code=line.code,
                what="stands beside JZ, which says that none was wasted",
            )
        else:
            judge.ok()
