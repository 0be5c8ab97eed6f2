"""`claimstream validate`: judge claims or coded encounters from a file and explain every finding."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from services.contracts.as_json import as_json
from services.contracts.base import Finding, Outcome
from services.contracts.coding import CodedEncounter
from services.contracts.encounter import Encounter
from services.contracts.validation import ValidatedEncounter
from services.stage.model import Context, Handler, Record
from services.validator import reading
from services.validator.errors import ValidatorError
from services.validator.replay import replay
from services.validator.setup import installed

_COLOURS = {
    Outcome.FAIL: "red",
    Outcome.BYPASSED: "yellow",
    Outcome.NOT_CHECKED: "cyan",
    Outcome.PASS: "green",
}

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
RULES = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=FILE)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Judge every encounter as of this date.")
@click.option("--rules", type=RULES, help="Folder of your own rules and payers.")
@click.option("--json", "json_output", is_flag=True, help="One JSON object for each encounter.")
def validate(file: Path, as_of: datetime | None, rules: Path | None, *, json_output: bool) -> None:
    """Judge what stands in FILE, without a broker: NDJSON of encounters (coded or not yet) or of claims.

    Encounters of one patient are judged in the order of the file, each with those before it as its history.
    """
    try:
        events = replay(installed(rules), _encounters(file, as_of))
        if json_output:
            for event in events:
                click.echo(as_json(described(event)))
        else:
            _print(events)
    except ValidatorError as error:
        raise click.ClickException(str(error)) from None


def _encounters(file: Path, as_of: datetime | None) -> Iterator[CodedEncounter]:
    for coded in reading.read_lines(file, code):
        yield reading.as_of(coded, as_of.date()) if as_of else coded


def code(encounter: Encounter) -> CodedEncounter:
    """The encounter as the installed coder codes it, without a history."""
    context = Context(Record("", 0, 0, None, b"", {}, 0), {})
    emits = _coder().handle(encounter, context)
    coded: CodedEncounter = next(each.event for each in emits if isinstance(each.event, CodedEncounter))
    return coded


@cache
def _coder() -> Handler:
    from services.coder.handler import CoderHandler  # noqa: PLC0415 (seconds, and only where it is needed)

    return CoderHandler()


def described(event: ValidatedEncounter) -> dict[str, Any]:
    """The verdict as a program reads it."""
    return {
        "encounter_id": event.coded.encounter.encounter_id,
        "disposition": event.disposition.value,
        "reason": event.reason,
        "charged": event.coded.charged,
        "days_left": event.days_left,
        "passed": event.passed,
        "findings": [finding.model_dump() for finding in event.findings],
        "repairs": [repair.model_dump() for repair in event.repairs],
        "versions": event.versions,
    }


def _print(events: Iterable[ValidatedEncounter]) -> None:
    console = Console(highlight=False)
    counts: Counter[str] = Counter()
    for event in events:
        counts[event.disposition.value] += 1
        left = "" if event.days_left is None else f", {event.days_left} days left to file"
        name = event.coded.encounter.encounter_id
        console.print(
            f"[bold]{name}[/] {event.disposition.value} ${event.coded.charged}{left}", soft_wrap=True
        )
        if not event.findings and event.reason:
            console.print(f"  {event.reason}", soft_wrap=True, markup=False)
        for repair in event.repairs:
            console.print(f"  repaired {repair.field}: {repair.before} -> {repair.after}", markup=False)
        for finding in event.findings:
            _print_finding(console, finding)
        console.print(f"  {event.passed} verdicts passed")
    table = Table("disposition", "encounters")
    for name, count in sorted(counts.items()):
        table.add_row(name, f"{count:,}")
    console.print(table)


def _print_finding(console: Console, finding: Finding) -> None:
    shadow = " (shadow)" if finding.shadow else ""
    outcome = f"[{_COLOURS[finding.outcome]}]{finding.outcome.value}[/]"
    console.print(
        f"  {outcome} {finding.severity.value}{shadow} {finding.rule} {finding.target}", soft_wrap=True
    )
    said = {"": finding.message, "do: ": finding.fix, "by: ": finding.bypassed_by}
    if finding.outcome is Outcome.FAIL:
        said["source: "] = finding.reference
    for label, words in said.items():
        if words:
            console.print(f"    {label}{words}", soft_wrap=True, markup=False)
