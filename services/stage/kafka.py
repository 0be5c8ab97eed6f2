"""The loop on Kafka: the writing side, the way back of the state, and all of it put together."""

from collections.abc import Iterator, Mapping, Sequence
from logging import getLogger
from time import monotonic
from typing import Final

from confluent_kafka import (
    OFFSET_BEGINNING,
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    Producer,
    TopicPartition,
)

from services.stage.errors import AbortError, FatalError, RebuildError
from services.stage.kafka_admin import read_layout
from services.stage.kafka_calls import call, meaning
from services.stage.kafka_config import (
    CALL_SECONDS,
    consumer_config,
    group_of,
    identity,
    producer_config,
    rebuild_config,
)
from services.stage.kafka_source import KafkaSource, record_of, record_place
from services.stage.loop import DEFAULT_BOUNDS, Bounds, Loop, Probe
from services.stage.model import Record, Stage
from services.stage.ports import Layout, Monitor, Output, Place
from services.stage.settings import Settings

log = getLogger(__name__)

_STALLED_SECONDS: Final = 30.0
_PURGED: Final = frozenset({KafkaError._PURGE_QUEUE, KafkaError._PURGE_INFLIGHT})  # noqa: SLF001


class KafkaSink:
    """A transactional producer."""

    def __init__(self, stage: Stage, settings: Settings, source: KafkaSource) -> None:
        """The source's group metadata goes with the offsets (KIP-447)."""
        self._stage, self._settings, self._source = stage, settings, source
        self._producer: Producer | None = None
        self._open = False
        self._failed: KafkaError | None = None

    def start(self) -> None:
        """Fence the predecessor; Kafka aborts what it left open."""
        limits = [self.layout().limits.get(topic, 1_000_000) for topic in self._stage.targets]
        config = producer_config(self._stage, self._settings, min(limits), max(limits))
        self._producer = Producer({**config, "on_delivery": self._delivered})
        producer = self._producer
        call("init_transactions", lambda: producer.init_transactions(CALL_SECONDS))

    def layout(self) -> Layout:
        """The topics as the cluster has them now."""
        return read_layout(self._settings, (*self._stage.inputs, *self._stage.targets))

    def begin(self) -> None:
        """Open a transaction."""
        self._failed = None
        call("begin_transaction", self._live.begin_transaction)
        self._open = True

    def send(self, outputs: Sequence[Output]) -> None:
        """Hand outputs to librdkafka, which sends them in the background."""
        produce = self._live.produce
        for each in outputs:
            try:
                produce(each.topic, each.value or None, each.key, each.partition, headers=each.headers)  # type: ignore[arg-type]  # a dict is one
            except (BufferError, KafkaException) as error:
                self._send_slowly(each, error)

    def flush(self) -> None:
        """Wait for the acknowledgements, before the offsets go (rule 5)."""
        left = self._live.flush(CALL_SECONDS)
        if self._failed is not None:
            error = meaning("delivery", self._failed)
            raise error if isinstance(error, AbortError) else AbortError(str(error))
        if left:
            raise AbortError(f"{left} outputs were not acknowledged in {CALL_SECONDS:.0f} s")

    def offsets(self, offsets: Mapping[Place, int]) -> None:
        """Put the offsets into the transaction, with the proof of membership (rule 1)."""
        positions = [TopicPartition(topic, number, offset) for (topic, number), offset in offsets.items()]
        metadata = self._source.group_metadata()
        producer = self._live
        call(
            "send_offsets_to_transaction",
            lambda: producer.send_offsets_to_transaction(positions, metadata, CALL_SECONDS),
        )

    def commit(self) -> None:
        """Make outputs and offsets visible."""
        producer = self._live
        call("commit_transaction", lambda: producer.commit_transaction(CALL_SECONDS))
        self._open = False

    def abort(self) -> None:
        """Undo the transaction, if one is open."""
        if not self._open:
            return
        producer = self._live
        try:
            call("abort_transaction", lambda: producer.abort_transaction(CALL_SECONDS))
        except AbortError as error:
            raise FatalError(f"an abort that asks for an abort: {error}") from error
        self._open = False

    def close(self) -> None:
        """Abort what is open, so that readers need not wait for the transaction's timeout."""
        if self._producer is not None:
            self.abort()
            self._producer = None

    @property
    def _live(self) -> Producer:
        if self._producer is None:
            raise FatalError("the producer was not started")
        return self._producer

    def _send_slowly(self, output: Output, error: Exception) -> None:
        """The producer's queue is full: wait for room. Any other refusal ends the transaction."""
        deadline = monotonic() + CALL_SECONDS
        while isinstance(error, BufferError) and monotonic() < deadline:
            self._live.poll(0.1)
            try:
                self._live.produce(
                    output.topic,
                    output.value or None,
                    output.key,
                    output.partition,
                    headers=output.headers,  # type: ignore[arg-type]  # a dict is one
                )
            except (BufferError, KafkaException) as again:
                error = again
            else:
                return
        if isinstance(error, KafkaException) and error.args[0].fatal():
            raise meaning("produce", error.args[0])
        raise AbortError(f"produce: {error}")

    def _delivered(self, error: KafkaError | None, _message: Message) -> None:
        """Called for failures only; those of an abort's own making do not count."""
        if error is not None and self._failed is None and error.code() not in _PURGED:
            self._failed = error


