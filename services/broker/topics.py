"""Makes the topics of a table on a cluster, and keeps them so: `plan` decides, `apply` does.

Nothing is changed unless everything can be: a topic whose number of partitions differs from the table's is
refused, because adding partitions sends the keys of the future elsewhere than those of the past.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from kafka.admin import ConfigResource, KafkaAdminClient
from kafka.errors import KafkaError

from services.broker.errors import ClusterUnreachable, PartitionsDiffer, TopicsRefused
from services.contracts.topics import Topic

_CONNECT_MS: Final = 10_000
_MAY: Final = "see that this user may create and alter topics."


@dataclass(frozen=True, slots=True)
class Found:
    """A topic as the cluster has it."""

    partitions: int
    config: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """What `apply` does to one topic: `create`, `alter` or `keep`; `settings` maps a name to (old, new)."""

    topic: Topic
    action: str
    settings: Mapping[str, tuple[str | None, str]] = field(default_factory=dict)


def plan(wanted: Sequence[Topic], found: Mapping[str, Found]) -> list[Change]:
    """What has to change, in the table's order. Settings that the table does not name are left alone.

    Raises `PartitionsDiffer`, naming every topic at fault.
    """
    differing = [
        f"{topic.name} has {found[topic.name].partitions}, not {topic.partitions}"
        for topic in wanted
        if topic.name in found and found[topic.name].partitions != topic.partitions
    ]
    if differing:
        raise PartitionsDiffer(
            f"Changing the number of partitions would move keys, so it is refused: {'; '.join(differing)}.",
            "name the existing number with --partitions, or delete the topic if its records are not needed.",
        )
    return [_change(topic, found.get(topic.name)) for topic in wanted]


def _change(topic: Topic, found: Found | None) -> Change:
    if found is None:
        return Change(topic, "create", {name: (None, value) for name, value in topic.config().items()})
    drift = {
        name: (found.config.get(name), value)
        for name, value in topic.config().items()
        if found.config.get(name) != value
    }
    return Change(topic, "alter" if drift else "keep", drift)


def apply(wanted: Sequence[Topic], client: Mapping[str, Any]) -> list[Change]:
    """Make the cluster's topics as the table says; done twice, nothing changes.

    `client` are kafka-python's settings, `bootstrap_servers` among them. Raises `PartitionsDiffer`,
    `ClusterUnreachable` or `TopicsRefused`.
    """
    with _admin(client) as admin:
        changes = plan(wanted, _look(admin, wanted))
        _create(admin, [change.topic for change in changes if change.action == "create"])
        _alter(admin, [change for change in changes if change.action == "alter"])
    return changes


def look(wanted: Sequence[Topic], client: Mapping[str, Any]) -> dict[str, Found]:
    """Those of the topics that the cluster has, by name. Raises `ClusterUnreachable` or `TopicsRefused`."""
    with _admin(client) as admin:
        return _look(admin, wanted)


@contextmanager
def _admin(client: Mapping[str, Any]) -> Iterator[KafkaAdminClient]:
    try:
        admin = KafkaAdminClient(**{"bootstrap_timeout_ms": _CONNECT_MS, **client})
    except KafkaError as error:
        raise ClusterUnreachable(
            f"No Kafka answers at {','.join(client['bootstrap_servers'])}: {error}",
            "check the address, KAFKA_SECURITY_PROTOCOL and the KAFKA_SASL_* and KAFKA_SSL_* variables.",
        ) from error
    try:
        yield admin
    except KafkaError as error:
        raise TopicsRefused(f"The cluster refused: {error}", _MAY) from error
    finally:
        admin.close()


def _look(admin: KafkaAdminClient, wanted: Sequence[Topic]) -> dict[str, Found]:
    there = set(admin.list_topics())
    names = [topic.name for topic in wanted if topic.name in there]
    if not names:
        return {}
    configs = admin.describe_configs([ConfigResource("TOPIC", name) for name in names], config_filter="all")[
        "topic"
    ]
    return {
        described["name"]: Found(
            len(described["partitions"]),
            {name: entry["value"] for name, entry in configs[described["name"]].items()},
        )
        for described in admin.describe_topics(names)
    }


def _create(admin: KafkaAdminClient, topics: Sequence[Topic]) -> None:
    if topics:
        admin.create_topics(
            {topic.name: {"num_partitions": topic.partitions, "configs": topic.config()} for topic in topics},
            wait_for_metadata=True,
        )


def _alter(admin: KafkaAdminClient, changes: Sequence[Change]) -> None:
    if not changes:
        return
    resources = [
        ConfigResource("TOPIC", change.topic.name, {name: new for name, (_, new) in change.settings.items()})
        for change in changes
    ]
    results = admin.alter_configs(resources)["topic"]
    refused = [f"{name}: {result}" for name, result in results.items() if result != "OK"]
    if refused:
        raise TopicsRefused(f"The cluster refused: {'; '.join(refused)}", _MAY)
