"""Each version of a claim in exactly one batch, whatever crashes; batches close by count, lines and age."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from services.claims.batching.handler import BatchingHandler, Bounds
from services.claims.batching.ticker import lanes, tick_seconds, ticks
from services.cli import main
from services.contracts.as_json import as_json
from services.contracts.claim import Claim, Frequency
from services.contracts.claim_event import BatchTick, ClaimBatch, ClaimEvent, EventKind
from services.contracts.codec import EventCodec
from services.contracts.encounter import ClaimType
from services.contracts.events import BATCH_TICKS, CLAIM_BATCHES, CLAIM_MOVES, CLAIMS, DEAD_LETTERS
from services.stage.errors import AbortError, SettingsError
from services.stage.loop import ABORTABLE, Loop, Step
from services.stage.loop import Bounds as LoopBounds
from services.stage.memory import MemoryLog, memory_loop
from services.stage.model import Emit, Stage
from services.stage.partition import partition_of
from tests.claims.strategies import NOON
from tests.claims.x12.samples import claim, payer

CODEC = EventCodec()
SMALL = Bounds(claims=3, lines=100, age=timedelta(hours=5))


class Crash(BaseException):
    """The process is gone."""


def stage(bounds: Bounds = SMALL) -> Stage:
    """The batching stage."""
    outputs = (CLAIM_BATCHES, CLAIM_MOVES)
    handler = BatchingHandler(bounds)
    return Stage("batching", (CLAIMS, BATCH_TICKS), outputs, CLAIM_BATCHES, handler, CODEC, DEAD_LETTERS)


def issued() -> list[Claim]:
    """Claims of three patients to two payers on two forms; one replaced, one voided."""
    made = [
        claim(
            number,
            ClaimType.INSTITUTIONAL if number % 5 == 0 else ClaimType.PROFESSIONAL,
            payers=(payer("ONE" if number % 3 else "TWO"),),
            patient_key=f"key-{number % 3}",
        )
        for number in range(1, 15)
    ]
    for number, frequency in ((1, Frequency.REPLACEMENT), (2, Frequency.VOID)):
        made.append(made[number].model_copy(update={"version": 2, "frequency": frequency}))
    return made


def filled(claims: list[Claim]) -> MemoryLog:
    """The claims on their topic."""
    log = MemoryLog(dict.fromkeys((CLAIMS, BATCH_TICKS, CLAIM_BATCHES, CLAIM_MOVES, DEAD_LETTERS), 2))
    for each in claims:
        put(log, CLAIMS, each)
    return log


def put(log: MemoryLog, topic: str, event: Any) -> None:
    """An event as its producer writes it."""
    encoded = CODEC.encode(Emit(topic, event))
    log.append(topic, encoded.value, key=encoded.partition_key)


def finish(loop: Loop) -> None:
    """Until nothing is left to do; a turn after an abort or a new assignment may be idle."""
    quiet = 0
    while quiet < 4:
        quiet = 0 if loop.turn(0.0) else quiet + 1


def opened(log: MemoryLog, probe: Callable[[Step], None] = lambda _step: None) -> Loop:
    """A loop over few records at a time."""
    loop = memory_loop(log, stage(), bounds=LoopBounds(records=3), probe=probe)
    loop.open()
    return loop


def rows(log: MemoryLog) -> list[ClaimBatch]:
    """What was said of batches."""
    return [CODEC.decode(record) for record in log.records(CLAIM_BATCHES)]


def told(log: MemoryLog) -> list[ClaimEvent]:
    """What was said of claims."""
    return [CODEC.decode(record) for record in log.records(CLAIM_MOVES)]


def verify(log: MemoryLog, claims: list[Claim]) -> None:
    """Every claim version in exactly one batch; numbers without gaps; counts and dollars add up."""
    members = [row for row in rows(log) if row.claim_id]
    assert Counter((row.claim_id, row.claim_version) for row in members) == Counter(
        (each.claim_id, each.version) for each in claims
    )
    by_lane: dict[tuple[int, str, str], list[int]] = {}
    by_batch: dict[str, list[ClaimBatch]] = {}
    for row in members:
        by_batch.setdefault(row.batch_id, []).append(row)
        numbers = by_lane.setdefault((row.partition, row.payer_id, row.claim_type), [])
        if row.number not in numbers:
            numbers.append(row.number)
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in by_lane.values())
    for group in by_batch.values():
        assert [row.claims for row in group] == list(range(1, len(group) + 1))
        assert len(group) <= SMALL.claims
    assert sum(group[-1].dollars for group in by_batch.values()) == sum(each.total for each in claims)
    for row in rows(log):
        if not row.claim_id:
            assert (row.claims, row.dollars) == (
                by_batch[row.batch_id][-1].claims,
                by_batch[row.batch_id][-1].dollars,
            )


def test_every_claim_is_in_one_batch_and_its_life_begins() -> None:
    claims = issued()
    log = filled(claims)
    finish(opened(log))
    verify(log, claims)
    kinds = Counter(event.kind for event in told(log))
    assert kinds == {
        EventKind.CREATED: 14,
        EventKind.REPLACED: 1,
        EventKind.VOIDED: 1,
        EventKind.BATCHED: 16,
    }
    assert not list(log.records(DEAD_LETTERS))


def test_a_crash_at_every_step_leaves_each_claim_in_one_batch() -> None:
    """Of two patients' claims batches close; one claim is replaced, one voided."""
    claims = [*issued()[1:8], *issued()[-2:]]
    whole = filled(claims)
    steps: list[Step] = []
    finish(opened(whole, steps.append))
    expected = [record.value for record in whole.records(CLAIM_BATCHES)]
    assert set(steps) == set(Step)
    for error in (Crash, AbortError):
        for at, step in enumerate(steps, start=1):
            if error is AbortError and step not in ABORTABLE:
                continue
            log = filled(claims)
            seen: list[Step] = []

            def probe(
                now: Step, seen: list[Step] = seen, at: int = at, error: type[BaseException] = error
            ) -> None:
                seen.append(now)
                if len(seen) == at:
                    raise error("injected")

            try:
                finish(opened(log, probe))
            except Crash:
                finish(opened(log))
            verify(log, claims)
            assert [record.value for record in log.records(CLAIM_BATCHES)] == expected


