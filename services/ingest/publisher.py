"""Publishing messages of an EHR onto `ehr-inbound`, each acknowledged by the cluster.

A message's partition follows its patient, so that a correction is read after what it corrects.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from services.contracts.events import EHR_INBOUND
from services.ingest.fhir.bundle import MAX_BYTES
from services.ingest.fhir.envelope import envelope
from services.ingest.formats import HEADER
from services.stage.errors import TopicsError
from services.stage.partition import partition_of
from services.stage.settings import Settings

_CALL_SECONDS: Final = 15.0
_DELIVERY_SECONDS: Final = 60.0
_OVERHEAD: Final = 64 * 1024


@dataclass(slots=True)
class Publisher:
    """An idempotent producer: a message is on the topic once, or is in `failed` with the reason."""

    settings: Settings
    topic: str = EHR_INBOUND
    failed: dict[str, str] = field(default_factory=dict)
    delivered: int = 0
    _producer: Producer = field(init=False)
    _partitions: int = field(init=False)

    def __post_init__(self) -> None:
        """Connect; raises `TopicsError` where the topic is missing, `KafkaException` without a cluster."""
        self._producer = Producer(
            {
                "compression.type": "lz4",
                "linger.ms": 5,
                "queue.buffering.max.kbytes": 65_536,
                "delivery.timeout.ms": int(_DELIVERY_SECONDS * 1000),
                "message.max.bytes": MAX_BYTES + _OVERHEAD,
                "log_level": 0,
                **self.settings.client,
                "enable.idempotence": True,
            }
        )
        self._partitions = self._count_partitions()

    def publish(self, place: str, value: bytes, message_format: str) -> None:
        """Hand a message over; `place` is how a failure will name it."""
        address = envelope(value)

        def delivered(error: KafkaError | None, _message: Message) -> None:
            if error is None:
                self.delivered += 1
            else:
                self.failed[place] = error.str()

        self._when_there_is_room(
            lambda: self._producer.produce(
                self.topic,
                value=value,
                key=address.key,
                partition=partition_of(address.order_key, self._partitions),
                headers={HEADER: message_format.encode()},
                on_delivery=delivered,
            )
        )
        self._producer.poll(0)

    def finish(self) -> None:
        """Wait until every message is acknowledged or has failed."""
        left = self._producer.flush(_DELIVERY_SECONDS + _CALL_SECONDS)
        if left:
            self.failed[f"{left} messages"] = "not acknowledged in time"

    def _when_there_is_room(self, produce: Callable[[], None]) -> None:
        while True:
            try:
                return produce()
            except BufferError:  # the queue is full: let the cluster take some
                self._producer.poll(0.1)

    def _count_partitions(self) -> int:
        found = self._producer.list_topics(self.topic, _CALL_SECONDS).topics[self.topic]
        if found.error is not None and found.error.code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
            raise TopicsError(
                f"the topic {self.topic} does not exist; make it with `claimstream topics apply`"
            )
        if found.error is not None:
            raise KafkaException(found.error)
        return len(found.partitions)
