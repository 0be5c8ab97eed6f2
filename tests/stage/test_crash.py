"""Crash as a unit test: the loop is stopped at every step in turn, and nothing is lost or doubled."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from services.stage.errors import AbortError, FatalError
from services.stage.loop import ABORTABLE, Bounds, Loop, Step
from services.stage.memory import MemoryLog, memory_loop
from services.stage.model import Stage
from tests.stage.examples.stages import build
from tests.stage.verifier import verify

KEYS, RECORDS = 5, 16
SMALL = Bounds(records=4)
CHAIN: Sequence[Stage] = (
    build("passing", ("in",), "mid", "dead"),
    build("counting", ("mid",), "out", "dead"),
)


class Crash(BaseException):
    """The process is gone."""


def filled() -> MemoryLog:
    log = MemoryLog({"in": 2, "mid": 2, "out": 2, "dead": 1})
    for number in range(RECORDS):
        key = f"k{number % KEYS}"
        log.append(
            "in", json.dumps({"key": key, "seq": number // KEYS + 1}).encode(), key=key, timestamp_ms=number
        )
        if number == RECORDS // 2:
            log.append("in", b"not json", key=key, timestamp_ms=number)
    return log


EXPECTED = {f"k{n}": len(range(n, RECORDS, KEYS)) for n in range(KEYS)}


@dataclass(slots=True)
class Script:
    """Counts the steps taken, and does something at one of them."""

    at: int
    act: Callable[[], None]
    steps: list[Step] = field(default_factory=list)

    def __call__(self, step: Step) -> None:
        self.steps.append(step)
        if len(self.steps) == self.at:
            self.act()


def never() -> None:
    """Never called: no step has the number 0."""


def opened(log: MemoryLog, stage: Stage, probe: Callable[[Step], None], instance: str = "0") -> Loop:
    loop = memory_loop(log, stage, instance, bounds=SMALL, probe=probe)
    loop.open()
    return loop


def finish(*loops: Loop) -> None:
    quiet = 0
    while quiet < 2:
        quiet = 0 if sum(loop.turn(0.0) for loop in loops) else quiet + 1


def contents(log: MemoryLog, topic: str) -> list[tuple[int, bytes | None, bytes]]:
    return [(record.partition, record.key, record.value) for record in log.records(topic)]


def outcome(log: MemoryLog, last: Loop) -> dict[str, Any]:
    """Everything that must be the same whatever happened on the way."""
    report = verify([json.loads(record.value) for record in log.records("out")], EXPECTED)
    assert report.clean, report
    return {
        "mid": contents(log, "mid"),
        "out": contents(log, "out"),
        "dead": contents(log, "dead"),
        "committed": [log.committed["passing"].keys(), log.committed["counting"].keys()],
        "state": [dict(last.store.rows(partition)) for partition in range(2)],
        "headers": [record.headers for record in log.records("out")],
    }


def undisturbed(victim: int) -> tuple[dict[str, Any], list[Step]]:
    """The outcome of a run without trouble, and the steps that the victim stage took in it."""
    log, script = filled(), Script(0, never)
    loops = [opened(log, stage, script if n == victim else Script(0, never)) for n, stage in enumerate(CHAIN)]
    finish(*loops)
    return outcome(log, loops[-1]), script.steps


def raising(error: type[BaseException]) -> Callable[[], None]:
    def act() -> None:
        raise error("injected")

    return act


def with_trouble(victim: int, at: int, error: type[BaseException]) -> tuple[dict[str, Any], Step]:
    """The outcome when the victim meets an error at its step number `at`, dies of it or not, and goes on."""
    log, script = filled(), Script(at, raising(error))
    loops = [opened(log, stage, script if n == victim else Script(0, never)) for n, stage in enumerate(CHAIN)]
    try:
        finish(*loops)
    except Crash:
        loops[victim] = opened(log, CHAIN[victim], Script(0, never))
    finish(*loops)
    return outcome(log, loops[-1]), script.steps[at - 1]


@pytest.mark.parametrize("victim", [0, 1], ids=["stateless", "stateful"])
def test_a_crash_at_every_step_in_turn_changes_nothing(victim: int) -> None:
    expected, steps = undisturbed(victim)
    assert set(steps) == set(Step), "the run must pass every step that the loop names"
    for at in range(1, len(steps) + 1):
        found, step = with_trouble(victim, at, Crash)
        assert found == expected, f"crash at step {at}, {step}"


@pytest.mark.parametrize("victim", [0, 1], ids=["stateless", "stateful"])
def test_an_abort_at_every_step_in_turn_changes_nothing(victim: int) -> None:
    expected, steps = undisturbed(victim)
    aborted = 0
    for at, step in enumerate(steps, start=1):
        if step in ABORTABLE:
            assert with_trouble(victim, at, AbortError) == (expected, step)
            aborted += 1
    assert aborted >= 3 * len(ABORTABLE)


@pytest.mark.parametrize("victim", [0, 1], ids=["stateless", "stateful"])
def test_a_zombie_that_wakes_at_any_step_does_no_harm(victim: int) -> None:
    """The group gives its partitions to another instance, which works everything off; then it goes on."""
    _, steps = undisturbed(victim)
    for at in range(1, len(steps) + 1):
        log = filled()
        taken: list[Loop] = []

        def take_over(log: MemoryLog = log, taken: list[Loop] = taken) -> None:
            log.leave(CHAIN[victim].name, "zombie")
            taken.append(opened(log, CHAIN[victim], Script(0, never), "heir"))
            finish(taken[0])

        zombie = opened(log, CHAIN[victim], Script(at, take_over), "zombie")
        other = opened(log, CHAIN[1 - victim], Script(0, never))
        try:
            finish(*((zombie, other) if victim == 0 else (other, zombie)))
        except FatalError:
            zombie = taken[0]
        finish(zombie, taken[0], other)
        report = verify([json.loads(record.value) for record in log.records("out")], EXPECTED)
        assert report.clean, (at, steps[at - 1], report)
        assert len(contents(log, "dead")) == 1


def test_replaying_the_same_log_gives_the_same_bytes() -> None:
    assert undisturbed(0)[0] == undisturbed(0)[0]


def broken_commit(loop: Loop, log: MemoryLog) -> None:
    """Offsets are committed before the outputs: what the loop must never do."""
    original = loop._sink.send

    def send(outputs: Any) -> None:
        offsets = {place: records[-1].offset + 1 for place, records in by_place(loop).items()}
        log.committed.setdefault(loop.stage.name, {}).update(offsets)
        original(outputs)

    loop._sink.send = send  # type: ignore[method-assign]


def by_place(loop: Loop) -> dict[tuple[str, int], list[Any]]:
    """What the loop has taken from the log and not yet committed, by partition."""
    found: dict[tuple[str, int], list[Any]] = {}
    log: MemoryLog = loop._source._log  # type: ignore[attr-defined]
    for (topic, partition), position in loop.positions.items():
        records = log.read(topic, partition, position, SMALL.records)
        if records:
            found[topic, partition] = records
    return found


def test_the_verifier_sees_a_stage_that_commits_offsets_first() -> None:
    """The negative control: with the order of offsets and outputs turned round, a crash loses records."""
    log = filled()
    first = opened(log, CHAIN[0], Script(0, never))
    finish(first)
    broken = opened(log, CHAIN[1], Script(6, raising(Crash)))
    broken_commit(broken, log)
    with pytest.raises(Crash):
        finish(broken)
    finish(opened(log, CHAIN[1], Script(0, never)))
    report = verify([json.loads(record.value) for record in log.records("out")], EXPECTED)
    assert report.lost > 0
    assert not report.clean
