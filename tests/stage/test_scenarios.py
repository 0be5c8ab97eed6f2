"""What a stage does with records, the same in memory and on Kafka."""

import json
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from services.stage.errors import AbortError, Rejected, TooManyAbortsError, TopicsError
from services.stage.loop import ABORTABLE, Bounds, Loop, Step
from services.stage.model import ORIGIN, Context, Emit, Fault, Handler, Stage
from services.stage.partition import partition_of
from tests.stage.examples.stages import build
from tests.stage.worlds import World

SMALL = Bounds(records=3)


class Crash(BaseException):
    """The process is gone: nothing in the loop may catch it."""


class At:
    """Raises once, the `count`-th time that a step is reached."""

    def __init__(self, step: Step, error: type[BaseException], count: int = 1) -> None:
        self.step, self.error, self.count = step, error, count

    def __call__(self, step: Step) -> None:
        if step == self.step:
            self.count -= 1
            if self.count == 0:
                raise self.error("injected")


def feed(world: World, topic: str, count: int = 9, keys: int = 4) -> None:
    for number in range(count):
        key = f"k{number % keys}"
        event = {"key": key, "seq": number // keys + 1}
        world.append(topic, json.dumps(event).encode(), key)


def events(world: World, topic: str) -> list[dict[str, Any]]:
    found = [json.loads(record.value) for record in world.read(topic) if record.value]
    return sorted(found, key=lambda event: (event.get("key", ""), event.get("seq", 0)))


def stateful(world: World) -> tuple[Stage, str, str, str]:
    source, output, dead = world.topics("in", "out", "dead")
    return build("counting", (source,), output, dead), source, output, dead


def state(loop: Loop) -> dict[str, Any]:
    return {key: value for number in range(2) for key, value in loop.store.rows(number).items()}


NINE = [{"key": f"k{n % 4}", "seq": n // 4 + 1, "version": n // 4 + 1} for n in range(9)]
EXPECTED = sorted(NINE, key=lambda event: (str(event["key"]), int(str(event["seq"]))))


def test_a_chain_of_two_stages_hands_every_record_through(world: World) -> None:
    source, middle, output, dead = world.topics("in", "mid", "out", "dead")
    first = world.loop(build("passing", (source,), middle, dead), bounds=SMALL)
    second = world.loop(build("counting", (middle,), output, dead), bounds=SMALL)
    feed(world, source)
    first.open()
    second.open()
    world.drain(first, second)
    assert events(world, output) == EXPECTED
    assert world.read(dead) == []
    assert first.done == second.done == 9


def test_outputs_lie_where_their_partition_key_says_and_carry_the_origin(world: World) -> None:
    stage, source, output, _ = stateful(world)
    world.append(source, b'{"key": "a", "seq": 1}', "a")
    world.append(source, b'{"key": "b", "seq": 1}', "b", {ORIGIN: b"77", "other": b"x"})
    loop = world.loop(stage)
    loop.open()
    world.drain(loop)
    records = {record.key: record for record in world.read(output)}
    assert {key: record.partition for key, record in records.items()} == {
        b"a": partition_of("a", 2),
        b"b": partition_of("b", 2),
    }
    assert records[b"a"].headers == {ORIGIN: b"1"}
    assert records[b"b"].headers == {ORIGIN: b"77"}


def test_a_record_that_cannot_be_read_is_a_dead_letter_and_its_neighbours_go_on(world: World) -> None:
    stage, source, output, dead = stateful(world)
    world.append(source, b'{"key": "a", "seq": 1}', "a")
    world.append(source, b'{"key": "a", "se', "a")
    world.append(source, b'{"key": "a", "seq": 2}', "a")
    loop = world.loop(stage)
    loop.open()
    world.drain(loop)
    assert [event["version"] for event in events(world, output)] == [1, 2]
    (letter,) = events(world, dead)
    assert letter["original"] == '{"key": "a", "se'
    assert letter["stage"] == "counting"
    assert "JSONDecodeError" in letter["errors"][0][1]
    (record,) = world.read(dead)
    assert record.key == f"{source}/{partition_of('a', 2)}/1".encode()


class Rejecting(Handler):
    def handle(self, event: Any, context: Context) -> Iterable[Emit]:
        del context
        yield Emit("never", event)
        raise Rejected((Fault("a.b", "is wrong", "mend it"), Fault("c", "is missing")))


def test_a_rejected_record_says_all_its_faults_and_gives_no_output(world: World) -> None:
    stage, source, output, dead = stateful(world)
    world.append(source, b'{"key": "a", "seq": 1}', "a")
    loop = world.loop(replace(stage, handler=Rejecting()))
    loop.open()
    world.drain(loop)
    (letter,) = events(world, dead)
    assert letter["errors"] == [["a.b", "is wrong", "mend it"], ["c", "is missing", ""]]
    assert world.read(output) == []


class Growing(Handler):
    """Gives back an output as long as the event asks for."""

    def __init__(self, output: str) -> None:
        self.output = output

    def handle(self, event: Any, context: Context) -> Iterable[Emit]:
        del context
        yield Emit(self.output, {**event, "pad": "x" * event["size"]})


def test_an_output_over_the_limit_is_a_dead_letter_and_hurts_no_neighbour(world: World) -> None:
    (source,) = world.topics("in")
    output, dead = world.topics("out", "dead", limit=2_000)
    stage = replace(build("passing", (source,), output, dead), handler=Growing(output))
    for seq, size in enumerate((10, 1_500, 5_000, 1_500, 10), start=1):
        world.append(source, json.dumps({"key": "a", "seq": seq, "size": size}).encode(), "a")
    loop = world.loop(stage)
    loop.open()
    world.drain(loop)
    assert [event["seq"] for event in events(world, output)] == [1, 2, 4, 5]
    (letter,) = events(world, dead)
    assert json.loads(letter["original"])["seq"] == 3
    assert "exceeds the topic's limit of 2000" in letter["errors"][0][1]


def test_a_dead_letter_that_would_be_too_large_leaves_the_original_out(world: World) -> None:
    (source,) = world.topics("in")
    output, dead = world.topics("out", "dead", limit=2_000)
    world.append(source, b"{" + b"x" * 5_000, "a")
    loop = world.loop(build("passing", (source,), output, dead))
    loop.open()
    world.drain(loop)
    (letter,) = events(world, dead)
    assert letter["original"] == ""
    assert "5001 bytes is left out" in letter["errors"][0][1]
    assert "JSONDecodeError" in letter["errors"][1][1]


def test_tombstones_pass_by_the_handler_and_delete_on_the_way_out(world: World) -> None:
    source, output, dead = world.topics("in", "out", "dead")
    world.append(source, b"", "a")
    world.append(source, b'{"key": "b", "gone": true}', "b")
    loop = world.loop(build("passing", (source,), output, dead))
    loop.open()
    world.drain(loop)
    (record,) = world.read(output)
    assert (record.key, record.value) == (b"b", b"")
    assert loop.done == 2
    assert world.read(dead) == []


def test_several_inputs_share_the_state_of_their_partition(world: World) -> None:
    one, two, output, dead = world.topics("one", "two", "out", "dead")
    for topic in (one, two):
        feed(world, topic, count=8)
    loop = world.loop(build("counting", (one, two), output, dead), bounds=SMALL)
    loop.open()
    world.drain(loop)
    versions: dict[str, list[int]] = {}
    for event in events(world, output):
        versions.setdefault(event["key"], []).append(event["version"])
    assert {key: sorted(found) for key, found in versions.items()} == {
        f"k{n}": [1, 2, 3, 4] for n in range(4)
    }


def test_a_new_instance_goes_on_with_offsets_and_state(world: World) -> None:
    stage, source, output, _ = stateful(world)
    feed(world, source)
    first = world.loop(stage, bounds=SMALL)
    first.open()
    world.drain(first)
    first.close()
    feed(world, source, count=4)
    second = world.loop(stage, bounds=SMALL)
    second.open()
    world.drain(second)
    assert second.done == 4
    assert state(second) == {"k0": 4, "k1": 3, "k2": 3, "k3": 3}
    assert len(events(world, output)) == 13


@pytest.mark.parametrize("step", ABORTABLE)
def test_an_abort_at_any_step_changes_nothing_in_the_end(world: World, step: Step) -> None:
    stage, source, output, dead = stateful(world)
    feed(world, source)
    loop = world.loop(stage, probe=At(step, AbortError, count=2), bounds=SMALL)
    loop.open()
    world.drain(loop)
    assert events(world, output) == EXPECTED
    assert state(loop) == {"k0": 3, "k1": 2, "k2": 2, "k3": 2}
    assert world.read(dead) == []


@pytest.mark.parametrize("step", list(Step))
def test_after_a_crash_at_any_step_the_next_instance_finishes(world: World, step: Step) -> None:
    stage, source, output, dead = stateful(world)
    feed(world, source)
    loop = world.loop(stage, probe=At(step, Crash, count=2), bounds=SMALL)
    loop.open()
    with pytest.raises(Crash):
        world.drain(loop)
    successor = world.loop(stage, bounds=SMALL)
    successor.open()
    world.drain(successor)
    assert events(world, output) == EXPECTED
    assert state(successor) == {"k0": 3, "k1": 2, "k2": 2, "k3": 2}
    assert world.read(dead) == []


def test_paused_nothing_is_handled_until_resumed(world: World) -> None:
    stage, source, output, _ = stateful(world)
    loop = world.loop(stage)
    loop.open()
    world.drain(loop)
    loop.pause()
    feed(world, source)
    for _ in range(5):
        assert loop.turn(0.1) == 0
    assert world.read(output) == []
    loop.resume()
    deadline = time.monotonic() + 30
    while loop.done < 9 and time.monotonic() < deadline:
        loop.turn(0.1)
    world.drain(loop)
    assert events(world, output) == EXPECTED


def test_aborts_without_end_end_the_process(world: World) -> None:
    stage, source, _, _ = stateful(world)
    feed(world, source, count=1)

    def always(step: Step) -> None:
        if step is Step.COMMIT:
            raise AbortError("again")

    loop = world.loop(stage, probe=always, bounds=Bounds(aborts_in_a_row=3))
    loop.open()
    with pytest.raises(TooManyAbortsError):
        world.drain(loop)


def test_a_missing_topic_is_refused_at_the_start(world: World) -> None:
    source, dead = world.topics("in", "dead")
    loop = world.loop(build("passing", (source,), "nowhere", dead))
    with pytest.raises(TopicsError, match="do not exist: nowhere"):
        loop.open()


def test_a_state_topic_partitioned_otherwise_is_refused_at_the_start(world: World) -> None:
    source, dead = world.topics("in", "dead")
    (output,) = world.topics("out", partitions=3)
    loop = world.loop(build("counting", (source,), output, dead))
    with pytest.raises(TopicsError, match="same number of partitions"):
        loop.open()


def test_an_input_in_the_wrong_partition_is_a_dead_letter_not_a_silent_hole_in_the_state(
    world: World,
) -> None:
    stage, source, output, dead = stateful(world)
    elsewhere = next(f"p{n}" for n in range(9) if partition_of(f"p{n}", 2) != partition_of("a", 2))
    world.append(source, b'{"key": "a", "seq": 1}', elsewhere)
    loop = world.loop(stage)
    loop.open()
    world.drain(loop)
    (letter,) = events(world, dead)
    assert "its state belongs to" in letter["errors"][0][1]
    assert world.read(output) == []


def test_stages_that_differ_in_their_handler_differ_in_nothing_else() -> None:
    one, other = (build(name, ("in",), "out", "dead", name="same") for name in ("passing", "counting"))
    same = replace(other, handler=one.handler, state_topic=one.state_topic)
    assert same == one
