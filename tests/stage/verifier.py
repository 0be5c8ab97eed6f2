"""An independent reader: what did a chain of stages lose, double or misnumber?

Imports nothing of the project: a plain read_committed consumer, so that it cannot share its mistakes.
"""

import json
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, TopicPartition

_LEADERLESS = (KafkaError.NOT_LEADER_FOR_PARTITION, KafkaError.LEADER_NOT_AVAILABLE)


@dataclass(frozen=True, slots=True)
class Report:
    """What was found; all zero is what exactly once means."""

    seen: int
    lost: int
    duplicated: int
    gaps: int
    """Keys of which the versions, in the order of the log, are not 1, 2, 3, ..."""

    @property
    def clean(self) -> bool:
        """Nothing lost, nothing doubled, no gap."""
        return self.lost == self.duplicated == self.gaps == 0


def read_topic(bootstrap: str, topic: str, seconds: float = 60.0) -> list[Message]:
    """Every committed record of a topic up to its end as it is now, partition by partition."""
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": "verifier",
            "enable.auto.commit": False,
            "isolation.level": "read_committed",
            "auto.offset.reset": "earliest",
            "enable.partition.eof": True,
        }
    )
    try:
        numbers = sorted(consumer.list_topics(topic, 15).topics[topic].partitions)
        ends = {n: _end(consumer, TopicPartition(topic, n), seconds) for n in numbers}
        consumer.assign([TopicPartition(topic, n, OFFSET_BEGINNING) for n in numbers])
        return sorted(_until(consumer, ends, seconds), key=lambda m: (m.partition() or 0, m.offset() or 0))
    finally:
        consumer.close()


def _end(consumer: Consumer, place: TopicPartition, seconds: float) -> int:
    """Where a partition ends; asked again while it has no leader yet, as that of a new topic may not."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return int(consumer.get_watermark_offsets(place, 15)[1])
        except KafkaException as problem:
            if problem.args[0].code() not in _LEADERLESS or time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _until(consumer: Consumer, ends: Mapping[int, int], seconds: float) -> Iterator[Message]:
    left = {number for number, end in ends.items() if end > 0}
    deadline = time.monotonic() + seconds
    while left:
        if time.monotonic() > deadline:
            raise TimeoutError(f"partitions {sorted(left)} were not read to their end in {seconds:.0f} s")
        for message in consumer.consume(1_000, 0.2):
            error = message.error()
            number, offset = message.partition() or 0, message.offset() or 0
            if error is None:
                yield message
                offset += 1
            elif error.code() != KafkaError._PARTITION_EOF:
                continue
            if offset >= ends[number]:
                left.discard(number)


def verify(events: list[dict[str, Any]], expected: Mapping[str, int]) -> Report:
    """Hold events (`key`, `seq`, `version`) in the order of the log against how many each key had.

    A key's `seq` runs from 1 to its expected number; each must be there once, numbered without a gap.
    """
    by_key: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for event in events:
        by_key[str(event["key"])].append(event)
    lost = duplicated = gaps = 0
    for key, count in expected.items():
        seqs = [event["seq"] for event in by_key[key]]
        lost += len(set(range(1, count + 1)) - set(seqs))
        duplicated += len(seqs) - len(set(seqs))
        gaps += [event["version"] for event in by_key[key]] != list(range(1, len(seqs) + 1))
    duplicated += sum(len(found) for key, found in by_key.items() if key not in expected)
    return Report(len(events), lost, duplicated, gaps)


def verify_topic(bootstrap: str, topic: str, expected: Mapping[str, int]) -> Report:
    """`verify` over a topic of JSON events."""
    return verify([json.loads(m.value() or b"{}") for m in read_topic(bootstrap, topic)], expected)
