"""What every reader of a transaction set has: its envelope, its place in the file, its faults."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Final, Protocol

from services.claims.x12.tokens import Tokens
from services.claims.x12.values import day_of, dollars_of
from services.contracts.base import NO_DOLLARS
from services.contracts.claim_event import ClaimEvent, EventKind, EventSource
from services.contracts.keys import derived_id
from services.stage.model import Fault

_FIRST_YEAR, _LAST_YEAR = 1800, 2199  # X12's CC is a century that a living person can have seen
_CACHED: Final = 4_096
PADDED: Final = 32
PADDING: Final = [""] * PADDED
"""Stands behind each segment that is taken, so that an absent element reads as empty."""


@dataclass(slots=True)
class Envelope:
    """The control numbers above a transaction set."""

    sender: str = ""
    interchange: str = ""
    group: str = ""
    version: str = ""
    transaction: str = ""


@dataclass(slots=True)
class Scope:
    """Where reading stands, for events and faults."""

    tokens: Tokens
    envelope: Envelope
    document: str
    first: int
    trace: str = ""
    blocked: bool = False
    faults: list[Fault] = field(default_factory=list)

    def fault(self, detail: str, message: str, fix: str = "", *, block: bool = False) -> None:
        """Note what is wrong here; `block` keeps the whole transaction set from being believed."""
        self.faults.append(
            Fault(self.tokens.place(detail), message, fix or "ask the sender for the file again")
        )
        self.blocked = self.blocked or block

    def fault_at(self, segment: int, detail: str, message: str, fix: str) -> None:
        """Note what is wrong at an earlier segment."""
        path = self.tokens.place(detail).replace(f"segment {self.tokens.number}", f"segment {segment}", 1)
        self.faults.append(Fault(path, message, fix))

    def source(self, segment: int) -> EventSource:
        """The source of an event that stands at `segment` of the file."""
        envelope = self.envelope
        return EventSource.trusted(
            document=self.document,
            sender=envelope.sender,
            interchange=envelope.interchange,
            group=envelope.group,
            transaction=envelope.transaction,
            place=segment - self.first + 1,
            trace=self.trace,
        )

    def event(self, kind: EventKind, segment: int, **values: object) -> ClaimEvent:
        """An event with its derived id."""
        source = self.source(segment)
        number = str(values.get("control_number", "")) or str(values.get("reference", ""))
        parts = (source.document, source.sender, source.interchange, source.group, source.transaction)
        ident = derived_id("answer", *parts, str(source.place), source.trace, number)
        return ClaimEvent.trusted(event_id=ident, kind=kind, source=source, **values)

    def dollars(self, text: str, element: str) -> Decimal | None:
        """Dollars of an element; a fault where they are none. Empty is zero."""
        value = dollars_of(text)
        if value is None and not text:
            return NO_DOLLARS
        if value is None:
            self.fault(element, "is no amount of dollars")
        return value

    def check_day(self, text: str, element: str) -> None:
        """A fault where a day is none."""
        if text and not is_day(text):
            self.fault(element, "is no day (CCYYMMDD)")


@lru_cache(_CACHED)
def is_day(text: str) -> bool:
    """Whether the text begins with a day (CCYYMMDD) of a time that can be meant."""
    day = day_of(text)
    return day is not None and _FIRST_YEAR <= day.year <= _LAST_YEAR


Take = Callable[[list[str]], Iterable[ClaimEvent] | None]
"""Takes a segment with `PADDING` behind it; the events that are complete with it."""


class Reader(Protocol):
    """Reads one kind of transaction set."""

    @property
    def takes(self) -> Mapping[str, Take]:
        """Who takes which segments; the others say nothing that is needed."""
        ...

    def finish(self) -> Iterable[ClaimEvent]:
        """The events that the end of the transaction set completes."""
        ...