class KafkaStateLog:
    """Reads a stage's own output back, to where it ends now (rule 3)."""

    def __init__(self, stage: Stage, settings: Settings) -> None:
        """Connects only to read."""
        self._stage, self._settings = stage, settings

    def read(self, topic: str, partitions: Sequence[int]) -> Iterator[Record]:
        """Every committed record below the high watermarks of this moment.

        The watermark is taken without regard to open transactions: one of them may belong to offsets
        that are already committed, and then its outputs must be waited for.
        """
        ends = self._ends(topic, partitions)
        left = {number for number, end in ends.items() if end > 0}
        if not left:
            return
        consumer = Consumer(rebuild_config(self._stage, self._settings, "read_committed"))
        try:
            consumer.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for number in sorted(left)])
            yield from self._until(consumer, ends, left)
        finally:
            consumer.close()

    def _ends(self, topic: str, partitions: Sequence[int]) -> dict[int, int]:
        consumer = Consumer(rebuild_config(self._stage, self._settings, "read_uncommitted"))
        try:
            return {number: high_watermark(consumer, topic, number) for number in partitions}
        finally:
            consumer.close()

    def _until(self, consumer: Consumer, ends: Mapping[int, int], left: set[int]) -> Iterator[Record]:
        """Records until every partition has reached its end; its end is told by Kafka, not by a record."""
        moved = monotonic()
        while left:
            for message in consumer.consume(1_000, 0.05):
                error = message.error()
                if error is None:
                    moved = monotonic()
                    yield record_of(message)
                elif error.code() != KafkaError._PARTITION_EOF:  # noqa: SLF001
                    log.warning("reading the state back: %s", error.name())
                    continue
                _, partition = record_place(message)
                reached = (message.offset() or 0) + (error is None)
                if reached >= ends[partition]:
                    left.discard(partition)
            if monotonic() - moved > _STALLED_SECONDS:
                raise RebuildError(f"partitions {sorted(left)} gave nothing for {_STALLED_SECONDS:.0f} s")


def high_watermark(consumer: Consumer, topic: str, partition: int) -> int:
    """The end of a partition: for a read_uncommitted consumer, with open transactions."""
    place = TopicPartition(topic, partition)
    _, high = call("high watermark", lambda: consumer.get_watermark_offsets(place, CALL_SECONDS))
    return int(high)


def kafka_loop(
    stage: Stage,
    settings: Settings,
    *,
    bounds: Bounds = DEFAULT_BOUNDS,
    monitor: Monitor | None = None,
    probe: Probe = lambda _step: None,
) -> Loop:
    """The stage's loop on Kafka, not yet opened."""
    log.info("%s: group %s, instance %s", stage.name, group_of(stage, settings), identity(stage, settings))
    source = KafkaSource(consumer_config(stage, settings), stage.inputs)
    sink = KafkaSink(stage, settings, source)
    state_log = KafkaStateLog(stage, settings)
    return Loop(stage, source, sink, state_log, bounds=bounds, monitor=monitor, probe=probe)
