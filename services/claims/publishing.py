"""Publishing our own events from outside of a stage: a clock, a person's word, what a file holds."""

from collections.abc import Iterable
from typing import Final

from confluent_kafka import KafkaError, Producer

from services.claims.errors import NotPublished
from services.contracts.codec import EventCodec
from services.stage.errors import TopicsError
from services.stage.model import Emit
from services.stage.partition import partition_of
from services.stage.settings import Settings

SECONDS: Final = 30.0


class EventPublisher:
    """An idempotent producer of events; each lies in the partition that its key gives."""

    def __init__(self, settings: Settings) -> None:
        """Connect at the first event."""
        self._settings = settings
        self._codec = EventCodec.from_environment()
        self._producer: Producer | None = None
        self._counts: dict[str, int] = {}

    def partitions(self, topic: str) -> int:
        """How many a topic has. Raises `TopicsError` where it is missing, `KafkaException`."""
        if topic not in self._counts:
            found = self._connected().list_topics(topic, SECONDS).topics[topic]
            if found.error is not None:
                raise TopicsError(
                    f"the topic {topic} does not exist; make it with `claimstream topics apply`"
                )
            self._counts[topic] = len(found.partitions)
        return self._counts[topic]

    def publish(self, emits: Iterable[Emit]) -> int:
        """Publish the events and wait until the cluster has them; how many. Raises `NotPublished`."""
        failed: list[str] = []

        def delivered(error: KafkaError | None, _message: object) -> None:
            if error is not None:
                failed.append(error.str())

        producer, number = self._connected(), 0
        for emit in emits:
            number += 1
            made = self._codec.encode(emit)
            place = partition_of(made.partition_key, self.partitions(emit.topic))
            producer.produce(emit.topic, made.value, made.key, place, on_delivery=delivered)
            producer.poll(0)
        left = producer.flush(SECONDS)
        if left or failed:
            raise NotPublished(f"{left + len(failed)} of {number} events: {(failed or ['no answer'])[0]}")
        return number

    def _connected(self) -> Producer:
        if self._producer is None:
            config = {**self._settings.client, "enable.idempotence": True, "log_level": 2, "linger.ms": 2}
            self._producer = Producer(config)
        return self._producer
