"""Answers of a further payer to a claim that the billed payer sent on to it (crossover).

Such a payer knows the claim by the number that the first one was billed under, so its 835 says that number,
with a claim status (CLP02) of its own place: processed as second or third payer. What it pays comes out of
what the first payer left to the patient.
"""

from decimal import Decimal
from typing import Any, Final

from services.claims.errors import IllegalMove
from services.contracts.base import NO_DOLLARS
from services.contracts.claim_event import ClaimEvent, ClaimLife, EventKind
from services.contracts.claim_parts import Adjustment

_ANSWERS: Final = frozenset({EventKind.PAID, EventKind.PARTIALLY_PAID, EventKind.DENIED})
_PLACE: Final = {"2": 1, "20": 1, "3": 2, "21": 2}
"""Claim status code numbers: in whose place the payer decided, from 0; reversals (22) do not say."""

_ORDER: Final = "PSTABCDEFGH"


def crossed_over(told: ClaimEvent, claim: ClaimEvent, life: ClaimLife) -> ClaimEvent:
    """The answer as one of a further payer, where it is one; else as it is.

    The billed payer must have decided on all of the claim: until then an answer is its own.
    """
    decided = bool(life.answers) and life.open == NO_DOLLARS
    if not decided or not (_places(told, claim) or _taken_back(told, life)):
        return told
    cause = f"by a payer that it was sent on to: {told.cause}"
    return told.model_copy(update={"kind": EventKind.CROSSED_OVER, "cause": cause})


def _places(told: ClaimEvent, claim: ClaimEvent) -> bool:
    """Whether it was decided in the place of a payer after the one that we billed."""
    billed = _ORDER.find(claim.sequence or "P")
    return told.kind in _ANSWERS and _PLACE.get(told.claim_status, 0) > billed


def _taken_back(told: ClaimEvent, life: ClaimLife) -> bool:
    """Whether a reversal takes back just what further payers have paid, and not what the billed one has."""
    back = -(told.paid or NO_DOLLARS)
    return told.kind is EventKind.REVERSED and back == life.crossover != life.paid and back > NO_DOLLARS


def moved(life: ClaimLife, event: ClaimEvent) -> dict[str, Any]:
    """What a further payer's answer makes of the patient's part: paid, left to the patient, or settled."""
    paid, lines = event.paid or NO_DOLLARS, (each for line in event.lines for each in line.adjustments)
    if paid < NO_DOLLARS:
        return {"crossover": life.crossover + paid, "patient": life.patient - paid}
    left = _of_patient([*event.adjustments, *lines])
    settled = life.patient - paid - left
    if settled < NO_DOLLARS:
        raise IllegalMove(f"a further payer's {paid + left} dollars; {life.patient} were left to the patient")
    return {"crossover": life.crossover + paid, "patient": left, "contractual": life.contractual + settled}


def _of_patient(adjustments: list[Adjustment]) -> Decimal:
    return sum((each.amount for each in adjustments if each.group == "PR"), NO_DOLLARS)
