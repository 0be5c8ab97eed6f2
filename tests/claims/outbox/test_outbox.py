"""From closed batches to files: which claims go out, as what, and each file once whatever crashes."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from services.claims.batching.handler import BatchingHandler, Bounds
from services.claims.batching.ticker import ticks
from services.claims.errors import FolderTaken
from services.claims.life.handler import LifeHandler
from services.claims.life.payer_files import ident_of
from services.claims.outbox.collector import TOPICS, Collector, Complete
from services.claims.outbox.folder import HIDDEN, Folder
from services.claims.outbox.interchange import Interchange, Terms, written
from services.contracts.claim import Claim, Frequency
from services.contracts.claim_event import ClaimEvent, EventKind
from services.contracts.codec import EventCodec
from services.contracts.events import BATCH_TICKS, CLAIM_EVENTS, CLAIM_MOVES, CLAIMS, PAYER_FILES
from services.contracts.topics import TOPICS as TABLE
from services.contracts.topology import stage_of
from services.stage.memory import MemoryLog, run
from services.stage.model import Emit, Record
from tests.claims.life.payer import Payer
from tests.claims.strategies import NOON
from tests.claims.x12.samples import claim, payer

CODEC = EventCodec()


class World:
    """Batching and life on a log of two partitions."""

    def __init__(self) -> None:
        self.log = MemoryLog({topic.name: 2 for topic in TABLE})

    def put(self, topic: str, *events: Any) -> None:
        """Append the events and work them off."""
        for event in events:
            made = CODEC.encode(Emit(topic, event))
            self.log.append(topic, made.value, key=made.partition_key)
        run(self.log, [stage_of("batching", lambda: BatchingHandler(Bounds(claims=3)))])
        run(self.log, [stage_of("life", LifeHandler)])

    def answer(self, *texts: str) -> None:
        """A payer's files."""
        for text in texts:
            self.log.append(PAYER_FILES, text.encode(), key=ident_of(text.encode()))
        self.put(CLAIMS)

    def close(self) -> None:
        """A cut-off."""
        self.put(BATCH_TICKS, *ticks(NOON + timedelta(days=9), 2, close=True))

    def records(self) -> Iterator[Record]:
        """What the collector reads, topic by topic."""
        for topic in TOPICS:
            yield from self.log.records(topic)

    def collected(self, done: Iterable[str] = ()) -> Collector:
        """A collector that has seen all."""
        collector = Collector(set(done))
        for record in self.records():
            collector.take(record, CODEC.decode(record))
        return collector

    def complete(self) -> list[Complete]:
        """The batches that can be written."""
        return list(self.collected().ready(lambda _: False))


def numbers(text: str) -> list[tuple[str, str]]:
    """Control number and frequency of each claim in a file."""
    rows = [part.split("*") for part in text.split("~") if part.startswith("CLM*")]
    return [(row[1], row[5][-1]) for row in rows]


def version(number: int, at: int, frequency: Frequency) -> Claim:
    """A later version of a claim."""
    return claim(number, version=at, frequency=frequency)


def only(world: World) -> Interchange:
    """The one file."""
    (complete,) = world.complete()
    return written(complete, Terms())


def test_a_batch_is_complete_when_it_is_closed() -> None:
    world = World()
    world.put(CLAIMS, claim(1), claim(2))
    assert world.complete() == []
    world.close()
    made = only(world)
    assert numbers(made.text) == [("CLAIM1", "1"), ("CLAIM2", "1")]
    (told,) = made.events
    assert (told.kind, told.control_numbers) == (EventKind.WRITTEN, ("CLAIM1", "CLAIM2"))
    assert made.name == f"PAYER-837P-{int(told.interchange):09d}.x12"
    assert f"*{int(told.interchange):09d}*" in made.text.partition("~")[0]


