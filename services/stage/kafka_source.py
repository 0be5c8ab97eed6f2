"""The loop's reading side on Kafka (rules 1 and 2)."""

import sys
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from logging import getLogger
from typing import Any, Final

from confluent_kafka import OFFSET_INVALID as NO_OFFSET
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from services.stage.errors import AbortError, FatalError
from services.stage.kafka_calls import call, meaning
from services.stage.kafka_config import CALL_SECONDS
from services.stage.model import Record
from services.stage.ports import Listener, Place

log = getLogger(__name__)

_BUSY: Final = 64  # a poll that gave so many records meets a backlog: then a fuller batch is worth a wait
_LINGER: Final = 0.01
_PASSING: Final = frozenset(
    {
        KafkaError._ALL_BROKERS_DOWN,  # noqa: SLF001
        KafkaError._TRANSPORT,  # noqa: SLF001
        KafkaError._RESOLVE,  # noqa: SLF001
        KafkaError._MAX_POLL_EXCEEDED,  # noqa: SLF001
        KafkaError._TIMED_OUT,  # noqa: SLF001
        KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
        KafkaError.NOT_COORDINATOR,
        KafkaError.COORDINATOR_NOT_AVAILABLE,
    }
)
"""Conditions that librdkafka mends by itself."""

_NO_HEADERS: Final[Mapping[str, bytes]] = {}


