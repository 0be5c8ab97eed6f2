"""The whole pipeline to be tested: in memory, or as services on a real Kafka. One suite for both."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any, Protocol
from uuid import uuid4

from confluent_kafka import Producer

from services.contracts.codec import EventCodec
from services.contracts.events import CLAIMS, EHR_INBOUND, EVENT_TYPES, FOREIGN
from services.contracts.topics import TOPICS
from services.contracts.topology import LOOP, TOPOLOGY
from services.pipeline.demo import apply_topics
from services.pipeline.fleet import Fleet
from services.pipeline.ledger import Ledger, Outcome
from services.pipeline.reader import TopicReader
from services.pipeline.stages import loop_stages, stages
from services.stage.memory import MemoryLog, memory_loop
from services.stage.model import Record
from services.stage.settings import Settings, from_environment

PATIENCE = 90.0


class Seen:
    """What has come out so far."""

    def __init__(self) -> None:
        self.codec = EventCodec()
        self.ledger = Ledger()
        self.records: dict[str, list[Record]] = defaultdict(list)
        self.events: dict[str, list[Any]] = defaultdict(list)

    def take(self, record: Record) -> None:
        """Decode and file a record; what does not decode was put there by a test."""
        self.records[record.topic].append(record)
        if record.topic in FOREIGN or not record.value:
            return
        try:
            event = self.codec.decode(record)
        except Exception:  # noqa: BLE001 (put there by a test)
            return
        self.events[record.topic].append(event)
        self.ledger.add(event)

    def outcomes(self) -> dict[str, Outcome]:
        """End states by encounter."""
        return {outcome.encounter_id: outcome for outcome in self.ledger.outcomes()}

    def claims(self, encounter_id: str) -> list[Any]:
        """The claims of an encounter in the order in which they came."""
        return [claim for claim in self.events[CLAIMS] if claim.encounter_id == encounter_id]

    def claim_bytes(self, idents: set[str]) -> dict[tuple[str, int], bytes]:
        """The bytes of every claim of these encounters."""
        found = {}
        for record in self.records[CLAIMS]:
            claim: Any = self.codec.decode(record)
            if claim.encounter_id in idents:
                found[claim.claim_id, claim.version] = record.value
        return found


class World(Protocol):
    """A running pipeline."""

    name: str
    unique: str
    """Ends every id of a test, so that a cluster that has run before does not know it."""
    seen: Seen

    def publish(self, value: bytes, *, key: str = "", topic: str = EHR_INBOUND) -> None:
        """Put bytes on a topic as an EHR would."""
        ...

    def until(self, done: Callable[[Seen], bool]) -> Seen:
        """Wait until what came out satisfies `done`; fails when it does not in time."""
        ...


class MemoryWorld:
    """The handlers on a log in memory."""

    name = "memory"
    unique = ""

    def __init__(self) -> None:
        limits = {topic.name: topic.max_message_bytes for topic in TOPICS}
        self._log = MemoryLog({topic.name: topic.partitions for topic in TOPICS}, limits)
        self._loops = [memory_loop(self._log, stage) for stage in (*stages(), *loop_stages())]
        for loop in self._loops:
            loop.open()
        self._read: dict[tuple[str, int], int] = {}
        self.seen = Seen()

    def publish(self, value: bytes, *, key: str = "", topic: str = EHR_INBOUND) -> None:
        """Append it."""
        self._log.append(topic, value, key=key)

    def until(self, done: Callable[[Seen], bool]) -> Seen:
        """Work everything off, then look."""
        busy = True
        while busy:
            busy = False
            for loop in self._loops:
                busy = bool(loop.turn(0.0)) or any(loop.lags().values()) or busy
        for topic in (EHR_INBOUND, *EVENT_TYPES):
            for record in self._log.records(topic):
                if record.offset >= self._read.get((topic, record.partition), 0):
                    self._read[topic, record.partition] = record.offset + 1
                    self.seen.take(record)
        assert done(self.seen)
        return self.seen


class KafkaWorld:
    """The services as processes on a real Kafka."""

    name = "kafka"

    def __init__(self, settings: Settings, fleet: Fleet, reader: TopicReader) -> None:
        self.unique = f"-{uuid4().hex[:8]}"
        self._fleet, self._reader = fleet, reader
        self._producer = Producer({**settings.client, "message.max.bytes": 32_000_000})
        self.seen = Seen()

    def publish(self, value: bytes, *, key: str = "", topic: str = EHR_INBOUND) -> None:
        """Produce it and wait for the acknowledgement."""
        self._producer.produce(topic, value=value, key=key)
        assert self._producer.flush(30) == 0

    def until(self, done: Callable[[Seen], bool]) -> Seen:
        """Read on until it is so."""
        began = monotonic()
        while not done(self.seen):
            self._fleet.check()
            for record in self._reader.poll(0.2):
                self.seen.take(record)
            assert monotonic() - began < PATIENCE, f"not so after {PATIENCE:.0f} s"
        return self.seen


@contextmanager
def kafka_world(bootstrap: str, home: Path) -> Iterator[KafkaWorld]:
    """A pipeline of its own consumer groups on the cluster."""
    own = {"KAFKA_BOOTSTRAP_SERVERS": bootstrap, "CLAIMSTREAM_PREFIX": f"test-{uuid4().hex[:8]}"}
    settings = from_environment({**os.environ, **own})
    apply_topics(settings)
    with (
        TopicReader(settings, [EHR_INBOUND, *EVENT_TYPES]) as reader,
        Fleet(home / "logs", own, services=(*TOPOLOGY, *LOOP)) as fleet,
    ):
        yield KafkaWorld(settings, fleet, reader)
