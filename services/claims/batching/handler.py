"""Claims in, batches out: each version of a claim in exactly one batch of its payer and form.

A batch belongs to one partition, so that it is one transaction's state: a crash leaves a claim either in its
batch or not yet read. It closes by count, by lines or by age; age is counted in the time of events.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Self

from services.claims.money.secondary import next_payer
from services.claims.x12.envelope import control_number
from services.claims.x12.split import MAX_CLAIMS, parts
from services.contracts.base import NO_DOLLARS
from services.contracts.claim import Claim, Frequency
from services.contracts.claim_event import BatchTick, ClaimBatch, ClaimEvent, EventKind
from services.contracts.events import CLAIM_BATCHES, CLAIM_MOVES
from services.contracts.keys import derived_id
from services.stage.errors import SettingsError
from services.stage.model import Context, Emit, Handler

PREFIX: Final = "batch/"
_KINDS: Final = {
    Frequency.REPLACEMENT: EventKind.REPLACED,
    Frequency.VOID: EventKind.VOIDED,
}


@dataclass(frozen=True, slots=True)
class Bounds:
    """When a batch is full."""

    claims: int = MAX_CLAIMS
    lines: int = 50_000
    age: timedelta = timedelta(hours=24)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """`CLAIMSTREAM_BATCH_CLAIMS`, `_LINES`, `_HOURS`, where they are set; raises `SettingsError`."""
        plain = cls()

        def number(name: str, default: int) -> int:
            text = environ.get(f"CLAIMSTREAM_BATCH_{name}", "") or str(default)
            if not text.isdigit() or int(text) < 1:
                raise SettingsError(f"CLAIMSTREAM_BATCH_{name} is {text!r}: state a whole number from 1")
            return int(text)

        hours = number("HOURS", plain.age // timedelta(hours=1))
        claims, lines = number("CLAIMS", plain.claims), number("LINES", plain.lines)
        return cls(claims, lines, timedelta(hours=hours))


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as it stands: open, or closed and remembered for its number."""

    number: int
    payer_id: str
    claim_type: str
    opened_at: datetime
    claims: int = 0
    lines: int = 0
    dollars: Decimal = NO_DOLLARS
    patient_key: str = ""
    closed: bool = False

    @property
    def key(self) -> str:
        """Its key in the state."""
        return f"{PREFIX}{self.payer_id}/{self.claim_type}"


class BatchingHandler(Handler):
    """Puts claims into batches; remembers the last batch of each payer and form."""

    def __init__(self, bounds: Bounds | None = None) -> None:
        """With the given bounds."""
        self._bounds = bounds or Bounds()

    def handle(self, event: Any, context: Context) -> Iterable[Emit]:  # noqa: ANN401 (the stage's signature)
        """A claim goes into its batch; a tick closes what has become too old, a cut-off every batch."""
        partition = context.record.partition
        if isinstance(event, BatchTick):
            return list(self._tick(event, context.state, partition))
        return list(self._claim(event, context.state, partition))

    def fold(self, event: Any) -> Iterable[tuple[str, Any]]:  # noqa: ANN401
        """Every record tells how its batch stands."""
        row: ClaimBatch = event
        batch = Batch(
            row.number,
            row.payer_id,
            row.claim_type,
            row.opened_at,
            row.claims,
            row.lines,
            row.dollars,
            row.patient_key,
            row.closed_at is not None,
        )
        yield batch.key, batch

    def _tick(self, tick: BatchTick, state: Mapping[str, Any], partition: int) -> Iterable[Emit]:
        for key in sorted(each for each in state if each.startswith(PREFIX)):
            batch: Batch = state[key]
            old = tick.at - batch.opened_at >= self._bounds.age
            if not batch.closed and (old or tick.close):
                yield Emit(CLAIM_BATCHES, _closing(batch, partition, tick.at, "age" if old else "cut-off"))

    def _claim(self, claim: Claim, state: Mapping[str, Any], partition: int) -> Iterable[Emit]:
        payer = claim.payers[0].payer_id if claim.payers else ""
        at = claim.event_time
        last: Batch | None = state.get(f"{PREFIX}{payer}/{claim.claim_type.value}")
        if last is not None and not last.closed and (cause := self._full(last, claim)):
            yield Emit(CLAIM_BATCHES, _closing(last, partition, at, cause))
            last = replace(last, closed=True)
        if last is None or last.closed:
            number = 1 if last is None else last.number + 1
            last = Batch(number, payer, claim.claim_type.value, at)
        batch = replace(
            last,
            claims=last.claims + 1,
            lines=last.lines + len(claim.lines),
            dollars=last.dollars + claim.total,
            patient_key=claim.patient_key,
            opened_at=min(last.opened_at, at),
        )
        numbers = tuple(part.control_number for part in parts(claim))
        row = _row(batch, partition).model_copy(
            update={
                "claim_id": claim.claim_id,
                "claim_version": claim.version,
                "control_numbers": numbers,
            }
        )
        yield Emit(CLAIM_BATCHES, row)
        yield from (Emit(CLAIM_MOVES, move) for move in moves(claim, row.batch_id))

    def _full(self, batch: Batch, claim: Claim) -> str:
        """What closes the batch before this claim; empty: nothing does."""
        bounds = self._bounds
        if batch.claims >= bounds.claims:
            return "count"
        if batch.lines + len(claim.lines) > bounds.lines:
            return "lines"
        return "age" if claim.event_time - batch.opened_at >= bounds.age else ""


def moves(claim: Claim, batch_id: str) -> Iterable[ClaimEvent]:
    """What a claim's batching tells of its life: it was made, and it is in a batch."""
    said = {
        EventKind.CREATED: "issued",
        EventKind.REPLACED: "replaced by a corrected version",
        EventKind.VOIDED: "voided",
    }
    kind = _KINDS.get(claim.frequency, EventKind.CREATED)
    after = next_payer(claim)
    for each, cause in ((kind, said[kind]), (EventKind.BATCHED, f"put into batch {batch_id}")):
        yield ClaimEvent(
            event_id=derived_id("own", claim.claim_id, str(claim.version), each.value, batch_id),
            kind=each,
            claim_id=claim.claim_id,
            claim_version=claim.version,
            control_number=claim.patient_control_number,
            patient_key=claim.patient_key,
            payer_id=claim.payers[0].payer_id if claim.payers else "",
            sequence=claim.payers[0].sequence.value if claim.payers else "",
            next_payer_id=after.payer_id if after is not None else "",
            batch_id=batch_id,
            event_time=claim.event_time,
            cause=cause,
            charged=claim.total,
        )


def _row(batch: Batch, partition: int) -> ClaimBatch:
    where = str(partition)
    ident = derived_id("batch", where, batch.payer_id, batch.claim_type, str(batch.number))
    return ClaimBatch(
        batch_id=ident,
        number=batch.number,
        interchange=f"{control_number(ident, batch.payer_id, batch.claim_type):09d}",
        partition=partition,
        payer_id=batch.payer_id,
        claim_type=batch.claim_type,
        claims=batch.claims,
        dollars=batch.dollars,
        lines=batch.lines,
        opened_at=batch.opened_at,
        patient_key=batch.patient_key,
    )


def _closing(batch: Batch, partition: int, at: datetime, cause: str) -> ClaimBatch:
    """The record that closes a batch; it stays in the batch's partition by its last claim's patient."""
    return _row(batch, partition).model_copy(update={"closed_at": at, "cause": cause})
