"""`claimstream tail`: what is on a topic, decoded."""

import click
import orjson

from services.cli.kafka import on_kafka
from services.contracts.as_json import as_json
from services.contracts.codec import EventCodec
from services.contracts.errors import ContractError
from services.contracts.events import EVENT_TYPES, FOREIGN
from services.stage.model import Record


@click.command()
@click.argument("topic", type=click.Choice(sorted([*FOREIGN, *EVENT_TYPES])))
@click.option("--from-beginning", is_flag=True, help="Begin with the oldest record instead of the next one.")
@click.option("-n", "--max", "most", type=click.IntRange(1), help="Stop after so many records.")
@click.option("--follow/--no-follow", default=True, help="Wait for more, or stop at the end.")
@on_kafka
def tail(topic: str, *, from_beginning: bool, most: int | None, follow: bool) -> None:
    """Print the committed records of TOPIC, one JSON object a line.

    A record that cannot be decoded is printed as an error with its place, and the next one follows.
    """
    from services.pipeline.reader import TopicReader  # noqa: PLC0415 (the Kafka client is slow to import)
    from services.stage.settings import from_environment  # noqa: PLC0415

    codec = EventCodec.from_environment()
    printed = 0
    with TopicReader(from_environment(), [topic], beginning=from_beginning or not follow) as reader:
        while follow or not reader.at_end:
            for record in reader.poll(0.2):
                click.echo(decoded(codec, record))
                printed += 1
                if printed == most:
                    return


def decoded(codec: EventCodec, record: Record) -> bytes:
    """The record's event as one line of JSON; an error with its place where it cannot be read."""
    if not record.value:
        return as_json({"tombstone": record.place, "key": (record.key or b"").decode(errors="replace")})
    try:
        event = codec.decode(record)
    except ContractError as error:
        return as_json({"place": record.place, "error": str(error)})
    return on_a_line(event) if isinstance(event, bytes) else as_json(event)


def on_a_line(message: bytes) -> bytes:
    """A foreign message on one line; as base64 where it is no JSON."""
    try:
        return orjson.dumps(orjson.loads(message))
    except orjson.JSONDecodeError:
        return as_json({"not_json": message})
