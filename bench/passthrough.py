"""The stage's pass-through of 2 KB records beside a raw loop, a faust agent and Quix Streams.

Each contender is a process that copies a loaded topic to an empty one. Its rate is read from the times
at which the broker appended its outputs (LogAppendTime), so that nothing of the contender measures itself
and starting up does not count. Contenders take turns; the median of their runs is compared.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from subprocess import Popen
from time import monotonic

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

PARTITIONS = 4
SIZE = 2_048
PATIENCE = 180.0
SETTLE = 0.1
"""The share of records at either end that is not timed: ramping up, and the last partial batch."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One way to pass records through, and how many records it gets (slow ones get fewer)."""

    name: str
    module: str
    records: int
    python: str = sys.executable


CONTENDERS = (
    Contender("claimstream stage", "bench.contenders.ours", 200_000),
    Contender("raw confluent-kafka loop", "bench.contenders.raw", 200_000),
    Contender("faust agent", "bench.contenders.faust_agent", 20_000),
    Contender(
        "quixstreams exactly-once", "bench.contenders.quix", 200_000, os.environ.get("BENCH_PYTHON", "")
    ),
)


def measure(bootstrap: str, rounds: int = 3) -> dict[str, float]:
    """Records a second of each contender, the median of its rounds."""
    admin = AdminClient({"bootstrap.servers": bootstrap})
    sources = {count: load(admin, bootstrap, count) for count in sorted({c.records for c in CONTENDERS})}
    rates: dict[str, list[float]] = {contender.name: [] for contender in CONTENDERS}
    for turn in range(rounds):
        for contender in CONTENDERS:
            if contender.python:
                target = f"out-{contender.module.rpartition('.')[2]}-{turn}"
                create(admin, target)
                rate = run(contender, bootstrap, sources[contender.records], target)
                print(f"{contender.name}: {rate:,.0f} records a second", flush=True)
                rates[contender.name].append(rate)
    return {name: median(values) for name, values in rates.items() if values}


def create(admin: AdminClient, topic: str) -> None:
    """A topic whose records carry the time at which the broker wrote them."""
    config = {"message.timestamp.type": "LogAppendTime"}
    for future in admin.create_topics([NewTopic(topic, PARTITIONS, 1, config=config)]).values():
        future.result(30)


def load(admin: AdminClient, bootstrap: str, count: int) -> str:
    """A topic with `count` records of 2 KB."""
    topic = f"in-{count}"
    create(admin, topic)
    producer = Producer(
        {"bootstrap.servers": bootstrap, "linger.ms": 50, "queue.buffering.max.messages": 500_000}
    )
    for number in range(count):
        key = f"key-{number % 1_000}".encode()
        producer.produce(topic, value=os.urandom(SIZE // 2).hex().encode(), key=key)
        producer.poll(0)
    producer.flush()
    return topic


def run(contender: Contender, bootstrap: str, source: str, target: str) -> float:
    """Start the contender, wait for its last output, stop it; records a second."""
    command = [contender.python, "-m", contender.module, bootstrap, source, target]
    process = Popen(command)
    try:
        times = append_times(bootstrap, target, contender.records)
    finally:
        process.kill()
        process.wait()
    first, last = int(len(times) * SETTLE), int(len(times) * (1 - SETTLE))
    return (last - first) / max(0.001, (times[last] - times[first]) / 1000)


def append_times(bootstrap: str, topic: str, count: int) -> Sequence[int]:
    """When the broker appended each of the topic's first `count` records, in ms, sorted."""
    consumer = Consumer(
        {"bootstrap.servers": bootstrap, "group.id": "bench", "isolation.level": "read_committed",
         "enable.auto.commit": False}
    )  # fmt: skip
    consumer.assign([TopicPartition(topic, number, 0) for number in range(PARTITIONS)])
    times: list[int] = []
    began = monotonic()
    while len(times) < count:
        times += [m.timestamp()[1] for m in consumer.consume(10_000, 0.5) if m.error() is None]
        if monotonic() - began > PATIENCE:
            raise TimeoutError(f"{topic}: {len(times)} of {count} records after {PATIENCE:.0f} s")
    consumer.close()
    return sorted(times)
