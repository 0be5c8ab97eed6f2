"""The configuration of the clients that survived the chaos runs (see docs/decisions/0001)."""

from logging import getLogger
from typing import Any, Final

from services.stage.model import Stage
from services.stage.settings import Settings

CALL_SECONDS: Final = 15.0
"""How long one call to Kafka may take."""

log = getLogger("services.stage.librdkafka")


def group_of(stage: Stage, settings: Settings) -> str:
    """The consumer group of a stage."""
    return f"{settings.prefix}-{stage.name}"


def identity(stage: Stage, settings: Settings) -> str:
    """The transactional id and group instance id: stable over restarts (rule 7)."""
    return f"{group_of(stage, settings)}-{settings.instance}"


def together(stage: Stage) -> bool:
    """Whether partitions of several inputs must come to one instance as a set."""
    return stage.state_topic is not None and len(stage.inputs) > 1


def consumer_config(stage: Stage, settings: Settings) -> dict[str, Any]:
    """The reading side.

    Only the range assignor gives the same partitions of several topics to one member; it takes all
    partitions away at a rebalance, so that where one input is enough cooperative-sticky is better.
    """
    return {
        **_reader(settings),
        "session.timeout.ms": 6_000,
        "heartbeat.interval.ms": 1_000,
        "max.poll.interval.ms": 60_000,
        "fetch.wait.max.ms": 100,
        "queued.min.messages": 5_000,
        "queued.max.messages.kbytes": 16_384,
        "fetch.error.backoff.ms": 50,
        "fetch.queue.backoff.ms": 20,
        **settings.client,
        "group.id": group_of(stage, settings),
        "group.instance.id": identity(stage, settings),
        "group.protocol": "classic",
        "partition.assignment.strategy": "range" if together(stage) else "cooperative-sticky",
    }


def rebuild_config(stage: Stage, settings: Settings, isolation: str) -> dict[str, Any]:
    """A reader outside the group, for the state's way back."""
    return {
        **_reader(settings),
        "fetch.wait.max.ms": 50,
        "queued.max.messages.kbytes": 16_384,
        **settings.client,
        "group.id": f"{group_of(stage, settings)}-rebuild",
        "isolation.level": isolation,
    }


def producer_config(stage: Stage, settings: Settings, smallest: int, largest: int) -> dict[str, Any]:
    """The writing side; `smallest` and `largest` bytes that the target topics take.

    Batches of several records stay under the smallest limit; a single record was checked on its own.
    """
    return {
        "transaction.timeout.ms": 10_000,
        "linger.ms": 2,
        "queue.buffering.max.messages": 100_000,
        "batch.size": max(1, min(1_000_000, smallest)),
        "message.max.bytes": min(1_000_000_000, max(1_000_000, largest)),
        "delivery.report.only.error": True,
        "logger": log,
        **settings.client,
        "transactional.id": identity(stage, settings),
    }


def _reader(settings: Settings) -> dict[str, Any]:
    return {
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "isolation.level": "read_committed",
        "auto.offset.reset": "earliest",
        "enable.partition.eof": True,
        "logger": log,
        "client.id": f"{settings.prefix}-{settings.instance}",
    }
