"""Findings of the coder about services: over- and undercoding. None changes a charge.

The rules, with severity, words and reference: `data/services.yaml`.
"""

from decimal import Decimal

from services.coder.encounter.tables import data
from services.contracts.base import Finding, Outcome, Severity
from services.contracts.keys import finding_id

HOLDING = "review"
"""In a rule's `route`: the line waits for a coder."""


def finding(rule: str, target: str, outcome: Outcome = Outcome.FAIL, /, **values: object) -> Finding:
    """The verdict of a rule on a target, with its message filled with `values`."""
    entry = data("services")[rule]
    words = {Outcome.PASS: "passed", Outcome.NOT_CHECKED: "unknown"}.get(outcome, "message")
    return Finding(
        finding_id=finding_id(rule, target),
        rule=rule,
        outcome=outcome,
        severity=Severity(entry["severity"]),
        target=target,
        message=entry[words].format(**values),
        fix=entry["fix"].format(**values) if outcome is Outcome.FAIL else "",
        reference=entry["reference"],
    )


def holds(found: Finding) -> bool:
    """Whether a coder must look at the line before it is billed."""
    return found.outcome is Outcome.FAIL and data("services")[found.rule].get("route") == HOLDING


def plain(number: Decimal) -> str:
    """A number without trailing zeros and without an exponent."""
    return f"{number.normalize():f}"
