"""What a payer decided of a claim as a whole: told once all of it is answered, to who asks the next payer.

A payer may answer a claim in parts (a claim of more lines than its form holds, a claim that the payer split).
Only claims that another payer waits for are followed; their answers are kept until all of them are there.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from services.claims.life.machine import ANSWERED
from services.contracts.base import NO_DOLLARS
from services.contracts.claim_event import ClaimEvent, ClaimState, EventKind
from services.contracts.events import CLAIM_EVENTS
from services.contracts.keys import derived_id
from services.contracts.wire import packed, unpacked

PREFIX: Final = "answer/"


def kept(moved: ClaimEvent) -> Iterable[tuple[str, Any]]:
    """What the state keeps of an answer: all of it, where another payer waits for it."""
    if moved.next_payer_id and moved.kind in ANSWERED and moved.kind is not EventKind.REVERSED:
        yield PREFIX + moved.event_id, packed(CLAIM_EVENTS, moved.model_copy(update={"life": None}))


def adjudication(moved: ClaimEvent, state: Mapping[str, Any]) -> ClaimEvent | None:
    """The payer's decision about the whole claim, where this event completes it or takes it back."""
    life = moved.life
    if not moved.next_payer_id or moved.kind not in ANSWERED or life is None:
        return None
    if life.state is ClaimState.VOIDED:
        return None
    if moved.kind is EventKind.REVERSED:
        return _told(moved, (moved,))
    if life.open != NO_DOLLARS:
        return None
    standing = (each.event_id for each in life.answers if each.event_id != moved.event_id)
    earlier = (state.get(PREFIX + ident) for ident in standing)
    return _told(moved, (*(_unpacked(each) for each in earlier if each is not None), moved))


def _unpacked(answer: bytes) -> ClaimEvent:
    event = unpacked(CLAIM_EVENTS, answer)
    if not isinstance(event, ClaimEvent):
        raise TypeError("the packed event is no answer")
    return event


def _told(moved: ClaimEvent, answers: Sequence[ClaimEvent]) -> ClaimEvent:
    """The answers as one: dollars added up, reasons and lines side by side."""
    days = [each.happened_on for each in answers if each.happened_on is not None]
    return moved.model_copy(
        update={
            "event_id": derived_id("adjudicated", *(each.event_id for each in answers)),
            "control_number": moved.control_number.partition("-")[0],
            "happened_on": max(days, default=None),
            "charged": _sum(each.charged for each in answers),
            "paid": _sum(each.paid for each in answers),
            "patient_responsibility": _sum(each.patient_responsibility for each in answers),
            "adjustments": tuple(each for answer in answers for each in answer.adjustments),
            "lines": tuple(each for answer in answers for each in answer.lines),
            "remarks": tuple(dict.fromkeys(each for answer in answers for each in answer.remarks)),
            "life": None,
        }
    )


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((each for each in amounts if each is not None), NO_DOLLARS)
