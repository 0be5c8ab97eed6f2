"""`claimstream schema`: the contracts of the topics, for people, for programs, and for publication."""

import json
from dataclasses import asdict

import click
from rich.console import Console
from rich.table import Table

from services.contracts.avro_schema import avro_schema
from services.contracts.events import EVENT_TYPES, EventType
from services.contracts.fields import field_rows
from services.contracts.publish import publish
from services.contracts.resources import folder


@click.command()
@click.argument("topic", type=click.Choice(sorted(EVENT_TYPES)), required=False)
@click.option("--avro", is_flag=True, help="The Avro schema instead of the table.")
@click.option("--json", "as_json", is_flag=True, help="The table as JSON lines.")
@click.option("--publish", "publishing", is_flag=True, help="Write schemas/*.avsc and their history.")
def schema(topic: str | None, *, avro: bool, as_json: bool, publishing: bool) -> None:
    """Document TOPIC's contract: each field with its X12 837 element and its FHIR path."""
    if publishing:
        for file in publish(folder("schemas")):
            click.echo(f"written {file.name}")
        return
    if topic is None:
        raise click.UsageError(f"name a topic: {', '.join(sorted(EVENT_TYPES))}")
    kind = EVENT_TYPES[topic]
    if avro:
        click.echo(json.dumps(avro_schema(kind.model), indent=2))
    elif as_json:
        for row in field_rows(kind.model):
            click.echo(json.dumps(asdict(row)))
    else:
        _print_table(kind)


def _print_table(kind: EventType) -> None:
    table = Table(title=f"{kind.topic}: {kind.model.__name__}")
    for heading in ("field", "type", "meaning", "X12 837", "FHIR R4"):
        table.add_column(heading, overflow="fold")
    for row in field_rows(kind.model):
        name = row.path if row.required else f"{row.path} (optional)"
        table.add_row(name, row.type, row.meaning, row.x12, row.fhir)
    Console().print(table)
