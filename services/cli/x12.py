"""`claimstream x12`: claims to 837 files, and the checks on them; payers' answers to events."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import orjson
from pydantic import ValidationError

from services import codesets
from services.claims import answers
from services.claims.answers import matching
from services.claims.errors import BadTerms
from services.claims.x12 import check as checks
from services.claims.x12.files import Options, Outcome, write_files
from services.claims.x12.submitter import Submitter
from services.cli.exchange import files, publish
from services.contracts.as_json import as_json as as_ndjson
from services.contracts.claim import Claim
from services.contracts.claim_event import ClaimBatch, ClaimEvent
from services.stage.model import Fault

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def x12() -> None:
    """Write claims as X12 837, check the files, read what payers answer (999, TA1, 277CA, 835)."""


@x12.command()
@click.argument("claims", type=FILE)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder of the files."
)
@click.option("--submitter", type=FILE, help="YAML: who sends (docs/integrating-a-billing-system.md).")
@click.option("--batch", default="", help="Id of the batch: gives the control numbers.")
@click.option("--batches", type=FILE, help="NDJSON of claim-batches: a file for each batch that is closed.")
@click.option(
    "--events", type=FILE, help="NDJSON of claim-events: payers' numbers for replacements and voids."
)
@click.option("--production", is_flag=True, help="ISA15 is P; without it T, a test.")
@click.option("--lines", is_flag=True, help="A line break after every segment.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a file on standard output.")
def write(
    claims: Path,
    *,
    out: Path,
    submitter: Path | None,
    batch: str,
    batches: Path | None,
    events: Path | None,
    production: bool,
    lines: bool,
    as_json: bool,
) -> None:
    """Write CLAIMS (NDJSON of claim records, as `claimstream run` writes them) as 837P and 837I.

    One interchange for each payer and form. A claim that lacks something is reported on standard error
    with every gap and left out; the exit status is then 1. The same claims give the same bytes.
    """
    try:
        sender = Submitter.read(submitter) if submitter else None
        batch_of = _closed(batches) if batches else None
        options = Options(sender, batch, batch_of, None, not production, "\n" if lines else "")
        chosen = every_version(claims) if batches else latest(claims)
        outcome = write_files(_referring(chosen, events) if events else chosen, out, options)
    except BadTerms as error:
        raise click.ClickException(str(error)) from None
    _report_written(outcome, as_json=as_json)
    if outcome.unwritable:
        raise SystemExit(1)


def _closed(file: Path) -> Callable[[Claim], str | None]:
    """Which closed batch each version of a claim is in."""
    members: dict[tuple[str, int], str] = {}
    closed: set[str] = set()
    for number, line in _lines(file):
        try:
            row = ClaimBatch.model_validate_json(line)
        except ValidationError:
            raise click.ClickException(f"{file.name}:{number}: no record of claim-batches") from None
        if row.claim_id:
            members[row.claim_id, row.claim_version] = row.batch_id
        else:
            closed.add(row.batch_id)

    def batch_of(claim: Claim) -> str | None:
        batch = members.get((claim.claim_id, claim.version))
        return batch if batch in closed else None

    return batch_of


def _referring(claims: Iterator[Claim], file: Path) -> Iterator[Claim]:
    """Replacements and voids with the payer's number of the claim before (REF*F8), where it is known."""
    numbers: dict[str, str] = {}
    for number, line in _lines(file):
        try:
            event = ClaimEvent.model_validate_json(line)
        except ValidationError:
            raise click.ClickException(f"{file.name}:{number}: no record of claim-events") from None
        if event.life is not None and event.life.payer_control_number:
            numbers[event.claim_id] = event.life.payer_control_number
    for claim in claims:
        known = "" if claim.frequency.first_of_its_claim else numbers.get(claim.claim_id, "")
        if known and not claim.original_reference:
            yield claim.model_copy(update={"original_reference": known})
        else:
            yield claim


def _report_written(outcome: Outcome, *, as_json: bool) -> None:
    for row in outcome.files:
        content = {
            "file": row.path.name,
            "payer_id": row.payer_id,
            "claim_type": row.claim_type.value,
            "control_number": f"{row.control_number:09d}",
            "claims": row.claims,
            "parts": row.parts,
            "transaction_sets": row.sets,
            "dollars": f"{row.dollars:.2f}",
        }
        click.echo(
            json.dumps(content)
            if as_json
            else f"{row.path.name}: {row.parts} claims, {row.dollars:,.2f} dollars"
        )
    for error in outcome.unwritable:
        for fault in error.faults:
            click.echo(f"claim {error.claim_id}: {fault.path} {fault.message}; {fault.fix}", err=True)


