"""`claimstream topics`: make the table of topics true on the cluster, and look at it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import click
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Column, Table

from services.broker import topics as cluster
from services.broker.security import kafka_python
from services.cli.broker import as_json, on_broker
from services.contracts.topics import TOPICS, Topic
from services.stage.settings import from_environment


@click.group()
def topics() -> None:
    """Make and look at the topics of the pipeline."""


@topics.command()
@click.option(
    "--partitions",
    type=click.IntRange(1, 10_000),
    help="Partitions of every topic, where your cluster has another number than the table.",
)
@as_json
@on_broker
def apply(partitions: int | None, as_json: bool) -> None:
    """Create missing topics and mend settings that drifted; a second call changes nothing."""
    changes = cluster.apply(_wanted(partitions), _client())
    if as_json:
        click.echo(json.dumps([_change_facts(change) for change in changes]))
        return
    for change in changes:
        click.echo(f"{change.topic.name:<22} {_sentence(change)}")


@topics.command("list")
@as_json
@on_broker
def list_topics(as_json: bool) -> None:
    """Show the table of topics and which of them the cluster has."""
    found = cluster.look(TOPICS, _client())
    if as_json:
        click.echo(json.dumps([_topic_facts(topic, found) for topic in TOPICS]))
    else:
        Console().print(_table(TOPICS, found))


def _wanted(partitions: int | None) -> Sequence[Topic]:
    return [replace(topic, partitions=partitions) for topic in TOPICS] if partitions else TOPICS


def _client() -> dict[str, Any]:
    settings = from_environment()
    return kafka_python(settings.extra) | {"bootstrap_servers": settings.bootstrap.split(",")}


def _sentence(change: cluster.Change) -> str:
    if change.action == "create":
        return f"created, {change.topic.partitions} partitions, {_kept(change.topic)}"
    if change.action == "keep":
        return "as it should be"
    return "altered: " + ", ".join(f"{name} {old} -> {new}" for name, (old, new) in change.settings.items())


def _change_facts(change: cluster.Change) -> dict[str, Any]:
    settings = {name: {"old": old, "new": new} for name, (old, new) in change.settings.items()}
    return {"topic": change.topic.name, "action": change.action, "settings": settings}


def _topic_facts(topic: Topic, found: Mapping[str, cluster.Found]) -> dict[str, Any]:
    there = found.get(topic.name)
    return {
        "topic": topic.name,
        "exists": there is not None,
        "partitions": there.partitions if there else topic.partitions,
        "key": topic.key,
        "holds": topic.holds,
        "written_by": topic.written_by,
        "config": topic.config(),
        "drift": [
            name for name, value in topic.config().items() if there and there.config.get(name) != value
        ],
    }


def _table(wanted: Iterable[Topic], found: Mapping[str, cluster.Found]) -> Table:
    table = Table(
        Column("topic", no_wrap=True), "there", "partitions", "kept", "largest", "written by", box=SIMPLE
    )
    for topic in wanted:
        facts = _topic_facts(topic, found)
        state = "missing" if not facts["exists"] else "drifted" if facts["drift"] else "yes"
        largest = f"{topic.max_message_bytes // 1024**2} MiB"
        table.add_row(topic.name, state, str(facts["partitions"]), _kept(topic), largest, topic.written_by)
    return table


def _kept(topic: Topic) -> str:
    return "last of each key" if topic.retention_days is None else f"{topic.retention_days} days"