def test_the_order_of_the_topics_does_not_matter() -> None:
    world = World()
    world.put(CLAIMS, *(claim(number) for number in range(1, 5)), version(2, 2, Frequency.REPLACEMENT))
    world.close()
    expected = [written(each, Terms()).text for each in world.complete()]
    collector = Collector(set())
    for record in reversed(list(world.records())):
        collector.take(record, CODEC.decode(record))
    assert [written(each, Terms()).text for each in collector.ready(lambda _: False)] == expected


def test_what_is_corrected_before_it_is_sent_goes_out_once_and_as_new() -> None:
    world = World()
    world.put(CLAIMS, claim(1), version(1, 2, Frequency.REPLACEMENT), claim(2))
    world.close()
    made = only(world)
    assert numbers(made.text) == [("CLAIM1", "1"), ("CLAIM2", "1")]
    assert (made.dollars, made.batch.dollars) == (Decimal(482), Decimal(723))


def test_what_is_withdrawn_before_it_is_sent_does_not_go_out() -> None:
    world = World()
    world.put(CLAIMS, claim(1), version(1, 2, Frequency.VOID))
    world.close()
    made = only(world)
    assert (made.text, made.claims, made.events) == ("", 0, ())


@pytest.mark.parametrize(
    ("category", "frequency", "reference"), [("A2:20", "7", "REF*F8*ICNCLAIM1~"), ("A7:562", "1", "")]
)
def test_a_replacement_names_what_the_payer_has(category: str, frequency: str, reference: str) -> None:
    """Paid: the payer's number. Rejected by its front end: it has nothing, so the claim goes out as new."""
    world, desk, one = World(), Payer(), claim(1)
    world.put(CLAIMS, one)
    world.close()
    answers = [desk.acknowledge(one, category)] + ([desk.remit(desk.pay(one))] if reference else [])
    world.answer(*answers)
    world.put(CLAIMS, version(1, 2, Frequency.REPLACEMENT))
    world.close()
    first, second = sorted(world.complete(), key=lambda each: each.batch.number)
    text = written(second, Terms()).text
    assert numbers(written(first, Terms()).text) == [("CLAIM1", "1")]
    assert numbers(text) == [("CLAIM1", frequency)]
    assert ("REF*F8" in text) == bool(reference)
    assert reference in text


def test_a_replacement_waits_until_its_life_has_been_heard() -> None:
    world = World()
    world.put(CLAIMS, claim(1))
    world.close()
    world.put(CLAIMS, version(1, 2, Frequency.REPLACEMENT))
    world.close()
    collector = Collector(set())
    for record in world.records():
        if record.topic != CLAIM_EVENTS:
            collector.take(record, CODEC.decode(record))
    assert [each.batch.number for each in collector.ready(lambda _: False)] == [1]
    assert collector.waiting == {"claims": 2, "open": 0, "incomplete": 2}


def test_a_claim_with_gaps_is_told_as_rejected_and_the_others_go_out() -> None:
    world = World()
    world.put(CLAIMS, claim(1, payers=(payer(member_id=""),)), claim(2))
    world.close()
    made = only(world)
    assert numbers(made.text) == [("CLAIM2", "1")]
    rejected, told = made.events
    assert rejected.kind is EventKind.REJECTED
    (gap,) = rejected.errors
    assert gap.startswith("payers[0].member_id: is empty; complete the coverage")
    world.put(CLAIM_MOVES, rejected, told)
    last = [CODEC.decode(each) for each in world.log.records(CLAIM_EVENTS)]
    states = [e.after for e in last if isinstance(e, ClaimEvent) and e.control_number == "CLAIM1"]
    assert states[-1] == "rejected"


def test_a_version_that_compaction_took_is_told_and_the_others_go_out() -> None:
    """Only once its partition of claims has been read to the end."""
    world = World()
    world.put(CLAIMS, claim(1), claim(2))
    world.close()
    collector = Collector(set())
    gone = next(iter(world.log.records(CLAIMS)))
    for record in world.records():
        if record is not gone:
            collector.take(record, CODEC.decode(record))
    assert list(collector.ready(lambda _: False)) == []
    (complete,) = collector.ready(lambda _: True)
    made = written(complete, Terms())
    assert numbers(made.text) == [("CLAIM2", "1")]
    assert [event.kind for event in made.events] == [EventKind.REJECTED, EventKind.WRITTEN]


