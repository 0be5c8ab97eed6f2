"""From an encounter to the payer and back: claims, batches, 837 files, answers, lives; in both worlds."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from services.claims.batching.ticker import ticks
from services.claims.life.payer_files import ident_of
from services.claims.outbox.collector import TOPICS, Collector
from services.claims.outbox.interchange import Interchange, Terms, written
from services.cli import main
from services.contracts.base import Contract
from services.contracts.claim import Claim
from services.contracts.claim_event import ClaimEvent, ClaimState, EventKind
from services.contracts.codec import EventCodec
from services.contracts.events import (
    BATCH_TICKS,
    CLAIM_BATCHES,
    CLAIM_EVENTS,
    CLAIM_MOVES,
    DEAD_LETTERS,
    PAYER_FILES,
)
from services.contracts.topics import PARTITIONS
from services.stage.model import Emit
from tests.claims.life.payer import ISA, Payer
from tests.claims.x12.samples import claim
from tests.pipeline.visits import second_coverage, visit
from tests.pipeline.worlds import KafkaWorld, Seen, World

CODEC = EventCodec()


def put(world: World, topic: str, events: Iterable[Contract]) -> None:
    """Publish events where their keys put them."""
    for event in events:
        made = CODEC.encode(Emit(topic, event))
        world.publish(made.value, key=made.partition_key, topic=topic)


def answer(world: World, *texts: str) -> None:
    """Publish a payer's files."""
    for text in texts:
        world.publish(text.encode(), key=ident_of(text.encode()), topic=PAYER_FILES)


def batched(world: World, idents: set[str]) -> list[Claim]:
    """The encounters' claims, once each is in a batch."""

    def claims(seen: Seen) -> list[Claim]:
        return [claim for ident in sorted(idents) for claim in seen.claims(ident)]

    def done(seen: Seen) -> bool:
        there = {row.claim_id for row in seen.events[CLAIM_BATCHES]}
        return len(claims(seen)) == len(idents) and all(each.claim_id in there for each in claims(seen))

    return claims(world.until(done))


def files(world: World, claims: list[Claim]) -> list[Interchange]:
    """A cut-off, and the files of the batches that hold these claims."""
    idents = {each.claim_id for each in claims}
    put(world, BATCH_TICKS, ticks(datetime(2026, 12, 1, tzinfo=UTC), PARTITIONS, close=True))

    def own(seen: Seen) -> set[str]:
        return {row.batch_id for row in seen.events[CLAIM_BATCHES] if row.claim_id in idents}

    def closed(seen: Seen) -> set[str]:
        return {row.batch_id for row in seen.events[CLAIM_BATCHES] if not row.claim_id}

    seen = world.until(lambda seen: own(seen) <= closed(seen))
    collector = Collector(set())
    for topic in TOPICS:
        for record in seen.records[topic]:
            collector.take(record, CODEC.decode(record))
    complete = [each for each in collector.ready(lambda _: False) if each.batch.batch_id in own(seen)]
    assert {each.batch.batch_id for each in complete} == own(seen)
    return [written(each, Terms()) for each in complete]


def lives(seen: Seen, claims: list[Claim]) -> dict[str, ClaimEvent]:
    """The last event of each of these claims."""
    idents = {each.claim_id for each in claims}
    return {event.claim_id: event for event in seen.events[CLAIM_EVENTS] if event.claim_id in idents}


def state(seen: Seen, one: Claim) -> ClaimState | None:
    """Where the claim stands, once anything is known of it."""
    last = lives(seen, [one]).get(one.claim_id)
    return last.after if last is not None else None


def accepted(made: Interchange) -> str:
    """A 999 that takes the file."""
    number = int(made.batch.interchange)
    return (
        ISA.format(n=number)
        + f"GS*FA*PAYER*US*20260401*1200*1*X*005010X231A1~ST*999*0001*005010X231A1~AK1*HC*{number}*X~"
        f"AK2*837*0001*X~IK5*A~AK9*A*1*1*1~SE*6*0001~GE*1*1~IEA*1*{number:09d}~"
    )


def test_an_encounter_becomes_money(world: World) -> None:
    """Six claims: acknowledged by file, then paid, denied or not answered; every cent is somewhere.

    The first one has a further payer, who is asked once: the file that pays the claim comes twice.
    """
    unique = f"loop{world.unique}"
    idents = {f"loop-{number}{unique}" for number in range(6)}
    for ident in sorted(idents):
        changes = (second_coverage,) if ident == min(idents) else ()
        world.publish(visit(ident, *changes), key=ident)
    claims = batched(world, idents)
    made = files(world, claims)
    for each in claims:
        assert sum(f"CLM*{each.patient_control_number}*" in file.text for file in made) == 1
    put(world, CLAIM_MOVES, (event for file in made for event in file.events))
    world.until(
        lambda seen: (
            {e.batch_id for e in seen.events[CLAIM_EVENTS] if e.kind is EventKind.WRITTEN}
            >= {file.batch.batch_id for file in made}
        )
    )
    payer = Payer()
    paid, denied = payer.remit(payer.pay(claims[0]), payer.pay(claims[1])), payer.remit(payer.deny(claims[2]))
    answer(world, *(accepted(file) for file in made))
    world.until(
        lambda seen: {event.after for event in lives(seen, claims).values()} == {ClaimState.ACKNOWLEDGED}
    )
    answer(world, paid, denied, paid)

    def answered(seen: Seen) -> bool:
        states = [event.after for event in lives(seen, claims).values()]
        batched = [row.claim_id for row in seen.events[CLAIM_BATCHES]]
        further = [each.claim_id for each in seen.claims(min(idents)) if each.follows == claims[0].claim_id]
        return (
            states.count(ClaimState.PAID) == 2
            and states.count(ClaimState.DENIED) == 1
            and [batched.count(each) for each in further] == [1]
        )

    seen = world.until(answered)
    found = {ident: event.life for ident, event in lives(seen, claims).items()}
    assert seen.outcomes()[min(idents)].charged == claims[0].total  # once, whoever is asked
    for each in claims:
        life: Any = found[each.claim_id]
        account = payer.accounts.get(each.claim_id)
        places = (life.paid, life.contractual, life.patient, life.denied, life.open)
        assert sum(places) == life.charged == each.total
        assert life.open == (Decimal(0) if account else each.total)
        if account is not None:
            assert places[:4] == (account.paid, account.contractual, account.patient, account.denied)


