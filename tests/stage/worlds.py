"""The two logs that the scenarios run on: memory and a real Kafka, behind one face."""

import time
from collections.abc import Mapping, Sequence
from typing import Protocol

from confluent_kafka import Producer

from services.stage.errors import StageError
from services.stage.kafka import kafka_loop
from services.stage.kafka_source import record_of
from services.stage.loop import DEFAULT_BOUNDS, Bounds, Loop, Probe
from services.stage.memory import MemoryLog, memory_loop
from services.stage.model import Record, Stage
from services.stage.partition import partition_of
from services.stage.settings import Settings
from tests.conftest import MakeTopics
from tests.stage.verifier import read_topic


def no_probe(_step: object) -> None:
    """Nothing happens at any step."""


class World(Protocol):
    """A log with topics, on which loops run."""

    def topics(self, *names: str, partitions: int = 2, limit: int = 0) -> list[str]: ...

    def append(
        self, topic: str, value: bytes, key: str, headers: Mapping[str, bytes] | None = None
    ) -> None: ...

    def loop(
        self, stage: Stage, instance: str = "0", probe: Probe = no_probe, bounds: Bounds = DEFAULT_BOUNDS
    ) -> Loop: ...

    def read(self, topic: str) -> list[Record]: ...

    def drain(self, *loops: Loop) -> None: ...

    def close(self) -> None: ...


class MemoryWorld:
    """Scenarios in memory."""

    def __init__(self) -> None:
        self._topics: dict[str, int] = {}
        self._limits: dict[str, int] = {}
        self._log: MemoryLog | None = None

    @property
    def log(self) -> MemoryLog:
        """Made at first use, when all topics are known."""
        self._log = self._log or MemoryLog(self._topics, self._limits)
        return self._log

    def topics(self, *names: str, partitions: int = 2, limit: int = 0) -> list[str]:
        self._topics |= dict.fromkeys(names, partitions)
        self._limits |= dict.fromkeys(names, limit) if limit else {}
        return list(names)

    def append(self, topic: str, value: bytes, key: str, headers: Mapping[str, bytes] | None = None) -> None:
        self.log.append(topic, value, key=key, headers=headers, timestamp_ms=1)

    def loop(
        self, stage: Stage, instance: str = "0", probe: Probe = no_probe, bounds: Bounds = DEFAULT_BOUNDS
    ) -> Loop:
        return memory_loop(self.log, stage, instance, probe=probe, bounds=bounds)

    def read(self, topic: str) -> list[Record]:
        return list(self.log.records(topic))

    def drain(self, *loops: Loop) -> None:
        _drain(loops, 0.0, 3)

    def close(self) -> None:
        """Nothing is left behind."""


class KafkaWorld:
    """Scenarios on a real broker. A crashed loop is left as it is; `close` sweeps it up."""

    def __init__(self, bootstrap: str, make_topics: MakeTopics) -> None:
        self._settings = Settings(bootstrap, prefix=f"test-{time.time_ns()}")
        self._make = make_topics
        self._producer = Producer({"bootstrap.servers": bootstrap})
        self._counts: dict[str, int] = {}
        self._loops: list[Loop] = []

    def topics(self, *names: str, partitions: int = 2, limit: int = 0) -> list[str]:
        # records of 1970, as `append` makes them, would be deleted at the broker's next look at retention
        config = {"retention.ms": "-1"} | ({"max.message.bytes": str(limit)} if limit else {})
        made = self._make(*names, partitions=partitions, config=config)
        self._counts |= dict.fromkeys(made, partitions)
        return made

    def append(self, topic: str, value: bytes, key: str, headers: Mapping[str, bytes] | None = None) -> None:
        place = partition_of(key, self._counts[topic])
        self._producer.produce(topic, value or None, key, place, headers=dict(headers or {}), timestamp=1)
        self._producer.flush(15)

    def loop(
        self, stage: Stage, instance: str = "0", probe: Probe = no_probe, bounds: Bounds = DEFAULT_BOUNDS
    ) -> Loop:
        settings = Settings(self._settings.bootstrap, {}, self._settings.prefix, instance)
        loop = kafka_loop(stage, settings, probe=probe, bounds=bounds)
        self._loops.append(loop)
        return loop

    def read(self, topic: str) -> list[Record]:
        return [record_of(message) for message in read_topic(self._settings.bootstrap, topic)]

    def drain(self, *loops: Loop) -> None:
        _drain(loops, 0.1, 6)

    def close(self) -> None:
        for loop in self._loops:
            try:
                loop.close()
            except (StageError, RuntimeError):  # fenced by its successor, or closed by its test
                continue


def _drain(loops: Sequence[Loop], timeout: float, quiet: int) -> None:
    """Turn the loops until nothing has come for some rounds and nothing waits."""
    deadline, still = time.monotonic() + 60, 0
    while still < quiet:
        assert time.monotonic() < deadline, [loop.lags() for loop in loops]
        busy = [loop.turn(timeout) for loop in loops]
        settled = all(_settled(loop) for loop in loops)
        still = 0 if any(busy) or not settled else still + 1


def _settled(loop: Loop) -> bool:
    """Whether it has partitions, knows the end of each, and is there."""
    lags = loop.lags()
    return len(lags) == len(loop.positions) > 0 and not any(lags.values())
