"""A log in memory: topics, partitions, transactions, groups. The loop runs on it as it runs on Kafka.

It keeps what matters of Kafka's behaviour: only committed records are read, a commit takes an offset of
its own (the end marker), a producer is fenced by its successor, offsets are refused from a member whose
generation has passed. Single-threaded.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final

from services.stage.errors import AbortError, FencedError
from services.stage.model import ORIGIN, Record
from services.stage.partition import partition_of
from services.stage.ports import Layout, Output, Place

MAX_MESSAGE_BYTES: Final = 1_048_588
"""Kafka's default of max.message.bytes."""

_offset = attrgetter("offset")


@dataclass(slots=True)
class _Partition:
    records: list[Record] = field(default_factory=list)
    end: int = 0
    """The offset that the next record gets."""


@dataclass(slots=True)
class _Transaction:
    outputs: list[Output] = field(default_factory=list)
    offsets: dict[Place, int] = field(default_factory=dict)
    group: str = ""


@dataclass(slots=True)
class _Producer:
    epoch: int = 0
    transaction: _Transaction | None = None


class MemoryLog:
    """Topics in memory."""

    def __init__(self, partitions: Mapping[str, int], limits: Mapping[str, int] | None = None) -> None:
        """How many partitions each topic has; `limits`: max.message.bytes where not Kafka's default."""
        self._topics = {topic: [_Partition() for _ in range(count)] for topic, count in partitions.items()}
        self._limits = dict.fromkeys(partitions, MAX_MESSAGE_BYTES) | dict(limits or {})
        self._producers: dict[str, _Producer] = {}
        self.committed: dict[str, dict[Place, int]] = {}
        """The offsets to read next, by group."""
        self.members: dict[str, dict[str, int]] = {}
        """By group: each member's generation as the group knows it, in the order of joining."""

    @property
    def layout(self) -> Layout:
        """Partition counts and size limits."""
        counts = {topic: len(partitions) for topic, partitions in self._topics.items()}
        return Layout(counts, self._limits)

    def append(
        self,
        topic: str,
        value: bytes,
        *,
        key: str = "",
        partition_key: str | None = None,
        headers: Mapping[str, bytes] | None = None,
        timestamp_ms: int = 0,
    ) -> Record:
        """Write one committed record from outside; its partition follows `partition_key`, else the key."""
        place = partition_of(key if partition_key is None else partition_key, len(self._topics[topic]))
        return self._write(Output(topic, place, key, value, dict(headers or {})), timestamp_ms)

    def records(self, topic: str) -> Iterator[Record]:
        """All records of a topic, partition by partition, in offset order."""
        for partition in self._topics[topic]:
            yield from partition.records

    def read(self, topic: str, partition: int, offset: int, limit: int) -> list[Record]:
        """Up to `limit` records from an offset on."""
        records = self._topics[topic][partition].records
        # the usual reader is near the end or the start; bisect serves both and the gaps of the end markers
        start = bisect_left(records, offset, key=_offset)
        return records[start : start + limit]

    def end(self, topic: str, partition: int) -> int:
        """The offset after the last record or end marker."""
        return self._topics[topic][partition].end

    def trim(self, topic: str, partition: int, before: int) -> None:
        """Drop a partition's records below an offset, as retention does."""
        records = self._topics[topic][partition].records
        del records[: bisect_left(records, before, key=_offset)]

    # -- producers -------------------------------------------------------------------------------

    def init(self, transactional_id: str) -> int:
        """Fence whoever used the id before, abort what is open; returns the producer's epoch."""
        producer = self._producers.setdefault(transactional_id, _Producer())
        producer.epoch += 1
        producer.transaction = None
        return producer.epoch

    def producer(self, transactional_id: str, epoch: int) -> _Producer:
        """The producer, if no successor has fenced this epoch. Raises FencedError."""
        producer = self._producers[transactional_id]
        if producer.epoch != epoch:
            raise FencedError(f"{transactional_id}: a later instance has taken over")
        return producer

    def begin(self, transactional_id: str, epoch: int) -> _Transaction:
        """Open a transaction."""
        producer = self.producer(transactional_id, epoch)
        producer.transaction = _Transaction()
        return producer.transaction

    def check_generation(self, group: str, member: str, generation: int) -> None:
        """Refuse offsets of a member whose partitions may be another's now. Raises AbortError."""
        if self.members.get(group, {}).get(member) != generation:
            raise AbortError(f"{group}: {member} is not of the current generation")

    def stable_offsets(self, group: str) -> dict[Place, int]:
        """A group's committed offsets, for a member that takes partitions up.

        Kafka lets it wait while an open transaction holds offsets of the group, and ends that
        transaction when its time is up. Here its time is up at once.
        """
        for producer in self._producers.values():
            if producer.transaction is not None and producer.transaction.group == group:
                producer.epoch += 1
                producer.transaction = None
        return self.committed.get(group, {})

    def commit(self, transactional_id: str, epoch: int) -> None:
        """Make the open transaction's records and offsets visible, all at once."""
        producer = self.producer(transactional_id, epoch)
        transaction, producer.transaction = producer.transaction, None
        if transaction is None:
            raise AbortError(f"{transactional_id}: no transaction is open")
        touched: dict[Place, _Partition] = {}
        for output in transaction.outputs:
            touched[output.topic, output.partition] = self._topics[output.topic][output.partition]
            self._write(output, _origin(output))
        for partition in touched.values():
            partition.end += 1  # the end marker's
        self.committed.setdefault(transaction.group, {}).update(transaction.offsets)

    def abort(self, transactional_id: str, epoch: int) -> None:
        """Undo the open transaction, if one is open."""
        self.producer(transactional_id, epoch).transaction = None

    def _write(self, output: Output, timestamp_ms: int) -> Record:
        partition = self._topics[output.topic][output.partition]
        record = Record(
            output.topic,
            output.partition,
            partition.end,
            output.key.encode() or None,
            output.value,
            output.headers,
            timestamp_ms,
        )
        partition.records.append(record)
        partition.end += 1
        return record

    # -- groups ----------------------------------------------------------------------------------

    def join(self, group: str, member: str) -> None:
        """Enter or re-enter a group: every member must take up the new assignment."""
        members = self.members.setdefault(group, {})
        generation = max(members.values(), default=0) + 1
        for each in (*members, member):
            members[each] = generation

    def leave(self, group: str, member: str) -> None:
        """Leave a group: the others take over."""
        members = self.members.get(group, {})
        if members.pop(member, None) is not None:
            generation = max(members.values(), default=0) + 1
            for each in members:
                members[each] = generation

    def assignment(self, group: str, member: str, topics: Iterable[str]) -> set[Place]:
        """The partitions of a member: the same numbers of every topic, dealt out in turn."""
        members = sorted(self.members.get(group, {}))
        if member not in members:
            return set()
        index, count = members.index(member), len(members)
        return {
            (topic, number)
            for topic in topics
            for number in range(len(self._topics[topic]))
            if number % count == index
        }


def _origin(output: Output) -> int:
    origin = output.headers.get(ORIGIN, b"")
    return int(origin) if origin.isdigit() else 0
