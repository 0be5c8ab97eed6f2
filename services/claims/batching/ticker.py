"""The clock of the batches: a record for each partition of `batch-ticks`, from outside of the handlers.

Handlers know no wall clock, so that a replay gives the same bytes; what time it was is on the topic.
"""

from datetime import datetime
from itertools import count
from typing import Final

from confluent_kafka import KafkaException, Producer

from services.contracts.claim_event import BatchTick
from services.contracts.codec import EventCodec
from services.contracts.events import BATCH_TICKS
from services.contracts.keys import derived_id
from services.stage.errors import TopicsError
from services.stage.model import Emit
from services.stage.partition import partition_of
from services.stage.settings import Settings

SECONDS: Final = 15.0


def lanes(partitions: int) -> list[str]:
    """A key for each partition, which hashes into it."""
    found: dict[int, str] = {}
    for number in count():
        found.setdefault(partition_of(f"lane-{number}", partitions), f"lane-{number}")
        if len(found) == partitions:
            return [found[each] for each in range(partitions)]
    raise AssertionError("the numbers do not end")


class Ticker:
    """Tells every partition what time it is. A tick too many does no harm: a closed batch stays closed."""

    def __init__(self, settings: Settings) -> None:
        """Connect at the first tick."""
        self._settings = settings
        self._codec = EventCodec.from_environment()
        self._producer: Producer | None = None
        self._lanes: list[str] = []

    def tick(self, at: datetime, *, close: bool = False) -> int:
        """Publish a tick for each partition; how many there are. `close` is a cut-off.

        Raises `TopicsError` where the topic is missing, `KafkaException` where the cluster does not take it.
        """
        producer = self._connected()
        for lane in self._lanes:
            tick = BatchTick(tick_id=derived_id("tick", at.isoformat(), lane), at=at, lane=lane, close=close)
            made = self._codec.encode(Emit(BATCH_TICKS, tick))
            place = partition_of(made.partition_key, len(self._lanes))
            producer.produce(BATCH_TICKS, made.value, made.key, place)
        if producer.flush(SECONDS):
            raise KafkaException(f"a tick was not acknowledged in {SECONDS:.0f} s")
        return len(self._lanes)

    def _connected(self) -> Producer:
        if self._producer is None:
            producer = Producer({**self._settings.client, "enable.idempotence": True, "log_level": 2})
            found = producer.list_topics(BATCH_TICKS, SECONDS).topics[BATCH_TICKS]
            if found.error is not None:
                raise TopicsError(
                    f"the topic {BATCH_TICKS} does not exist; make it with `claimstream topics apply`"
                )
            self._lanes = lanes(len(found.partitions))
            self._producer = producer
        return self._producer