class KafkaSource:
    """A subscribed consumer."""

    def __init__(self, config: Mapping[str, Any], topics: Sequence[str]) -> None:
        """Not yet connected."""
        self.epoch = 0
        self._topics = list(topics)
        self._cooperative = config["partition.assignment.strategy"] == "cooperative-sticky"
        self._consumer = Consumer(dict(config))
        self._listener: Listener | None = None
        self._ends: dict[Place, int] = {}
        self._paused = False
        self._busy = False

    def start(self, listener: Listener) -> None:
        """Subscribe; partitions come with the first polls."""
        self._listener = listener
        self._consumer.subscribe(
            self._topics, on_assign=self._assign, on_revoke=self._revoke, on_lost=self._revoke
        )

    def poll(self, limit: int, timeout: float) -> list[Record]:
        """Wait for one record, then take what has come with it.

        `consume` would wait for the whole number or the whole time: a hundred milliseconds a stage.
        """
        messages = self._consumer.consume(1, timeout)
        if messages and limit > 1:
            messages += self._consumer.consume(limit - 1, _LINGER if self._busy else 0.0)
        self._busy = len(messages) >= _BUSY
        return [record_of(message) for message in messages if self._is_record(message)]

    def seek(self, positions: Mapping[Place, int]) -> None:
        """Read these partitions from these offsets next."""
        self._ends.clear()  # what was read to the end is to be read again
        for (topic, partition), offset in positions.items():
            target = TopicPartition(topic, partition, offset)
            try:
                self._consumer.seek(target)
            except KafkaException as error:  # a partition that was assigned a moment ago is not yet seekable
                log.info("seek of %s/%d: %s; assigning anew", topic, partition, error.args[0].name())
                self._reassign(positions)
                return

    def pause(self) -> None:
        """Stop fetching, stay in the group."""
        self._paused = True
        self._consumer.pause(self._consumer.assignment())

    def resume(self) -> None:
        """Fetch again."""
        self._paused = False
        self._consumer.resume(self._consumer.assignment())

    def lags(self, positions: Mapping[Place, int], unsettled: AbstractSet[Place]) -> dict[Place, int]:
        """Offsets behind the high watermark as last fetched.

        Where the end of the partition was reached, what lies before it, end markers and aborted
        records, no longer counts (rule 8 would leave a lag of 1 for ever).
        """
        lags: dict[Place, int] = {}
        for place, position in positions.items():
            _, high = self._consumer.get_watermark_offsets(TopicPartition(*place), cached=True)
            if high >= 0:
                end = 0 if place in unsettled else self._ends.get(place, 0)
                lags[place] = max(0, high - max(position, end))
        return lags

    def close(self) -> None:
        """Leave. A static member's partitions wait for its return until the session times out."""
        self._consumer.close()

    def group_metadata(self) -> bytes:
        """The proof of membership, as of the last poll. Raises AbortError where nothing would fence us."""
        metadata: bytes = self._consumer.consumer_group_metadata()
        generation, member = parse_metadata(metadata)
        if generation < 0 or not member:
            raise AbortError("this consumer is not a member of its group now")
        return metadata

    def _assign(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self.epoch += 1
        offsets = self._committed(partitions)
        if self._listener is not None:
            self._listener.assigned(
                offsets
            )  # reads the state back: after the offsets, before the first record
        starts = [TopicPartition(topic, number, offset) for (topic, number), offset in offsets.items()]
        if self._cooperative:
            consumer.incremental_assign(starts)
        else:
            consumer.assign(starts)
        if self._paused and starts:
            consumer.pause(starts)

    def _revoke(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self.epoch += 1
        places = [(each.topic, each.partition) for each in partitions]
        for place in places:
            self._ends.pop(place, None)
        if self._listener is not None:
            self._listener.revoked(places)
        if self._cooperative:
            consumer.incremental_unassign(partitions)
        else:
            consumer.unassign()

    def _committed(self, partitions: list[TopicPartition]) -> dict[Place, int]:
        """The offsets to start from. Waits for transactions that are just committing offsets of these."""
        if not partitions:
            return {}
        found = call("committed offsets", lambda: self._consumer.committed(partitions, CALL_SECONDS))
        offsets: dict[Place, int] = {}
        for each in found:
            if each.error is not None:
                raise meaning(f"committed offset of {each.topic}/{each.partition}", each.error)
            offset = each.offset if each.offset != NO_OFFSET else self._earliest(each)
            offsets[each.topic, each.partition] = offset
        return offsets

    def _earliest(self, place: TopicPartition) -> int:
        bare = TopicPartition(place.topic, place.partition)
        low, _ = call("low watermark", lambda: self._consumer.get_watermark_offsets(bare, CALL_SECONDS))
        return int(low)

    def _reassign(self, positions: Mapping[Place, int]) -> None:
        starts = [TopicPartition(topic, number, offset) for (topic, number), offset in positions.items()]
        if self._cooperative:
            self._consumer.incremental_unassign(starts)
            self._consumer.incremental_assign(starts)
        else:
            self._consumer.assign(starts)
        if self._paused and starts:
            self._consumer.pause(starts)

    def _is_record(self, message: Message) -> bool:
        """Whether it is one; takes note of what else librdkafka reports. Raises FatalError."""
        error = message.error()
        if error is None:
            return True
        if error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001
            self._ends[record_place(message)] = message.offset() or 0
        elif error.fatal() or not (error.retriable() or error.code() in _PASSING):
            raise FatalError(str(meaning("consume", error)))
        else:
            log.warning("consume: %s", error.name())
        return False


def record_of(message: Message) -> Record:
    """A message as the loop's record."""
    headers: Any = message.headers()
    return Record(
        message.topic(),  # type: ignore[arg-type]  # None only in messages that were not consumed
        message.partition(),  # type: ignore[arg-type]
        message.offset(),  # type: ignore[arg-type]
        message.key(),
        message.value() or b"",
        {name: value or b"" for name, value in headers} if headers else _NO_HEADERS,
        message.timestamp()[1],
    )


def record_place(message: Message) -> Place:
    """The topic and partition of a consumed message, or of the end of a partition."""
    return message.topic() or "", message.partition() or 0


def parse_metadata(metadata: bytes) -> tuple[int, str]:
    """Generation and member id from librdkafka's serialised group metadata. Raises FatalError.

    `CGMDv2:`, the generation as a 32-bit number in the machine's order, then group id, member id and
    group instance id, each ended by a zero byte.
    """
    magic = b"CGMDv2:"
    parts = metadata[len(magic) + 4 :].split(b"\0")
    if not metadata.startswith(magic) or len(parts) < 3:  # noqa: PLR2004
        raise FatalError(
            "this librdkafka serialises group metadata in an unknown way: fencing cannot be checked"
        )
    generation = int.from_bytes(metadata[len(magic) : len(magic) + 4], sys.byteorder, signed=True)
    return generation, parts[1].decode()
