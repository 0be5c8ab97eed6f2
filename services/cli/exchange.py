"""`claimstream x12 files` and `x12 publish`: files to payers, and payers' files, by way of Kafka."""

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import click

from services.claims.outbox.corrections import LONGEST
from services.claims.x12.submitter import Submitter
from services.cli.kafka import on_kafka

if TYPE_CHECKING:
    from services.claims.outbox.interchange import Interchange
    from services.pipeline.payer_files import PayerFiles

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder of the files."
)
@click.option("--submitter", type=FILE, help="YAML: who sends (docs/integrating-a-billing-system.md).")
@click.option("--production", is_flag=True, help="ISA15 is P; without it T, a test.")
@click.option("--lines", is_flag=True, help="A line break after every segment.")
@click.option(
    "--wait-days",
    type=click.IntRange(0),
    default=LONGEST.days,
    show_default=True,
    help="How long a correction waits for the payer's number of the claim that it corrects.",
)
@click.option("--once", is_flag=True, help="Stop at the end of the topics instead of waiting for more.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a file on standard output.")
@on_kafka
def files(
    *,
    out: Path,
    submitter: Path | None,
    production: bool,
    lines: bool,
    wait_days: int,
    once: bool,
    as_json: bool,
) -> None:
    """Write the 837 file of every batch as it closes, each once, until stopped.

    A file appears whole and may be taken away at once. The folder remembers what was written, so a restart
    goes on where it stopped; one process at a time writes into it.
    """
    from services.claims.outbox.folder import Folder  # noqa: PLC0415 (the Kafka client is slow to import)
    from services.claims.outbox.interchange import Terms  # noqa: PLC0415
    from services.pipeline.outbox import Outbox, follow  # noqa: PLC0415
    from services.stage.settings import from_environment  # noqa: PLC0415

    terms = Terms(Submitter.read(submitter) if submitter else None, not production, "\n" if lines else "")
    with _until_stopped() as stop, Folder(out) as folder:
        outbox = Outbox(from_environment(), folder, terms, timedelta(days=wait_days))
        follow(outbox, lambda made: _tell(made, as_json=as_json), stop.is_set, once=once)


@contextmanager
def _until_stopped() -> Iterator[Event]:
    """Set when the process is asked to end: what is being written is finished first."""
    stop = Event()
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.signal(number, lambda _number, _frame: stop.set()) for number in numbers}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _tell(made: "Interchange", *, as_json: bool) -> None:
    left_out, waits = sum(event.kind.value == "rejected" for event in made.events), len(made.later)
    if as_json:
        row = {"file": made.name if made.text else "", "batch_id": made.batch.batch_id, "claims": made.claims}
        click.echo(
            json.dumps({**row, "dollars": f"{made.dollars:.2f}", "not_written": left_out, "wait": waits})
        )
        return
    said = (
        f"{made.name}: {made.claims} claims, {made.dollars:,.2f} dollars"
        if made.text
        else f"batch {made.batch.batch_id}: no file"
    )
    said += f", {waits} wait for the payer's number" if waits else ""
    click.echo(said + (f", {left_out} not written (see claim-events)" if left_out else ""))


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--every",
    type=click.FloatRange(0.1),
    help="Look into PATHS again every so many seconds, at what has stopped growing.",
)
@click.option("--json", "as_json", is_flag=True, help="The result as JSON on standard output.")
@on_kafka
def publish(paths: tuple[Path, ...], *, every: float | None, as_json: bool) -> None:
    """Publish payers' files (999, TA1, 277CA, 835; files or folders) for the service `life`.

    Each content is read once, whatever its name and however often it is published. What cannot be published
    is named with the reason; the others go on. Exit code 1 if there was any.
    """
    from services.pipeline.payer_files import PayerFiles  # noqa: PLC0415 (the Kafka client is slow to import)
    from services.stage.settings import from_environment  # noqa: PLC0415

    publisher = PayerFiles(from_environment())
    if every:
        _watch(publisher, paths, every, as_json=as_json)
        return
    publisher.publish(paths)
    _report(publisher, as_json=as_json)
    if publisher.failed:
        raise click.exceptions.Exit(1)


def _watch(publisher: "PayerFiles", paths: tuple[Path, ...], every: float, *, as_json: bool) -> None:
    """Publish what comes until stopped; what could not be published is said once."""
    before = 0
    with _until_stopped() as stop:
        while not stop.is_set():
            publisher.publish(paths, settled=True)
            if publisher.published > before or publisher.failed:
                _report(publisher, as_json=as_json)
            before = publisher.published
            publisher.failed.clear()
            stop.wait(every)


def _report(publisher: "PayerFiles", *, as_json: bool) -> None:
    if as_json:
        errors = [{"place": place, "error": reason} for place, reason in sorted(publisher.failed.items())]
        click.echo(json.dumps({"published": publisher.published, "failed": errors}))
        return
    for place, reason in sorted(publisher.failed.items()):
        click.echo(f"{place}: {reason}", err=True)
    click.echo(f"{publisher.published} interchanges published")
