"""`claimstream publish`: files of an EHR's messages onto the topic that ingest reads."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import Progress

from services.cli.kafka import on_kafka
from services.ingest.fhir.bundle import MAX_BYTES
from services.ingest.formats import DEFAULT_FORMAT, READERS
from services.pipeline.inbox import Message, files, messages

if TYPE_CHECKING:
    from services.ingest.publisher import Publisher

_LIMIT = f"over the limit of {MAX_BYTES // 2**20} MiB; send each patient, or each encounter, by itself"


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "message_format",
    type=click.Choice(sorted(READERS)),
    default=DEFAULT_FORMAT,
    show_default=True,
    help="What the messages are; travels in the header `format`.",
)
@click.option("--json", "as_json", is_flag=True, help="The result as JSON on standard output.")
@on_kafka
def publish(paths: tuple[Path, ...], message_format: str, *, as_json: bool) -> None:
    """Publish the FHIR bundles in PATHS (.json: one bundle; .ndjson: one a line; folders) onto ehr-inbound.

    What cannot be published is named with the reason; the others go on. Exit code 1 if there was any.
    """
    from services.ingest.publisher import Publisher  # noqa: PLC0415 (the Kafka client is slow to import)
    from services.stage.settings import from_environment  # noqa: PLC0415

    publisher = Publisher(from_environment())
    with Progress(console=Console(stderr=True), transient=True, disable=as_json) as progress:
        for file in progress.track(_files(paths, publisher), description="publishing"):
            _publish(publisher, file, message_format)
        publisher.finish()
    _report(publisher.delivered, publisher.failed, as_json=as_json)
    if publisher.failed:
        raise click.exceptions.Exit(1)


def _files(paths: Sequence[Path], publisher: "Publisher") -> list[Path]:
    """The files to publish; a folder without any is noted under its name."""
    found = []
    for path in paths:
        inside = files([path])
        if not inside:
            publisher.failed[str(path)] = "holds no .json and no .ndjson file; name the folder of the bundles"
        found += inside
    return found


def _publish(publisher: "Publisher", file: Path, message_format: str) -> None:
    """One file's messages; what is wrong with the file is noted under its name."""
    empty = True
    try:
        if file.suffix != ".ndjson" and file.stat().st_size > MAX_BYTES:
            publisher.failed[str(file)] = _too_large(file.stat().st_size)
            return
        for message in messages(file):
            empty = empty and not message.value.strip()
            place = _place(file, message)
            if len(message.value) > MAX_BYTES:
                publisher.failed[place] = _too_large(len(message.value))
            elif message.value.strip():
                publisher.publish(place, message.value, message_format)
    except OSError as error:
        publisher.failed[str(file)] = (
            f"cannot be read ({error.strerror}); name a file that exists and is yours"
        )
        return
    if empty:
        publisher.failed[str(file)] = "holds no message; export it again"


def _too_large(size: int) -> str:
    return f"{size / 2**20:.1f} MiB, {_LIMIT}"


def _place(file: Path, message: Message) -> str:
    """The file, and the line within it where it has many messages."""
    _, colon, line = message.place.rpartition(":")
    return f"{file}:{line}" if colon and file.suffix == ".ndjson" else str(file)


def _report(delivered: int, failed: Mapping[str, str], *, as_json: bool) -> None:
    if as_json:
        errors = [{"place": place, "error": reason} for place, reason in sorted(failed.items())]
        click.echo(json.dumps({"published": delivered, "failed": errors}))
        return
    for place, reason in sorted(failed.items()):
        click.echo(f"{place}: {reason}", err=True)
    click.echo(f"{delivered} messages published")