def test_what_cannot_be_believed_or_belongs_to_nobody_is_told(world: World) -> None:
    """A remittance that is off by a cent, an answer about no claim, an unknown file: told, each once."""
    payer = Payer()
    stranger = claim(1, patient_control_number=f"S{world.unique}")
    off = payer.remit(payer.pay(stranger), total=Decimal("1.01"))
    foreign = payer.remit(payer.pay(stranger))
    answer(world, off, foreign, off, foreign)

    def told(seen: Seen) -> bool:
        letters = [each for each in seen.events[DEAD_LETTERS] if each.source_topic == PAYER_FILES]
        unmatched = [each for each in seen.events[CLAIM_EVENTS] if each.kind is EventKind.UNMATCHED]
        ours = [each for each in unmatched if each.control_number == stranger.patient_control_number]
        return bool(letters and ours)

    seen = world.until(told)
    marker = payer.acknowledge(stranger)
    answer(world, marker)
    seen = world.until(
        lambda seen: any(each.event_id == ident_of(marker.encode()) for each in seen.events[CLAIM_EVENTS])
    )
    (letter,) = [each for each in seen.events[DEAD_LETTERS] if each.original == off.encode()]
    assert "difference -143.59" in letter.errors[0].message
    paid = [
        e for e in seen.events[CLAIM_EVENTS] if e.control_number == stranger.patient_control_number and e.paid
    ]
    assert [(event.kind, event.paid) for event in paid] == [(EventKind.UNMATCHED, Decimal("144.60"))]


def test_an_operator_s_commands(
    on_kafka: KafkaWorld, kafka_bootstrap: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut-off, files, a payer's folder, a word of a person, the claim's life, who waits: all by command."""
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", kafka_bootstrap)
    idents = {f"command-{number}{on_kafka.unique}" for number in range(2)}
    for ident in idents:
        on_kafka.publish(visit(ident), key=ident)
    paid, kept = batched(on_kafka, idents)
    assert "told to close" in command("tick", "--close").stdout
    written_ = collected(tmp_path / "out", {paid.patient_control_number, kept.patient_control_number})
    number = next(name for name, text in written_.items() if kept.patient_control_number in text)[-13:-4]
    payer, inbox = Payer(), tmp_path / "in"
    inbox.mkdir()
    (inbox / "a.835").write_text(payer.remit(payer.pay(paid)))
    assert json.loads(command("x12", "publish", inbox, "--json").stdout) == {"published": 1, "failed": []}
    reason = ("--reason", "Uploaded", "--by", "biller")
    sent = command("claim", "mark", number, "sent", *reason, "--json")
    assert {row["cause"] for row in rows(sent)} == {"Uploaded"}
    on_kafka.until(lambda seen: state(seen, kept) is ClaimState.SENT)
    refused = command("claim", "mark", kept.claim_id, "appealed", *reason)
    assert (refused.exit_code, "appealed refused" in refused.stdout) == (1, True)
    life = rows(command("claim", "show", kept.claim_id, "--json"))
    assert [row["kind"] for row in life] == ["created", "batched", "sent", "refused"]
    waits = command("claim", "waiting", "--json").stdout
    assert kept.patient_control_number in waits
    on_kafka.until(lambda seen: state(seen, paid) is ClaimState.PAID)
    assert paid.patient_control_number not in command("claim", "waiting", "--json").stdout


def command(*arguments: str | Path) -> Result:
    """A command, to its end."""
    return CliRunner().invoke(main, [str(each) for each in arguments])


def rows(result: Result) -> list[dict[str, Any]]:
    """Standard output as JSON lines."""
    return [json.loads(line) for line in result.stdout.splitlines()]


def collected(out: Path, numbers: set[str]) -> dict[str, str]:
    """Files, once all of these claims are in one."""
    for _ in range(20):
        done = command("x12", "files", "--out", out, "--once", "--json")
        assert done.exit_code == 0, done.output
        texts = {file.name: file.read_text() for file in out.glob("*.x12")}
        if all(any(number in text for text in texts.values()) for number in numbers):
            return texts
    raise AssertionError(f"not all of {sorted(numbers)} are in a file")
