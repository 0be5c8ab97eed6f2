import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._config import AlterConfigOpType, ConfigEntry, ConfigResource
from confluent_kafka.admin._resource import ResourceType
from hypothesis import given
from hypothesis import strategies as st

from services.broker import topics
from services.broker.errors import PartitionsDiffer, TopicsRefused
from services.broker.home import PROJECT
from services.broker.topics import Found, plan
from services.contracts.topics import TOPICS, Topic

NAMES = st.sampled_from(["a", "b", "c", "d"])


@st.composite
def tables(draw: st.DrawFn) -> list[Topic]:
    days = st.none() | st.integers(1, 400)
    names = draw(st.lists(NAMES, unique=True))
    return [Topic(name, "key", "holds", "writer", draw(days), draw(st.integers(1, 2**24))) for name in names]


@st.composite
def clusters(draw: st.DrawFn) -> dict[str, Found]:
    config = st.dictionaries(
        st.sampled_from(["retention.ms", "cleanup.policy", "other"]), st.text(max_size=3)
    )
    return {name: Found(4, draw(config)) for name in draw(st.sets(NAMES))}


@given(tables(), clusters())
def test_what_a_plan_does_leaves_nothing_for_the_next_plan(
    table: list[Topic], cluster: dict[str, Found]
) -> None:
    changes = plan(table, cluster)
    assert [change.topic for change in changes] == table
    after = dict(cluster)
    for change in changes:
        before = cluster.get(change.topic.name, Found(4, {})).config
        new = {name: value for name, (_, value) in change.settings.items()}
        assert (change.action == "keep") == (not new)
        after[change.topic.name] = Found(4, {**before, **new})
    assert {change.action for change in plan(table, after)} <= {"keep"}


@given(tables(), st.integers(1, 9).filter(lambda number: number != 4))
def test_another_number_of_partitions_is_refused_and_each_topic_named(
    table: list[Topic], number: int
) -> None:
    cluster = {topic.name: Found(number, topic.config()) for topic in table}
    if not table:
        assert plan(table, cluster) == []
        return
    with pytest.raises(PartitionsDiffer) as caught:
        plan(table, cluster)
    assert all(f"{topic.name} has {number}, not 4" in caught.value.message for topic in table)


@pytest.fixture
def table(request: pytest.FixtureRequest) -> list[Topic]:
    """The real table under names that no other test has."""
    return [replace(topic, name=f"{topic.name}-{id(request):x}") for topic in TOPICS]


@pytest.fixture
def client(kafka_bootstrap: str) -> dict[str, Any]:
    return {"bootstrap_servers": kafka_bootstrap.split(",")}


def drift(bootstrap: str, topic: str, name: str, value: str) -> None:
    entry = ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[entry])
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    for future in admin.incremental_alter_configs([resource]).values():
        future.result()


def await_setting(table: list[Topic], client: dict[str, Any], name: str, retention: str) -> Mapping[str, str]:
    """The topic's settings once its retention is that; what was set takes a moment to show."""
    deadline = time.monotonic() + 20
    while (settings := topics.look(table, client)[name].config)["retention.ms"] != retention:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return settings


def test_the_table_is_applied_once_and_drift_is_mended(
    kafka_bootstrap: str, table: list[Topic], client: dict[str, Any]
) -> None:
    assert {change.action for change in topics.apply(table, client)} == {"create"}
    assert {change.action for change in topics.apply(table, client)} == {"keep"}
    found = topics.look(table, client)
    assert {topic.name: found[topic.name].partitions for topic in table} == dict.fromkeys(found, 4)
    assert all(topic.config().items() <= found[topic.name].config.items() for topic in table)

    name = table[0].name
    drift(kafka_bootstrap, name, "segment.ms", "600000")
    drift(kafka_bootstrap, name, "retention.ms", "1000")
    await_setting(table, client, name, "1000")
    altered = [change for change in topics.apply(table, client) if change.action != "keep"]
    assert [(change.topic.name, change.action) for change in altered] == [(name, "alter")]
    assert altered[0].settings == {"retention.ms": ("1000", table[0].config()["retention.ms"])}
    settings = await_setting(table, client, name, table[0].config()["retention.ms"])
    assert settings["segment.ms"] == "600000"


def test_a_refused_table_changes_nothing(table: list[Topic], client: dict[str, Any]) -> None:
    topics.apply(table[:1], client)
    with pytest.raises(PartitionsDiffer, match="has 4, not 5"):
        topics.apply([replace(topic, partitions=5) for topic in table], client)
    assert set(topics.look(table, client)) == {table[0].name}


def test_what_the_cluster_refuses_is_said(table: list[Topic], client: dict[str, Any]) -> None:
    with pytest.raises(TopicsRefused, match="The cluster refused"):
        topics.apply([replace(table[0], name="not a topic's name")], client)


def test_an_address_without_kafka_is_said() -> None:
    # In a process of its own: kafka-python keeps the socket open that could not connect.
    client = {"bootstrap_servers": ["127.0.0.1:1"], "bootstrap_timeout_ms": 300}
    script = f"from services.broker import topics; topics.look([], {client!r})"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=PROJECT, check=False
    )
    assert done.returncode == 1
    assert "ClusterUnreachable: No Kafka answers at 127.0.0.1:1" in done.stderr
    assert "Fix: check the address" in done.stderr
