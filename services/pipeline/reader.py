"""Reading topics beside the services: committed records only, no group, nothing committed back."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType, TracebackType
from typing import Any, Final, Self

from confluent_kafka import OFFSET_BEGINNING, OFFSET_END, Consumer, KafkaError, KafkaException, TopicPartition

from services.pipeline.errors import TopicUnread
from services.stage.model import Record
from services.stage.settings import Settings

BATCH: Final = 1_000
SECONDS: Final = 10.0
"""How long a question to the cluster may take."""


class TopicReader:
    """All partitions of some topics, from their beginning or from now on."""

    def __init__(
        self,
        settings: Settings,
        topics: Sequence[str],
        *,
        beginning: bool = True,
        starts: Mapping[tuple[str, int], int] = MappingProxyType({}),
    ) -> None:
        """Take every partition, from `starts` where it is named; raises `TopicUnread` for a missing topic."""
        self._consumer = Consumer(
            {
                **settings.client,
                "group.id": f"{settings.prefix}-reader",
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "enable.partition.eof": True,
                "log_level": 2,  # what goes wrong is raised, and told once
                "fetch.wait.max.ms": 50,
                "auto.offset.reset": "earliest",  # where a start is no longer, or not yet, there
            }
        )
        start = OFFSET_BEGINNING if beginning else OFFSET_END
        places = [
            TopicPartition(topic, number, starts.get((topic, number), start))
            for topic in topics
            for number in self._partitions(topic)
        ]
        self._behind = {(place.topic, place.partition) for place in places}
        self._ends: dict[tuple[str, int], int] = {}
        self._consumer.assign(places)

    def __enter__(self) -> Self:
        """Use it as a context, so that it is closed."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the consumer."""
        self.close()

    def close(self) -> None:
        """Close the consumer."""
        self._consumer.close()

    @property
    def at_end(self) -> bool:
        """Whether every partition has been read to its end at least once."""
        return not self._behind

    def ended(self, topic: str, partition: int) -> bool:
        """Whether the partition has been read to its end as it is now."""
        place = TopicPartition(topic, partition)
        end = self._consumer.get_watermark_offsets(place, SECONDS)[1]
        return end == 0 or self._ends.get((topic, partition), -1) >= end

    def poll(self, seconds: float) -> list[Record]:
        """Records that have come within `seconds`, tombstones included."""
        records = []
        for message in self._consumer.consume(BATCH, seconds):
            error = message.error()
            if error is None:
                records.append(_record(message))
            elif error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 (the client's public constant)
                self._at_end(message)
            else:
                raise KafkaException(error)
        return records

    def to_end(self) -> Iterator[Record]:
        """Every record that is there now."""
        while not self.at_end:
            yield from self.poll(0.5)

    def _at_end(self, message: Any) -> None:  # noqa: ANN401 (confluent's message has no types)
        place = (message.topic(), message.partition())
        self._behind.discard(place)
        self._ends[place] = message.offset()

    def _partitions(self, topic: str) -> list[int]:
        found = self._consumer.list_topics(topic, SECONDS).topics[topic]
        if found.error is not None:
            raise TopicUnread(f"topic {topic} is not on the cluster: make it with `claimstream topics apply`")
        return sorted(found.partitions)


def _record(message: Any) -> Record:  # noqa: ANN401 (confluent's message has no types)
    return Record(
        topic=message.topic(),
        partition=message.partition(),
        offset=message.offset(),
        key=message.key(),
        value=message.value() or b"",
        headers={name: value or b"" for name, value in message.headers() or ()},
        timestamp_ms=message.timestamp()[1],
    )