def test_a_batch_closes_by_count() -> None:
    log = filled([claim(number) for number in range(7)])
    finish(opened(log))
    closed = [row for row in rows(log) if row.closed_at]
    assert [(row.number, row.claims, row.cause) for row in closed] == [(1, 3, "count"), (2, 3, "count")]


def test_a_batch_closes_by_lines() -> None:
    handler_stage = stage(Bounds(claims=100, lines=5))
    log = filled([claim(number) for number in range(5)])
    loop = memory_loop(log, handler_stage)
    loop.open()
    finish(loop)
    assert [(row.claims, row.cause) for row in rows(log) if row.closed_at] == [(2, "lines"), (2, "lines")]


@pytest.mark.parametrize(("hours", "closed"), [(4, []), (5, ["age"])])
def test_a_batch_closes_by_age_at_the_next_claim(hours: int, closed: list[str]) -> None:
    late = claim(2, event_time=NOON + timedelta(hours=hours))
    log = filled([claim(1), late])
    finish(opened(log))
    assert [row.cause for row in rows(log) if row.closed_at] == closed


def test_a_tick_closes_what_is_old_without_a_further_claim() -> None:
    log = filled([claim(1)])
    loop = opened(log)
    finish(loop)
    for hours in (1, 6, 7):
        at = NOON + timedelta(hours=hours)
        put(log, BATCH_TICKS, BatchTick(tick_id=f"t{hours}", at=at, lane="key-1"))
    finish(loop)
    assert [(row.cause, row.closed_at) for row in rows(log) if row.closed_at] == [
        ("age", NOON + timedelta(hours=6))
    ]


def test_a_cut_off_closes_every_batch_of_its_partition() -> None:
    log = filled([claim(1), claim(2, payers=(payer("OTHER"),))])
    loop = opened(log)
    finish(loop)
    for tick in ticks(NOON, 2, close=True):
        put(log, BATCH_TICKS, tick)
    finish(loop)
    assert [row.cause for row in rows(log) if row.closed_at] == ["cut-off"] * 2


@given(st.integers(1, 40))
def test_every_partition_is_told_the_time(partitions: int) -> None:
    assert [partition_of(lane, partitions) for lane in lanes(partitions)] == list(range(partitions))


def test_bounds_come_from_the_environment() -> None:
    assert Bounds.from_environment({}) == Bounds()
    given_ = {"CLAIMSTREAM_BATCH_CLAIMS": "40", "CLAIMSTREAM_BATCH_HOURS": "2"}
    assert Bounds.from_environment(given_) == Bounds(claims=40, age=timedelta(hours=2))
    with pytest.raises(SettingsError, match="CLAIMSTREAM_BATCH_LINES is '0'"):
        Bounds.from_environment({"CLAIMSTREAM_BATCH_LINES": "0"})
    assert (tick_seconds({}), tick_seconds({"CLAIMSTREAM_TICK_SECONDS": "2.5"})) == (60.0, 2.5)
    with pytest.raises(SettingsError, match="CLAIMSTREAM_TICK_SECONDS is 'soon'"):
        tick_seconds({"CLAIMSTREAM_TICK_SECONDS": "soon"})


def test_the_interchange_number_follows_from_the_batch() -> None:
    """Nine digits, the same in every replay, another for every batch."""
    first, second = filled(issued()), filled(issued())
    finish(opened(first))
    finish(opened(second))
    numbers = {row.batch_id: row.interchange for row in rows(first)}
    assert numbers == {row.batch_id: row.interchange for row in rows(second)}
    assert len(set(numbers.values())) == len(numbers)
    assert all(len(number) == 9 and number.isdigit() for number in numbers.values())


def test_a_closed_batch_becomes_a_file_with_its_number(tmp_path: Path) -> None:
    """Each claim of a closed batch is in one file, under the batch's number; open batches wait."""
    claims = [claim(number) for number in range(7)]
    log = filled(claims)
    finish(opened(log))
    (tmp_path / "claims.ndjson").write_bytes(b"".join(as_json(each) + b"\n" for each in claims))
    (tmp_path / "batches.ndjson").write_bytes(b"".join(as_json(each) + b"\n" for each in rows(log)))
    given = [str(tmp_path / "claims.ndjson"), "--batches", str(tmp_path / "batches.ndjson")]
    done = CliRunner().invoke(main, ["x12", "write", *given, "--out", str(tmp_path / "out"), "--json"])
    assert done.exit_code == 0, done.output
    files = [json.loads(line) for line in done.stdout.splitlines()]
    closed = [row for row in rows(log) if row.closed_at]
    assert sorted(each["control_number"] for each in files) == sorted(row.interchange for row in closed)
    assert [each["claims"] for each in files] == [3, 3]
