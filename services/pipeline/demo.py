"""The demonstration: a broker, the services, encounters in, claims and files out, and the balance of it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from services import broker
from services.broker import topics as cluster
from services.broker.security import kafka_python
from services.claims.batching.ticker import tell
from services.claims.outbox.folder import Folder
from services.claims.outbox.interchange import Interchange, Terms
from services.claims.publishing import EventPublisher
from services.contracts.topics import TOPICS
from services.contracts.topology import LOOP, TOPOLOGY
from services.pipeline.errors import NotConserved
from services.pipeline.fleet import Fleet
from services.pipeline.intake import Intake
from services.pipeline.ledger import Balance, balance
from services.pipeline.outbox import Outbox, follow
from services.pipeline.watch import Quiet, Watch
from services.stage.settings import Settings, from_environment

QUIET_SECONDS = 3.0
SETTLE_SECONDS = 150.0
FILES_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Running:
    """A running pipeline: where it is, and its services."""

    settings: Settings
    fleet: Fleet


@contextmanager
def running(home: Path, environ: Mapping[str, str], say: Callable[[str], None]) -> Iterator[Running]:
    """Start broker, topics and services under `home`; stop them at the end, whatever happens."""
    say("starting Kafka")
    with broker.running(home) as server:
        settings = from_environment({**environ, "KAFKA_BOOTSTRAP_SERVERS": server.bootstrap})
        apply_topics(settings)
        names = (*TOPOLOGY, *LOOP)
        say(f"starting the services: {', '.join(names)}")
        with Fleet(home / "logs", {"KAFKA_BOOTSTRAP_SERVERS": server.bootstrap}, services=names) as fleet:
            yield Running(settings, fleet)


def apply_topics(settings: Settings) -> None:
    """Make the table of topics true on the cluster."""
    client = kafka_python(settings.extra) | {"bootstrap_servers": settings.bootstrap.split(",")}
    cluster.apply(TOPICS, client)


def settle(pipeline: Running, watch: Watch, expected: Intake, show: Callable[[Watch], None]) -> Balance:
    """Watch until every expected encounter has an end state and the topics are quiet; then balance.

    Raises `NotConserved` when that takes too long or the dollars differ, `ServiceDied` when a service ends.
    """
    quiet, began = Quiet(QUIET_SECONDS), monotonic()
    for records in watch.steps():
        pipeline.fleet.check()
        show(watch)
        silent = quiet.heard(records)
        if silent and not missing(watch, expected):
            break
        if monotonic() - began > SETTLE_SECONDS:
            break
    return check(watch, expected)


def close_batches(settings: Settings, out: Path) -> list[Interchange]:
    """A cut-off: every open batch closes; its file for the payer is written into `out`."""
    tell(EventPublisher(settings), datetime.now(UTC), close=True)
    made: list[Interchange] = []
    began = monotonic()
    with Folder(out) as folder:
        outbox = Outbox(settings, folder, Terms())
        follow(outbox, made.append, lambda: outbox.settled or monotonic() - began > FILES_SECONDS, once=False)
    return sorted(made, key=lambda each: each.name)


def missing(watch: Watch, expected: Intake) -> list[str]:
    """Encounters that went in and have no end state."""
    ended = {outcome.encounter_id for outcome in watch.ledger.outcomes()}
    return sorted({*expected.charged} - ended | set(watch.ledger.waiting()))


def check(watch: Watch, expected: Intake) -> Balance:
    """The balance; raises `NotConserved` where encounters or dollars are missing."""
    lost = missing(watch, expected)
    if lost:
        raise NotConserved(f"{len(lost)} encounters reached no end state, first {lost[0]}")
    outcomes = watch.ledger.outcomes()
    found = balance(outcomes)
    if found.total_dollars != expected.total:
        off = [o.encounter_id for o in outcomes if expected.charged.get(o.encounter_id) != o.charged]
        raise NotConserved(
            f"{expected.total} dollars went in, {found.total_dollars} ended; first of {len(off)}: {off[0]}"
        )
    return found
