"""`claimstream demo`: the whole pipeline on a real Kafka, from encounters to claims, before your eyes."""

import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from rich.console import Console
from rich.live import Live
from rich.table import Table

from services.claims.outbox.interchange import Interchange
from services.cli.balance import balance_table
from services.cli.kafka import on_kafka
from services.contracts.claim import Claim
from services.contracts.resources import folder
from services.contracts.work import WorkItem, WorkStatus
from services.ingest.formats import DEFAULT_FORMAT
from services.ingest.publisher import Publisher
from services.pipeline.demo import close_batches, running, settle
from services.pipeline.errors import PipelineError
from services.pipeline.inbox import files, messages
from services.pipeline.intake import intake
from services.pipeline.synthea import patients
from services.pipeline.watch import WATCHED, Watch
from services.stage.settings import Settings

SHOWN_CLAIMS = 3
SHOWN_REASONS = 12

console = Console()


@click.command()
@click.option("-p", "--patients", "count", default=10, show_default=True, help="Synthetic patients to make.")
@click.option("-s", "--seed", default=42, show_default=True, help="Seed of the synthetic patients.")
@on_kafka
def demo(count: int, seed: int) -> None:
    """Start Kafka and the services, publish encounters, show claims and holds, prove the balance, stop."""
    with TemporaryDirectory(prefix="claimstream-demo-") as scratch:
        home = Path(scratch)
        with running(home, os.environ, console.print) as pipeline:
            console.print(f"making {count} synthetic patients")
            bundles = files([folder("examples") / "bundles", patients(count, seed, home / "patients")])
            expected = intake(bundles)
            console.print(f"publishing {len(bundles)} files, {len(expected.charged)} encounters")
            publish_all(pipeline.settings, bundles)
            watch = Watch(pipeline.settings)
            with Live(console=console, refresh_per_second=4) as live:
                balance = settle(pipeline, watch, expected, lambda seen: live.update(counts(seen)))
            show_files(close_batches(pipeline.settings, home / "payers"))
        show_claims(list(watch.claims.values())[:SHOWN_CLAIMS])
        show_holds(watch.items.values())
        balance_table(balance, watch.counts["dead-letters"], "see them with `claimstream dead-letters list`")
        console.print(
            f"{expected.total:,.2f} dollars went in: every encounter in exactly one state, to the cent"
        )


def publish_all(settings: Settings, bundles: Iterable[Path]) -> None:
    """Publish the files; raises `PipelineError` for one that could not be."""
    publisher = Publisher(settings)
    for file in bundles:
        for message in messages(file):
            publisher.publish(message.place, message.value, DEFAULT_FORMAT)
    publisher.finish()
    if publisher.failed:
        raise PipelineError(
            "; ".join(f"{place}: {reason}" for place, reason in sorted(publisher.failed.items()))
        )


def counts(watch: Watch) -> Table:
    """Records on each topic so far."""
    table = Table(title="Records so far")
    for topic in WATCHED:
        table.add_column(topic, justify="right")
    table.add_row(*(f"{watch.counts[topic]:,}" for topic in WATCHED))
    return table


def show_files(made: Iterable[Interchange]) -> None:
    """The 837 files for the payers."""
    table = Table(title="Files for payers (X12 837)")
    table.add_column("file")
    table.add_column("claims", justify="right")
    table.add_column("dollars", justify="right")
    for each in made:
        table.add_row(each.name if each.text else "-", str(each.claims), f"{each.dollars:,.2f}")
    console.print(table)


def show_claims(claims: Iterable[Claim]) -> None:
    """A few claims, line by line."""
    for claim in claims:
        payer = claim.payers[0].payer_name
        title = (
            f"Claim {claim.patient_control_number}: {claim.claim_type}, {payer}, {claim.total:,.2f} dollars"
        )
        table = Table(title=title)
        for heading in ("line", "code", "modifiers", "units", "dollars", "for diagnoses"):
            table.add_column(heading)
        for line in claim.lines:
            codes = ", ".join(claim.diagnoses[place - 1].code for place in line.pointers)
            cells = (
                str(line.number),
                line.code,
                " ".join(line.modifiers),
                f"{line.units.normalize():f}",
                f"{line.amount:,.2f}",
            )
            table.add_row(*cells, codes)
        console.print(table)


def show_holds(items: Iterable[WorkItem]) -> None:
    """Why encounters are held: the rules, how often, and what one of them says."""
    held = [item for item in items if item.status is WorkStatus.OPEN]
    reasons = [(reason.rule, item.queue, reason.message) for item in held for reason in item.reasons]
    often = Counter(rule for rule, _, _ in reasons)
    example = {rule: (queue, message) for rule, queue, message in reversed(reasons)}
    table = Table(title=f"{len(held)} work items wait for a person; the most frequent reasons")
    for heading in ("times", "rule", "queue", "for example"):
        table.add_column(heading)
    for rule, times in often.most_common(SHOWN_REASONS):
        table.add_row(str(times), rule, *example[rule])
    console.print(table)