def test_a_restart_reads_from_the_low_water_and_finds_what_is_left() -> None:
    """Two batches written, one open: the third is found with nothing but what stands from the marks on."""
    world = World()
    world.put(CLAIMS, *(claim(number) for number in range(1, 8)), claim(8, payers=(payer("OTHER"),)))
    collector = world.collected()
    ready = list(collector.ready(lambda _: False))
    done = {each.batch.batch_id for each in ready}
    assert len(ready) == 2
    for ident in done:
        collector.forget(ident)
    marks = collector.low_water()
    world.close()
    later = Collector(done)
    read = 0
    for record in world.records():
        if record.offset >= marks.get((record.topic, record.partition), 0):
            read += 1
            later.take(record, CODEC.decode(record))
    assert read < len(list(world.records()))
    texts = [written(each, Terms()).text for each in later.ready(lambda _: False)]
    assert sorted(number for text in texts for number, _ in numbers(text)) == ["CLAIM7", "CLAIM8"]


class Crash(BaseException):
    """The process is gone."""


def interchanges() -> list[Interchange]:
    """Two batches as files."""
    world = World()
    world.put(CLAIMS, claim(1), claim(2, payers=(payer("OTHER"),)))
    world.close()
    return [written(each, Terms()) for each in world.complete()]


@pytest.mark.parametrize("at", ["write", "note", "publish", "appear"])
def test_a_file_appears_once_whatever_crashes(
    at: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies; what had appeared is taken away; the next one writes what is left, and no more."""
    told: list[str] = []
    seen: list[str] = []

    def publish(events: Iterable[ClaimEvent]) -> None:
        if at == "publish" and not told:
            told.append("lost")
            raise Crash
        told.extend(event.event_id for event in events)

    def take() -> None:
        for file in tmp_path.glob("*.x12"):
            seen.append(file.read_text())
            file.unlink()

    made = interchanges()
    failing = {"write": "_write", "note": "_settle", "appear": "_appear"}
    with monkeypatch.context() as patched, Folder(tmp_path) as folder:
        if at in failing:
            patched.setattr(folder, failing[at], crash)
        with pytest.raises(Crash):
            folder.put(made[0], publish, NOON)
    take()
    with Folder(tmp_path) as folder:
        folder.recover(publish)
        take()
        for each in made:
            if each.batch.batch_id not in folder.done:
                folder.put(each, publish, NOON)
    take()
    assert sorted(seen) == sorted(each.text for each in made)
    assert {event.event_id for each in made for event in each.events} <= set(told)
    assert not list((tmp_path / HIDDEN / "pending").iterdir())


def crash(*_: object) -> None:
    """Nothing of it is done."""
    raise Crash


def test_a_ledger_line_that_a_crash_cut_off_counts_for_nothing(tmp_path: Path) -> None:
    one, two = interchanges()
    with Folder(tmp_path) as folder:
        folder.put(one, list, NOON)
    ledger = tmp_path / HIDDEN / "written.ndjson"
    ledger.write_bytes(ledger.read_bytes() + b'{"batch_id": "half')
    with Folder(tmp_path) as folder:
        assert folder.done == {one.batch.batch_id}
        folder.put(two, list, NOON)
    with Folder(tmp_path) as folder:
        assert folder.done == {one.batch.batch_id, two.batch.batch_id}


def test_a_folder_has_one_writer(tmp_path: Path) -> None:
    with Folder(tmp_path), pytest.raises(FolderTaken, match="another process"), Folder(tmp_path):
        pass


def test_offsets_are_kept(tmp_path: Path) -> None:
    marks = {("claims", 0): 7, ("claim-batches", 1): 9}
    with Folder(tmp_path) as folder:
        assert folder.offsets() == {}
        folder.keep_offsets(marks, {"claims": 0})
        assert folder.offsets() == marks
