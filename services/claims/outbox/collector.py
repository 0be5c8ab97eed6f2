"""Which batches are complete: closed, all of their claims at hand, payers' numbers known where they are due.

Three topics are read side by side and nothing is known of their order, so everything waits here for its
counterpart. What has been written is forgotten; `low_water` says from where a restart has to read again.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from services.claims.outbox.corrections import parted
from services.claims.outbox.outgoing import outgoing
from services.contracts.claim import Claim
from services.contracts.claim_event import ClaimBatch, ClaimEvent, ClaimState, EventKind
from services.contracts.events import CLAIM_BATCHES, CLAIM_EVENTS, CLAIMS
from services.contracts.wire import packed, unpacked
from services.stage.model import Record

Member = tuple[str, int, str]
"""Claim id, version, control number."""

TOPICS: Final = (CLAIMS, CLAIM_BATCHES, CLAIM_EVENTS)


@dataclass(frozen=True, slots=True)
class Complete:
    """A closed batch with the claims that go out, in its order.

    `missing` are no longer on their topic; `later` are corrections whose payer's number is not known yet.
    """

    batch: ClaimBatch
    claims: tuple[Claim, ...]
    missing: tuple[Member, ...] = ()
    later: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class _Held:
    """A claim as its record holds it: smaller than the claim."""

    packed: bytes
    partition: int
    offset: int
    refers: bool
    """Whether it replaces or voids: then it names the payer's number of the claim before."""


@dataclass(slots=True)
class _Batch:
    """What is known of a batch."""

    partition: int
    first: int
    """Offset of its first row."""
    members: dict[int, Member] = field(default_factory=dict)
    closing: ClaimBatch | None = None


@dataclass(slots=True)
class _Lives:
    """What the lives of a batch's claims say."""

    numbers: dict[str, str] = field(default_factory=dict)
    """The payer's number by claim id; empty where it never gave one."""
    untaken: set[tuple[str, int]] = field(default_factory=set)
    """Versions that correct what no payer has taken in."""
    first: dict[int, int] = field(default_factory=dict)
    """First offset by partition."""


class Collector:
    """Takes records in any order; gives each batch once."""

    def __init__(self, done: Collection[str]) -> None:
        """`done` are the batches that have been written; it may grow."""
        self._done = done
        self._claims: dict[tuple[str, int], _Held] = {}
        self._written: set[tuple[str, int]] = set()
        """Claims of written batches that have not come yet: a restart reads the topics anew."""
        self._batches: dict[str, _Batch] = {}
        self._lives: dict[str, _Lives] = {}
        self._asked: defaultdict[str, set[str]] = defaultdict(set)
        """Batches that have a correction of the claim."""
        self._next: dict[tuple[str, int], int] = {}

    def take(self, record: Record, event: object) -> None:
        """A record of one of the three topics, decoded."""
        self._next[record.topic, record.partition] = record.offset + 1
        if isinstance(event, Claim):
            self._hold(event, record)
        elif isinstance(event, ClaimBatch):
            self._row(event, record)
        elif isinstance(event, ClaimEvent):
            if event.batch_id and event.claim_version > 1:
                self._event(event, record)
            self._number(event)

    def ready(self, ended: Callable[[int], bool]) -> Iterator[Complete]:
        """The batches that can be written now; `ended`: whether a partition of claims is read to its end."""
        for ident in sorted(self._batches):
            batch = self._batches[ident]
            closing = batch.closing
            if closing is None or len(batch.members) != closing.claims:
                continue
            members = [batch.members[place] for place in sorted(batch.members)]
            missing = tuple(each for each in members if each[:2] not in self._claims)
            if missing and not ended(batch.partition):
                continue
            there = [each[:2] for each in members if each[:2] in self._claims]
            lives = self._lives.get(ident, _Lives())
            if any(self._claims[each].refers and each[0] not in lives.numbers for each in there):
                continue
            claims = [self._claim(each) for each in there]
            now, later = parted(outgoing(claims, lives.numbers, lives.untaken))
            yield Complete(closing, now, missing, later)

    def forget(self, batch_id: str) -> None:
        """The batch has been written."""
        for claim_id in self._lives.pop(batch_id, _Lives()).numbers:
            self._asked[claim_id].discard(batch_id)
        batch = self._batches.pop(batch_id, None)
        for member in batch.members.values() if batch is not None else ():
            self._claims.pop(member[:2], None)

    def low_water(self) -> dict[tuple[str, int], int]:
        """From where each partition must be read again by who knows nothing but what was written."""
        marks = dict(self._next)

        def lower(topic: str, partition: int, offset: int) -> None:
            marks[topic, partition] = min(marks.get((topic, partition), offset), offset)

        for held in self._claims.values():
            lower(CLAIMS, held.partition, held.offset)
        for batch in self._batches.values():
            lower(CLAIM_BATCHES, batch.partition, batch.first)
        for lives in self._lives.values():
            for partition, offset in lives.first.items():
                lower(CLAIM_EVENTS, partition, offset)
        return marks

    @property
    def waiting(self) -> dict[str, int]:
        """How much waits here: claims, open batches, closed ones that lack something."""
        closed = sum(batch.closing is not None for batch in self._batches.values())
        return {"claims": len(self._claims), "open": len(self._batches) - closed, "incomplete": closed}

    def _hold(self, claim: Claim, record: Record) -> None:
        ident = claim.claim_id, claim.version
        if ident in self._written:
            self._written.discard(ident)
            return
        refers = not claim.frequency.first_of_its_claim
        self._claims[ident] = _Held(packed(CLAIMS, claim), record.partition, record.offset, refers)

    def _claim(self, ident: tuple[str, int]) -> Claim:
        claim = unpacked(CLAIMS, self._claims[ident].packed)
        if not isinstance(claim, Claim):
            raise TypeError("the packed event is not a claim")
        return claim

    def _row(self, row: ClaimBatch, record: Record) -> None:
        if row.batch_id in self._done:
            ident = row.claim_id, row.claim_version
            if row.claim_id and self._claims.pop(ident, None) is None:
                self._written.add(ident)
            return
        fresh = _Batch(record.partition, record.offset)
        batch = self._batches.setdefault(row.batch_id, fresh)
        if row.claim_id:
            number = row.control_numbers[0] if row.control_numbers else ""
            batch.members[row.claims] = (row.claim_id, row.claim_version, number)
        else:
            batch.closing = row

    def _event(self, event: ClaimEvent, record: Record) -> None:
        if event.batch_id in self._done:
            return
        lives = self._lives.setdefault(event.batch_id, _Lives())
        lives.first.setdefault(record.partition, record.offset)
        if event.kind not in (EventKind.REPLACED, EventKind.VOIDED):  # they come first
            lives.numbers.setdefault(event.claim_id, "")
            self._asked[event.claim_id].add(event.batch_id)
        elif event.before in (ClaimState.CREATED, ClaimState.REJECTED):
            lives.untaken.add((event.claim_id, event.claim_version))

    def _number(self, event: ClaimEvent) -> None:
        """The payer's number, whether the correction's own event knows it or a later answer brings it."""
        number = event.life.payer_control_number if event.life is not None else ""
        for batch_id in self._asked.get(event.claim_id, ()) if number else ():
            self._lives[batch_id].numbers[event.claim_id] = number
