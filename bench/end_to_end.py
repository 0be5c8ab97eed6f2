"""The four services end to end on a real Kafka: latency at a steady rate, where the time goes, memory, start.

Each message is one office visit of a patient of its own (about 11 KB of FHIR). Latency is from the broker's
receipt of the EHR's message to the moment at which an independent `read_committed` reader holds the claim.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from time import monotonic, time
from urllib.request import urlopen

import psutil
from confluent_kafka import Producer

from services import broker
from services.contracts.events import CLAIMS, EHR_INBOUND
from services.pipeline.demo import apply_topics
from services.pipeline.fleet import Fleet
from services.pipeline.reader import TopicReader
from services.stage.model import ORIGIN
from services.stage.settings import Settings, from_environment
from tests.pipeline.visits import visit

RATES = (100, 300)
SECONDS = 20
WARM = 200
PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Latency:
    """From the EHR's event to the claim, in milliseconds; `kept_up`: claims a second while it ran."""

    rate: int
    p50: float
    p99: float
    claims_a_second: float


@dataclass(frozen=True, slots=True)
class EndToEnd:
    """What the four services cost."""

    start_seconds: float
    latencies: list[Latency]
    resident_mb: dict[str, float]
    handling_us: dict[str, float]
    transaction_ms: dict[str, float]


def measure() -> EndToEnd:
    """Start broker and services, time the first claim, then each rate; read what the services say."""
    with TemporaryDirectory() as scratch, broker.running(Path(scratch)) as server:
        settings = from_environment({"KAFKA_BOOTSTRAP_SERVERS": server.bootstrap})
        apply_topics(settings)
        producer = Producer({**settings.client, "linger.ms": 1})
        send(producer, "first")
        began = monotonic()
        with services_of(settings, Path(scratch)) as fleet, TopicReader(settings, [CLAIMS]) as reader:
            arrivals(reader, 1)
            start = monotonic() - began
            at_rate(producer, reader, 50, WARM, "warm")
            latencies = [at_rate(producer, reader, rate, rate * SECONDS, f"r{rate}") for rate in RATES]
            resident = memory(fleet)
            pages = {name: metrics(name) for name in resident}
    return EndToEnd(
        start,
        latencies,
        resident,
        {name: mean(page, "claimstream_stage_handling_seconds") * 1e6 for name, page in pages.items()},
        {name: mean(page, "claimstream_stage_transaction_seconds") * 1e3 for name, page in pages.items()},
    )


@contextmanager
def services_of(settings: Settings, home: Path) -> Iterator[Fleet]:
    """The four services, one process each."""
    with Fleet(home / "logs", {"KAFKA_BOOTSTRAP_SERVERS": settings.bootstrap}) as fleet:
        yield fleet


def send(producer: Producer, ident: str) -> None:
    """One visit."""
    producer.produce(EHR_INBOUND, value=visit(ident), key=ident)
    producer.poll(0)


def at_rate(producer: Producer, reader: TopicReader, rate: int, count: int, name: str) -> Latency:
    """Send `count` visits at a steady rate while reading the claims."""
    values = [(f"{name}-{number}", visit(f"{name}-{number}")) for number in range(count)]
    began = monotonic()

    def feed(position: int) -> int:
        due = min(count, int((monotonic() - began) * rate))
        for ident, value in values[position:due]:
            producer.produce(EHR_INBOUND, value=value, key=ident)
        producer.poll(0)
        return due

    waits = arrivals(reader, count, feed)
    cuts = quantiles(waits, n=100)
    return Latency(rate, cuts[49], cuts[98], count / (monotonic() - began))


def arrivals(
    reader: TopicReader, count: int, feed: Callable[[int], int] = lambda position: position
) -> list[float]:
    """Milliseconds from origin to receipt of the next `count` claims."""
    waits: list[float] = []
    position, began = 0, monotonic()
    while len(waits) < count:
        position = feed(position)
        records = reader.poll(0.005)
        now = time() * 1000
        waits += [now - int(record.headers[ORIGIN]) for record in records]
        if monotonic() - began > PATIENCE + count / 50:
            raise TimeoutError(f"{len(waits)} of {count} claims")
    return waits


def memory(fleet: Fleet) -> dict[str, float]:
    """Resident megabytes of each service."""
    return {name: psutil.Process(pid).memory_info().rss / 2**20 for name, pid in fleet.pids().items()}


def metrics(name: str) -> str:
    """A service's metrics page."""
    web = json.loads((broker.home_dir() / "services" / f"{name}.json").read_text())["web"]
    with urlopen(f"{web}/metrics", timeout=10) as answer:  # a loopback address
        page: str = answer.read().decode()
        return page


def mean(page: str, histogram: str) -> float:
    """The mean of a histogram on a metrics page."""
    totals: Mapping[str, float] = {
        kind: sum(
            float(value)
            for value in re.findall(rf"^{histogram}_{kind}(?:{{[^}}]*}})? (\S+)$", page, re.MULTILINE)
        )
        for kind in ("sum", "count")
    }
    return totals["sum"] / totals["count"] if totals["count"] else 0.0


if __name__ == "__main__":
    print(measure())
