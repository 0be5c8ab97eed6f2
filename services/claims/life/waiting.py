"""Claims that wait for their payer, and for how long: a missing answer is a state with an age."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from services.contracts.claim_event import ClaimEvent, ClaimState

WAITING: Final = frozenset(
    {
        ClaimState.BATCHED,
        ClaimState.SENT,
        ClaimState.ACKNOWLEDGED,
        ClaimState.ACCEPTED,
        ClaimState.PENDED,
        ClaimState.APPEALED,
    }
)
"""States that only a payer's answer ends."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A claim that waits."""

    claim_id: str
    control_number: str
    payer_id: str
    state: ClaimState
    since: date | None
    days: int | None
    open: Decimal
    cause: str
    """What was last said of it."""


def waiting(events: Iterable[ClaimEvent], as_of: date) -> list[Waiting]:
    """The claims whose last event left them waiting, longest first; events of a claim are in their order."""
    last: dict[str, ClaimEvent] = {}
    since: dict[str, date] = {}
    for event in events:
        if event.life is None:
            continue
        last[event.claim_id] = event
        day = event.happened_on or (event.event_time.date() if event.event_time else None)
        if event.before is not event.after and day is not None:
            since[event.claim_id] = day
    found = [
        _row(event, since.get(ident), as_of)
        for ident, event in last.items()
        if event.life is not None and event.life.state in WAITING
    ]
    return sorted(found, key=lambda each: (-(each.days or 0), each.claim_id))


def _row(event: ClaimEvent, since: date | None, as_of: date) -> Waiting:
    assert event.life is not None  # noqa: S101 (for the type checker; the caller looked)
    number = event.control_number.partition("-")[0]
    days = (as_of - since).days if since is not None else None
    state, owed = event.life.state, event.life.open
    return Waiting(event.claim_id, number, event.payer_id, state, since, days, owed, event.cause)
