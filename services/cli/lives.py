"""What the topics say of claims: `claim show`, `claim waiting` and `claim mark` on a cluster."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, date, datetime
from time import monotonic
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from services.claims.life.decided import KINDS, Word, decided
from services.claims.life.waiting import waiting as waiting_of
from services.cli.kafka import on_kafka
from services.contracts.as_json import as_json as ndjson
from services.contracts.claim import Claim
from services.contracts.claim_event import ClaimEvent, EventKind
from services.contracts.codec import EventCodec
from services.contracts.events import CLAIM_EVENTS, CLAIM_MOVES, CLAIMS

QUIET_SECONDS = 2.0


def read_topics(*topics: str) -> Iterable[Any]:
    """Every event that the topics hold now."""
    from services.pipeline.reader import TopicReader  # noqa: PLC0415 (the Kafka client is slow to import)
    from services.stage.settings import from_environment  # noqa: PLC0415

    codec = EventCodec.from_environment()
    with TopicReader(from_environment(), topics) as reader:
        for record in reader.to_end():
            if record.value:
                yield codec.decode(record)


def life_on_topics(ident: str) -> tuple[list[Claim], list[ClaimEvent]]:
    """The versions and events of the claim with this id or control number."""
    claims: list[Claim] = []
    events: dict[str, list[ClaimEvent]] = {}
    for event in read_topics(CLAIMS, CLAIM_EVENTS):
        if isinstance(event, Claim):
            if ident in (event.claim_id, event.patient_control_number):
                claims.append(event)
        elif event.claim_id:
            events.setdefault(event.claim_id, []).append(event)
    claims.sort(key=lambda claim: claim.version)
    return claims, events.get(claims[0].claim_id, []) if claims else []


@click.command()
@click.option("--days", type=click.IntRange(0), default=0, show_default=True, help="Only who wait so long.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Count up to this date instead of today.")
@click.option("--json", "json_output", is_flag=True, help="One JSON object a line.")
@on_kafka
def waiting(*, days: int, as_of: datetime | None, json_output: bool) -> None:
    """List the claims that wait for their payer, longest first (topic claim-events)."""
    today: date = as_of.date() if as_of else datetime.now(UTC).date()
    found = [each for each in waiting_of(read_topics(CLAIM_EVENTS), today) if (each.days or 0) >= days]
    if json_output:
        for each in found:
            click.echo(ndjson(asdict(each)))
        return
    table = Table(title=f"{len(found)} claims wait for their payer")
    for heading in ("control number", "payer", "state", "since", "days", "open dollars", "last"):
        table.add_column(heading)
    for each in found:
        cells = (each.control_number, each.payer_id, each.state.value, str(each.since or ""))
        table.add_row(*cells, "" if each.days is None else str(each.days), f"{each.open:,.2f}", each.cause)
    Console().print(table)


@click.command()
@click.argument("ident")
@click.argument("kind", type=click.Choice([each.value for each in KINDS]))
@click.option("--reason", required=True, help="Why, in a sentence for those who come later; no patient data.")
@click.option("--by", "role", required=True, help="Role of who decides, e.g. biller.")
@click.option("--user", default="", help="Pseudonymous user id.")
@click.option("--wait", type=click.FloatRange(0), default=10.0, show_default=True, help="Seconds.")
@click.option("--json", "json_output", is_flag=True, help="The events as JSON lines.")
@on_kafka
def mark(ident: str, kind: str, *, reason: str, role: str, user: str, wait: float, json_output: bool) -> None:
    """Say what happened to claim IDENT: sent, appealed or written_off.

    IDENT is a claim id, a control number, or for `sent` the nine digits of a file: all of its claims. The
    service `life` decides; what its state does not allow is refused, counted, and makes the exit status 1.
    """
    event = decided(ident, EventKind(kind), Word(reason, role, datetime.now(UTC), user))
    if event.interchange and event.kind is not EventKind.SENT:
        raise click.UsageError(f"a whole file is only ever sent; name the claims that are {kind}")
    told = _told_and_answered(event, wait)
    for each in told:
        if json_output:
            click.echo(ndjson(each))
        else:
            after = each.after.value if each.after is not None else each.kind.value
            click.echo(f"{each.control_number or each.interchange}: {after}, {each.cause}")
    if not told:
        raise click.ClickException(f"published; life has not answered in {wait:.0f} s (`claim show` later)")
    if any(each.kind in (EventKind.REFUSED, EventKind.UNMATCHED) for each in told):
        raise SystemExit(1)


def _told_and_answered(event: ClaimEvent, seconds: float) -> list[ClaimEvent]:
    """Publish the event; what life made of it, one event for each claim that it is about."""
    from services.claims.publishing import EventPublisher  # noqa: PLC0415 (the Kafka client is slow to import)
    from services.pipeline.reader import TopicReader  # noqa: PLC0415
    from services.stage.model import Emit  # noqa: PLC0415
    from services.stage.settings import from_environment  # noqa: PLC0415

    settings, codec = from_environment(), EventCodec.from_environment()
    found: list[ClaimEvent] = []
    with TopicReader(settings, [CLAIM_EVENTS], beginning=False) as reader:
        while not reader.at_end:
            reader.poll(0.1)
        EventPublisher(settings).publish([Emit(CLAIM_MOVES, event)])
        began = last = monotonic()
        while monotonic() - began < seconds and not (found and monotonic() - last > QUIET_SECONDS):
            for record in reader.poll(0.1):
                answer = codec.decode(record) if record.value else None
                if isinstance(answer, ClaimEvent) and _answers(answer, event):
                    found.append(answer)
                    last = monotonic()
            if found and not event.interchange:
                break
    return found


def _answers(answer: ClaimEvent, event: ClaimEvent) -> bool:
    """Whether it is about this very word: of one claim by its id, of a file's claims by who said it when."""
    same = (answer.event_time, answer.role, answer.interchange) == (
        event.event_time,
        event.role,
        event.interchange,
    )
    return answer.event_id == event.event_id or (bool(event.interchange) and same)
