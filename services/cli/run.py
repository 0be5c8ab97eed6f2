"""`claimstream run`: files of encounters in, files of claims out, without a broker."""

from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Final

import click
from rich.progress import Progress

from services.cli.balance import balance_table, print_json
from services.cli.coder import on_coder
from services.cli.site import use_site
from services.contracts.as_json import as_json
from services.contracts.base import Contract
from services.contracts.events import DEAD_LETTERS, EVENT_TYPES
from services.pipeline.in_process import InProcess
from services.pipeline.inbox import files, messages
from services.pipeline.ledger import Ledger, Outcome, balance
from services.pipeline.stages import stages

OUTCOMES: Final = "outcomes.ndjson"


class Files:
    """One NDJSON file for each topic, and the ledger that sees every event pass."""

    def __init__(self, out: Path, stack: ExitStack) -> None:
        """Open the files anew in `out`, made where it is missing."""
        out.mkdir(parents=True, exist_ok=True)
        names = sorted(EVENT_TYPES)
        self._files = {name: stack.enter_context((out / f"{name}.ndjson").open("wb")) for name in names}
        self._out = out
        self.ledger = Ledger()
        self.dead = 0

    def take(self, topic: str, event: Contract) -> None:
        """Write an event to its topic's file."""
        self._files[topic].write(as_json(event) + b"\n")
        self.ledger.add(event)
        self.dead += topic == DEAD_LETTERS

    def write_outcomes(self) -> list[Outcome]:
        """One line for each encounter."""
        outcomes = self.ledger.outcomes()
        with (self._out / OUTCOMES).open("wb") as lines:
            lines.writelines(as_json(outcome.as_dict()) + b"\n" for outcome in outcomes)
        return outcomes


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder of the results."
)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Judge every encounter as of this date.")
@click.option(
    "--site", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of the site."
)
@click.option("--json", "json_output", is_flag=True, help="The balance as JSON on standard output.")
@on_coder
def run(
    paths: tuple[Path, ...], out: Path, as_of: datetime | None, site: Path | None, *, json_output: bool
) -> None:
    """Turn the FHIR bundles in PATHS (files or folders) into claims, in one process.

    Writes encounters.ndjson, claims.ndjson, work-items.ndjson, dead-letters.ndjson and the topics between
    them, and outcomes.ndjson with the end state of every encounter.
    """
    unread: list[str] = []
    use_site(site)
    with ExitStack() as stack:
        results = Files(out, stack)
        pipeline = InProcess(stages(as_of.date() if as_of else None), results.take)
        stack.callback(pipeline.close)
        progress = stack.enter_context(Progress(transient=True, disable=json_output))
        for file in progress.track(files(paths), description="encounters"):
            _feed(pipeline, file, unread)
        outcomes = results.write_outcomes()
    found = balance(outcomes)
    if json_output:
        print_json(found, results.dead)
    else:
        balance_table(found, results.dead, f"see {out / DEAD_LETTERS}.ndjson")
    waiting = results.ledger.waiting()
    if waiting:
        raise click.ClickException(f"{len(waiting)} encounters reached no end state, first {waiting[0]}")
    if unread:
        raise click.ClickException("not read: " + "; ".join(unread))


def _feed(pipeline: InProcess, file: Path, unread: list[str]) -> None:
    try:
        for message in messages(file):
            pipeline.feed(message.value, key=message.key, headers={})
    except OSError as error:
        unread.append(f"{file}: {error.strerror}")
