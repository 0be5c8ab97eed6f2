"""`claimstream broker`: start, stop and look at the local Kafka."""

import json
import os
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec

import click

from services import broker as local
from services.stage.errors import SettingsError

P = ParamSpec("P")


def on_broker(command: Callable[P, None]) -> Callable[P, None]:
    """Turn an error that says its own fix into a message and exit code 1, without a traceback."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except (local.BrokerError, SettingsError) as error:
            raise click.ClickException(str(error)) from error

    return wrapped


as_json = click.option("--json", "as_json", is_flag=True, help="Answer as one JSON object, for programs.")


@click.group()
def broker() -> None:
    """Start, stop and look at the local Kafka broker.

    With KAFKA_BOOTSTRAP_SERVERS set, every command uses that cluster and no local broker is started.
    """


@broker.command()
@on_broker
def install() -> None:
    """Fetch Kafka with Maven and prepare it to start fast; instant when that is done already."""
    made = local.install()
    click.echo("Kafka is installed." if made else "Kafka was installed already.")


@broker.command()
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help="Listen on this port; without it on a free one, kept for next time.",
)
@as_json
@on_broker
def start(port: int | None, as_json: bool) -> None:
    """Start the local broker; nothing happens if it already runs."""
    cluster = _external()
    if cluster:
        _say(
            as_json, _elsewhere(cluster), f"KAFKA_BOOTSTRAP_SERVERS is {cluster}: no local broker is started."
        )
        return
    running = local.start(port=port)
    _say(
        as_json, _facts(running), f"Kafka {running.version} runs at {running.bootstrap} (pid {running.pid})."
    )


@broker.command()
@as_json
@on_broker
def stop(as_json: bool) -> None:
    """Stop the local broker; its topics stay on disk."""
    stopped = local.stop()
    _say(
        as_json,
        {"stopped": stopped},
        "The local broker is stopped." if stopped else "No local broker was running.",
    )


@broker.command()
@as_json
@on_broker
def status(as_json: bool) -> None:
    """Say where the broker is. Exits 1 when no broker runs and no other cluster is named."""
    cluster = _external()
    running = local.status()
    if cluster:
        _say(
            as_json, _elsewhere(cluster), f"KAFKA_BOOTSTRAP_SERVERS is {cluster}: commands use that cluster."
        )
    elif running is None:
        _say(as_json, {"running": False}, "No local broker runs. Start it with: claimstream broker start")
        raise SystemExit(1)
    else:
        facts = _facts(running)
        _say(as_json, facts, "\n".join(f"{name:<10} {value}" for name, value in facts.items()))


def _external() -> str:
    return os.environ.get("KAFKA_BOOTSTRAP_SERVERS", "").strip()


def _elsewhere(cluster: str) -> dict[str, Any]:
    return {"running": False, "bootstrap": cluster, "external": True}


def _facts(running: local.Broker) -> dict[str, Any]:
    return {
        "running": True,
        "bootstrap": running.bootstrap,
        "pid": running.pid,
        "data": str(running.data),
        "version": running.version,
    }


def _say(as_json: bool, facts: Mapping[str, Any], text: str) -> None:
    click.echo(json.dumps(dict(facts)) if as_json else text)
