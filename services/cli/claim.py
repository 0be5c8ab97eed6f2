"""`claimstream claim`: the life of claims, from the day they were issued to the last answer of the payer."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

import click
import orjson
from rich.console import Console
from rich.table import Table

from services import codesets
from services.claims import answers
from services.claims.coordination import coordinate
from services.claims.errors import BadTerms
from services.claims.fhir import bundle
from services.claims.issued import fold_claim
from services.claims.life.machine import ANSWERED, PLACES
from services.claims.life.replay import adjudications, replay
from services.claims.money.denials import denials as denials_of
from services.claims.money.denials import suggestion
from services.claims.money.expected import underpayments
from services.claims.money.terms import read_contracts
from services.cli.kafka import on_kafka
from services.cli.lives import life_on_topics, mark, waiting
from services.cli.x12 import FILE, echo_fault, every_version, latest
from services.contracts.as_json import as_json as ndjson
from services.contracts.claim import Claim
from services.contracts.claim_event import ClaimEvent, ClaimLife
from services.validator.catalog import builtin

CLAIMS = click.option(
    "--claims", type=FILE, required=True, help="NDJSON of claim records, as `claimstream run` writes them."
)
ANSWERS = click.option(
    "--answers", "files", type=FILE, multiple=True, help="A file of the payer: 999, TA1, 277CA, 835."
)
SENT = click.option(
    "--sent", type=FILE, multiple=True, help="A file of ours (837): by it a 999 or TA1 finds its claims."
)
JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


@click.group()
def claim() -> None:
    """Follow claims: what payers answered, what it means, where the dollars are."""


def _events(files: Iterable[Path]) -> Iterator[ClaimEvent]:
    """The events of the files; faults go to standard error."""
    for file in files:
        outcome = answers.Answers()
        with file.open("rb") as stream:
            yield from answers.read(stream, file.name, outcome)
        for fault in outcome.faults:
            echo_fault(fault, as_json=False, err=True)


def _write(content: bytes) -> None:
    click.get_binary_stream("stdout").write(content + b"\n")


@claim.command()
@click.argument("ident")
@click.option("--claims", type=FILE, help="NDJSON of claim records; without it the topics are read.")
@ANSWERS
@SENT
@JSON
@on_kafka
def show(
    ident: str, claims: Path | None, files: tuple[Path, ...], sent: tuple[Path, ...], *, as_json: bool
) -> None:
    """Show the whole life of the claim IDENT: its id, or its control number with the payer."""
    if claims is None:
        versions, events = life_on_topics(ident)
    else:
        known = every_version(claims)
        versions = [each for each in known if ident in (each.claim_id, each.patient_control_number)]
        every = replay(versions, _events(files), sent=sent)
        events = [event for event in every if event.claim_id == versions[-1].claim_id]
    if not versions:
        raise click.ClickException(f"no claim {ident} in {claims.name if claims else 'the topic claims'}")
    if as_json:
        for event in events:
            _write(ndjson(event))
        return
    _print_life(versions[-1], events)


def _print_life(last: Claim, events: list[ClaimEvent]) -> None:
    console = Console()
    payer = last.payers[0].payer_name if last.payers else "nobody"
    console.print(
        f"claim {last.claim_id}, control number {last.patient_control_number}: {last.claim_type.value}, "
        f"{last.total:,.2f} dollars, to {payer}, version {last.version}"
        + (f"; follows claim {last.follows}" if last.follows else "")
    )
    table = Table(title="life")
    for heading in ("day", "event", "state", "charged", "paid", "cause"):
        table.add_column(heading, overflow="fold")
    for event in events:
        day = event.happened_on or (event.event_time.date() if event.event_time else None)
        amounts = ("" if each is None else f"{each:,.2f}" for each in (event.charged, event.paid))
        after = event.after.value if event.after else ""
        table.add_row(str(day or ""), event.kind.value, after, *amounts, event.cause)
    console.print(table)
    life = next((event.life for event in reversed(events) if event.life), None)
    if life is not None:
        console.print(_standing(life))


def _standing(life: ClaimLife) -> str:
    parts = (
        f"{place.replace('_', ' ')} {getattr(life, place):,.2f}" for place in PLACES if getattr(life, place)
    )
    return f"{life.charged:,.2f} charged = " + (" + ".join(parts) or "0")


@claim.command()
@CLAIMS
@ANSWERS
@SENT
def follow(claims: Path, files: tuple[Path, ...], sent: tuple[Path, ...]) -> None:
    """Write every event in the lives of all claims as NDJSON (the topic claim-events)."""
    for event in replay(every_version(claims), _events(files), sent=sent):
        _write(ndjson(event))


@claim.command()
@CLAIMS
@ANSWERS
@click.option(
    "--suggest", is_flag=True, help="Write the edits that they suggest instead, as rules in shadow."
)
def denials(claims: Path, files: tuple[Path, ...], *, suggest: bool) -> None:
    """Write every denial with its root cause and the edit that foresees it, as NDJSON."""
    known = {each.claim_id: each for each in latest(claims)}
    edits: dict[str, list[str]] = {}
    for rule in builtin().every:
        if rule.spec.carc and not rule.spec.shadow:
            edits.setdefault(rule.spec.carc, []).append(rule.id)
    seen: set[str] = set()
    for event in replay(known.values(), _events(files)):
        for denial in denials_of(event, known.get(event.claim_id), edits) if event.life else ():
            rule_data = suggestion(denial) if suggest else None
            if suggest and rule_data and rule_data["id"] not in seen:
                seen.add(rule_data["id"])
                _write(ndjson(rule_data))
            elif not suggest:
                _write(ndjson(asdict(denial)))


@claim.command()
@CLAIMS
@ANSWERS
@click.option("--contracts", type=FILE, required=True, help="YAML: docs/claims.md says how.")
def underpaid(claims: Path, files: tuple[Path, ...], contracts: Path) -> None:
    """Write every line that was allowed less than its contract promises, as NDJSON."""
    try:
        terms = read_contracts(contracts)
    except BadTerms as error:
        raise click.ClickException(str(error)) from None
    known = {each.claim_id: each for each in latest(claims)}
    sets = codesets.load()
    for event in replay(known.values(), _events(files)):
        bill = known.get(event.claim_id)
        for found in underpayments(bill, event, terms, sets) if bill and event.kind in ANSWERED else ():
            _write(ndjson({**asdict(found), "short": found.short}))


@claim.command()
@CLAIMS
@ANSWERS
def secondary(claims: Path, files: tuple[Path, ...]) -> None:
    """Write the next payer's claims that the answers make possible, as NDJSON for `x12 write`.

    On Kafka the service `claims` publishes the same claims by itself.
    """
    known = list(latest(claims))
    state = {key: value for each in known for key, value in fold_claim(each)}
    for decision in adjudications(known, _events(files)):
        for emit in coordinate(decision, state):
            if isinstance(emit.event, Claim):
                state.update(fold_claim(emit.event))
                _write(ndjson(emit.event))


@claim.command()
@CLAIMS
def fhir(claims: Path) -> None:
    """Write the claims that stand as FHIR R4 bundles, one a line."""
    for each in latest(claims):
        _write(orjson.dumps(bundle(each)))


claim.add_command(mark)
claim.add_command(waiting)