def latest(file: Path) -> Iterator[Claim]:
    """The claims of an NDJSON file that stand: the last version of each id, in the file's order.

    Two passes, so that memory holds ids and versions, not claims. A damaged line ends the command.
    """
    last: dict[str, int] = {}
    for number, line in _lines(file):
        try:
            row = orjson.loads(line)
            ident, version = row["claim_id"], row["version"]
        except (ValueError, KeyError, TypeError):
            raise click.ClickException(f"{file.name}:{number}: no claim record") from None
        last[ident] = max(version, last.get(ident, 0))
    yield from (claim for claim in every_version(file) if last[claim.claim_id] == claim.version)


def every_version(file: Path) -> Iterator[Claim]:
    """Every claim record of an NDJSON file, in its order. A damaged line ends the command."""
    for number, line in _lines(file):
        try:
            yield Claim.model_validate_json(line)
        except ValidationError as error:
            places = sorted({".".join(map(str, each["loc"])) for each in error.errors(include_input=False)})
            message = f"{file.name}:{number}: no claim record ({', '.join(places)})"
            raise click.ClickException(message) from None


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    with file.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            if line.strip():
                yield number, line


@x12.command()
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.option("--codes/--no-codes", default=True, help="Look codes up by date of service.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a finding, and one a file.")
def check(files: tuple[Path, ...], *, codes: bool, as_json: bool) -> None:
    """Check 837 FILES beyond syntax; the exit status is 1 when something was found."""
    sets = codesets.load() if codes else None
    found = 0
    for file in files:
        with file.open("rb") as stream:
            report = checks.check(stream, file.name, sets)
        found += len(report.faults)
        for fault in report.faults:
            echo_fault(fault, as_json=as_json)
        counts = {
            "file": file.name,
            "interchanges": report.interchanges,
            "claims": report.claims,
            "lines": report.lines,
            "segments": report.segments,
            "dollars": f"{report.dollars:.2f}",
            "findings": len(report.faults),
        }
        plain = f"{file.name}: {report.claims} claims, {report.lines} lines, {report.dollars:,.2f} dollars, "
        click.echo(json.dumps(counts) if as_json else plain + f"{len(report.faults)} findings")
    if found:
        raise SystemExit(1)


@x12.command()
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.option("--claims", type=FILE, help="NDJSON of the claims sent: events then name claim and version.")
@click.option(
    "--sent", type=FILE, multiple=True, help="A file of ours (837): by it a 999 or TA1 finds its claims."
)
@click.option("--json", "as_json", is_flag=True, help="Faults as JSON too (events always are).")
def read(files: tuple[Path, ...], claims: Path | None, sent: tuple[Path, ...], *, as_json: bool) -> None:
    """Read answers of payers (999, TA1, 277CA, 835) in FILES; write claim events as NDJSON.

    What is wrong is reported on standard error with its place: a remittance that does not balance gives no
    events. The exit status is then 1.
    """
    index = matching.Index.of(latest(claims)) if claims else None
    for ours in sent:
        with ours.open("rb") as stream:
            if index:
                index.sent(stream)
    found = 0
    write_out = click.get_binary_stream("stdout").write
    for file in files:
        outcome = answers.Answers()
        with file.open("rb") as stream:
            for event in answers.read(stream, file.name, outcome):
                for told in index.match(event) if index else (event,):
                    write_out(as_ndjson(told) + b"\n")
        found += len(outcome.faults)
        for fault in outcome.faults:
            echo_fault(fault, as_json=as_json, err=True)
    if found:
        raise SystemExit(1)


def echo_fault(fault: Fault, *, as_json: bool, err: bool = False) -> None:
    """A located error, for people or programs."""
    if as_json:
        click.echo(json.dumps({"path": fault.path, "message": fault.message, "fix": fault.fix}), err=err)
    else:
        click.echo(f"{fault.path}: {fault.message}", err=err)


x12.add_command(files)
x12.add_command(publish)
