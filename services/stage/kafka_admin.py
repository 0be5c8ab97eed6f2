"""What the cluster says of topics."""

from collections.abc import Sequence
from concurrent.futures import Future
from logging import getLogger
from typing import Final

from confluent_kafka import KafkaException
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # its __all__ misses them
    AdminClient,
    ConfigEntry,
    ConfigResource,
    ResourceType,
)

from services.stage.kafka_calls import call
from services.stage.kafka_config import CALL_SECONDS
from services.stage.ports import Layout
from services.stage.settings import Settings

log = getLogger(__name__)

_CAUTIOUS: Final = 1_000_000
"""Below Kafka's default; for clusters that do not let us read a topic's configuration."""


def read_layout(settings: Settings, topics: Sequence[str]) -> Layout:
    """Partition counts of those of the topics that exist, and how many bytes each takes."""
    admin = AdminClient(settings.client)
    known = call("list topics", lambda: admin.list_topics(timeout=CALL_SECONDS)).topics
    # a topic made a moment ago may be listed before its partitions are
    counts = {
        topic: len(known[topic].partitions) for topic in topics if topic in known and known[topic].partitions
    }
    resources = [ConfigResource(ResourceType.TOPIC, topic) for topic in counts]
    futures = admin.describe_configs(resources, request_timeout=CALL_SECONDS) if resources else {}
    limits = {resource.name: _limit(resource.name, future) for resource, future in futures.items()}
    return Layout(counts, limits)


def _limit(topic: str, future: "Future[dict[str, ConfigEntry]]") -> int:
    try:
        return int(future.result(CALL_SECONDS)["max.message.bytes"].value or _CAUTIOUS)
    except KafkaException as error:
        log.warning("max.message.bytes of %s cannot be read (%s)", topic, error.args[0].name())
        return _CAUTIOUS
