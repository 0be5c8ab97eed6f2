"""What a payment means: paid, paid in part, denied, reversed, by claim status, dollars and reasons."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from services.contracts.claim_event import EventKind, LineOutcome
from services.contracts.claim_parts import Adjustment

DENIED_STATUS: Final = "4"
REVERSED_STATUS: Final = "22"
NOT_OURS_STATUS: Final = "23"

NO_DENIAL: Final = frozenset({"23", "24", "45", "94", "104", "144", "161", "253"})
"""Adjustment reasons that settle a claim: fee schedule, other payer, capitation, withhold, incentive,
sequestration. Any other reason of a zero payment is a denial."""


def kind_of(
    status: str, paid: Decimal, adjustments: Sequence[Adjustment], lines: Sequence[LineOutcome]
) -> tuple[EventKind, str]:
    """The event of a claim's payment with one sentence of cause."""
    if status == REVERSED_STATUS:
        return EventKind.REVERSED, "the payer takes an earlier payment back"
    denied = [line for line in lines if line_denied(line)]
    whole = [each for each in adjustments if blames(each)]
    if status == DENIED_STATUS:
        return EventKind.DENIED, f"denied{_reasons(adjustments, lines)}"
    if paid > 0 and denied:
        return EventKind.PARTIALLY_PAID, f"{len(denied)} of {len(lines)} lines denied{_reasons((), denied)}"
    if paid > 0:
        return EventKind.PAID, "paid"
    owed = any(each.group == "PR" for each in _all(adjustments, lines))
    if (denied or whole) and not owed:
        return EventKind.DENIED, f"nothing paid{_reasons(adjustments, lines)}"
    return EventKind.PAID, "settled without a payment: other payer, fee schedule or the patient's part"


def line_denied(line: LineOutcome) -> bool:
    """Nothing paid, nothing owed by the patient, and a reason that settles nothing."""
    if line.paid > 0 or line.charged <= 0:
        return False
    if any(each.group == "PR" for each in line.adjustments):
        return False
    return any(blames(each) for each in line.adjustments)


def blames(adjustment: Adjustment) -> bool:
    """Whether the reason says that something was wrong."""
    return adjustment.group != "PR" and adjustment.reason not in NO_DENIAL and adjustment.amount > 0


def takeback(reason: str, amount: Decimal) -> bool:
    """Whether a provider-level adjustment takes money back (WO recovery, FB forward, CS, AP)."""
    return amount > 0 and reason in ("WO", "FB", "CS", "AP")


def _all(adjustments: Sequence[Adjustment], lines: Sequence[LineOutcome]) -> list[Adjustment]:
    return [*adjustments, *(each for line in lines for each in line.adjustments)]


def _reasons(adjustments: Sequence[Adjustment], lines: Sequence[LineOutcome]) -> str:
    said = sorted({f"{each.group}-{each.reason}" for each in _all(adjustments, lines) if blames(each)})
    return f": {', '.join(said)}" if said else ""
