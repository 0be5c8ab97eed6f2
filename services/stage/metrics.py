"""What a stage tells Prometheus. Labels are bounded: stage, direction, topic, partition."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from threading import Lock
from typing import Final, TypeVar

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector

from services.stage.ports import Monitor, Place

HANDLING_SECONDS: Final = (0.00001, 0.00005, 0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0)
_Metric = TypeVar("_Metric", Counter, Gauge)
TRANSACTION_SECONDS: Final = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


class Durations(Collector):
    """A histogram that takes many observations at once: one lock for a batch, not one for a record."""

    def __init__(self, name: str, text: str, bounds: Sequence[float], labels: Mapping[str, str]) -> None:
        """`bounds`: the upper ends of the buckets in seconds, rising."""
        self._name, self._text, self._bounds = name, text, tuple(bounds)
        self._labels = dict(labels)
        self._counts = [0] * (len(self._bounds) + 1)
        self._sum = 0.0
        self._lock = Lock()

    def add(self, seconds: Sequence[float]) -> None:
        """Take up observations."""
        with self._lock:
            for each in seconds:
                self._counts[bisect_left(self._bounds, each)] += 1
            self._sum += sum(seconds)

    def collect(self) -> Iterator[HistogramMetricFamily]:
        """For Prometheus."""
        with self._lock:
            counts, total = tuple(accumulate(self._counts)), self._sum
        family = HistogramMetricFamily(self._name, self._text, labels=tuple(self._labels))
        ends = (*(str(bound) for bound in self._bounds), "+Inf")
        family.add_metric(tuple(self._labels.values()), list(zip(ends, counts, strict=True)), total)
        yield family


def _of_stage(kind: type[_Metric], name: str, text: str, stage: str, registry: CollectorRegistry) -> _Metric:
    """A metric whose only label is the stage, for that stage."""
    return kind(f"claimstream_stage_{name}", text, ["stage"], registry=registry).labels(stage)


class Metrics(Monitor):
    """Counts what the loop does."""

    def __init__(self, stage: str, registry: CollectorRegistry = REGISTRY) -> None:
        """One for each stage of a process."""
        self._stage = stage
        records = Counter(
            "claimstream_stage_records",
            "Records that the stage took in, put out, and put to the dead letters.",
            ["stage", "direction"],
            registry=registry,
        )
        self._in, self._out, self._dead = (records.labels(stage, way) for way in ("in", "out", "dead"))
        self._handling = Durations(
            "claimstream_stage_handling_seconds",
            "Seconds to handle one record.",
            HANDLING_SECONDS,
            {"stage": stage},
        )
        registry.register(self._handling)
        self._transaction = Histogram(
            "claimstream_stage_transaction_seconds",
            "Seconds of one transaction, from its first record's handling to the commit.",
            ["stage"],
            buckets=TRANSACTION_SECONDS,
            registry=registry,
        ).labels(stage)
        self._aborts = _of_stage(Counter, "aborts", "Transactions undone.", stage, registry)
        text = "Seconds that the last reading back of state took."
        self._rebuild = _of_stage(Gauge, "rebuild_seconds", text, stage, registry)
        text = "Records of state read back."
        self._rebuilt = _of_stage(Counter, "rebuild_records", text, stage, registry)
        self._lag = Gauge(
            "claimstream_stage_lag_records",
            "Offsets between the stage and the end of a partition that it owns.",
            ["stage", "topic", "partition"],
            registry=registry,
        )
        self._keys = Gauge(
            "claimstream_stage_state_keys",
            "Keys in the state of a partition that the stage owns.",
            ["stage", "partition"],
            registry=registry,
        )

    def committed(self, records: int, outputs: int, dead: int, seconds: float) -> None:
        """Dead letters are counted as such, not as outputs."""
        self._in.inc(records)
        self._out.inc(outputs - dead)
        self._dead.inc(dead)
        self._transaction.observe(seconds)

    def handled(self, seconds: Sequence[float]) -> None:
        """Each record's handling."""
        self._handling.add(seconds)

    def aborted(self) -> None:
        """One more."""
        self._aborts.inc()

    def rebuilt(self, records: int, seconds: float) -> None:
        """State is back."""
        self._rebuild.set(seconds)
        self._rebuilt.inc(records)

    def owned(self, sizes: Mapping[int, int]) -> None:
        """Partitions that are gone must not go on showing their last value."""
        self._keys.clear()
        for partition, size in sizes.items():
            self._keys.labels(self._stage, str(partition)).set(size)

    def lag(self, lags: Mapping[Place, int]) -> None:
        """As with `owned`."""
        self._lag.clear()
        for (topic, partition), behind in lags.items():
            self._lag.labels(self._stage, topic, str(partition)).set(behind)
