"""What a batch comes to, without a log."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.stage.batch import Batch, Work
from services.stage.dead import faults_of
from services.stage.errors import FatalError
from services.stage.model import ORIGIN, Codec, Context, Emit, Encoded, Fault, Handler, Record, Stage
from services.stage.partition import partition_of
from services.stage.ports import Layout, Output
from services.stage.size import wire_size
from services.stage.state import Overlay
from tests.stage.examples.counting import Work as Counting
from tests.stage.examples.stages import build

LAYOUT = Layout({"in": 2, "out": 2, "dead": 2}, {"in": 1_000, "out": 1_000, "dead": 3_000})
COUNTING = build("counting", ("in",), "out", "dead")


def record(
    value: bytes, offset: int = 0, partition: int = 0, headers: dict[str, bytes] | None = None
) -> Record:
    return Record("in", partition, offset, b"key", value, headers or {}, 1_700_000_000_000)


def keyed(partition: int) -> str:
    return next(key for key in "abcdefgh" if partition_of(key, 2) == partition)


def work(
    stage: Stage, records: Iterable[Record], state: dict[str, Any] | None = None
) -> tuple[Batch, list[Output]]:
    done = Work(stage, LAYOUT, lambda _partition: Overlay(state or {}))
    _, outputs = done.handle(records, lambda: 0.0, 1.0)
    return done.batch, outputs


def letters(outputs: Iterable[Output]) -> list[dict[str, Any]]:
    return [json.loads(output.value) for output in outputs if output.topic == "dead"]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=30))
def test_each_record_sees_the_state_as_those_before_it_left_it(events: list[tuple[str, bool]]) -> None:
    """A record that fails leaves neither outputs nor state; the others are numbered without a gap."""
    stage = build("counting", ("in",), "out", "dead")
    layout = Layout({"in": 1, "out": 1, "dead": 1}, LAYOUT.limits)
    done = Work(stage, layout, lambda _partition: Overlay({}))
    values = [json.dumps({"key": key}).encode() if good else b"{" for key, good in events]
    _, outputs = done.handle((record(v, n) for n, v in enumerate(values)), lambda: 0.0, 1.0)
    expected: dict[str, int] = {}
    for (key, good), output in zip(events, outputs, strict=True):
        if good:
            expected[key] = expected.get(key, 0) + 1
            assert json.loads(output.value)["version"] == expected[key]
        else:
            assert output.topic == "dead"
    if events:
        assert done.batch.offsets == {("in", 0): len(events)}
        assert dict(done.overlays[0]) == expected


def test_the_time_bound_stops_the_batch_after_the_record_under_way() -> None:
    ticks = iter((0.0, 0.4, 1.1, 9.9))
    done = Work(COUNTING, LAYOUT, lambda _partition: Overlay({}))
    records = [record(json.dumps({"key": keyed(0)}).encode(), number) for number in range(5)]
    count, outputs = done.handle(records, lambda: next(ticks), 1.0)
    assert (count, len(outputs), done.batch.offsets) == (2, 2, {("in", 0): 2})
    assert done.batch.seconds == pytest.approx([0.4, 0.7])


class Leaking(Handler):
    def handle(self, event: Any, context: Context) -> Iterable[Emit]:
        del context
        raise ValueError(f"no such name {event['name']}")


def test_the_message_of_a_foreign_exception_is_not_told() -> None:
    batch, outputs = work(replace(COUNTING, handler=Leaking()), [record(b'{"name": "Jane Roe"}')])
    (letter,) = letters(outputs)
    (fault,) = letter["errors"]
    assert fault[1].startswith("ValueError at test_batch.py:")
    assert "Jane" not in json.dumps(letter["errors"])
    assert "Jane" not in str(batch.dead)


class Located(Exception):
    faults = (Fault("a[1].b", "is wrong", "mend it"),)


def test_an_exception_with_faults_of_its_own_speaks_for_itself() -> None:
    assert faults_of(Located()) == (Fault("a[1].b", "is wrong", "mend it"),)


class Undeclared(Handler):
    def handle(self, event: Any, context: Context) -> Iterable[Emit]:
        del context
        yield Emit("out", event)
        yield Emit("elsewhere", event)


def test_an_undeclared_output_is_a_dead_letter_and_takes_its_sisters_along() -> None:
    value = json.dumps({"key": keyed(0)}).encode()
    _, outputs = work(replace(COUNTING, handler=Undeclared(), state_topic=None), [record(value)])
    (letter,) = letters(outputs)
    assert letter["errors"][0][:2] == ["elsewhere", "stage counting does not declare this output"]
    assert len(outputs) == 1


class Watching(Counting):
    def observe(self, emits: Sequence[Emit], origin_ms: int) -> None:
        raise AssertionError((emits, origin_ms))  # only the loop calls it, after the commit


@pytest.mark.parametrize(
    ("header", "origin"), [(b"42", 42), (b"nonsense", 1_700_000_000_000), (b"", 1_700_000_000_000)]
)
def test_the_origin_that_is_observed(header: bytes, origin: int) -> None:
    value = json.dumps({"key": keyed(0)}).encode()
    batch, outputs = work(
        replace(COUNTING, handler=Watching("out")), [record(value, headers={ORIGIN: header})]
    )
    assert [found for _, found in batch.emitted] == [origin]
    assert outputs[0].headers[ORIGIN] == (header or b"1700000000000")


class Mute(Codec):
    def decode(self, record: Record) -> Any:
        raise ValueError(record.offset)

    def encode(self, emit: Emit) -> Encoded:
        raise TypeError(emit.topic)

    def dead_letter(self, record: Record, stage: str, errors: Any) -> Encoded:
        raise KeyError(record.offset, stage, errors)


def test_a_codec_that_makes_no_dead_letter_ends_the_process_rather_than_losing_the_record() -> None:
    with pytest.raises(FatalError, match=r"no dead letter can be made of in/0/7: KeyError at"):
        work(replace(COUNTING, codec=Mute()), [record(b"x", offset=7)])


def test_a_stage_must_have_an_input_and_write_its_own_state() -> None:
    with pytest.raises(ValueError, match="no input topic"):
        replace(COUNTING, inputs=())
    with pytest.raises(ValueError, match="must be one of its outputs"):
        replace(COUNTING, state_topic="in")


@given(
    st.text(max_size=40),
    st.binary(max_size=300),
    st.dictionaries(st.text(max_size=9), st.binary(max_size=9), max_size=3),
)
def test_the_size_on_the_wire_is_never_estimated_too_small(
    key: str, value: bytes, headers: dict[str, bytes]
) -> None:
    """Against the record batch of Kafka's message format 2, with varints at their longest."""
    record_size = 1 + 10 + 5 + 5 + len(key.encode()) + 5 + len(value) + 5
    record_size += sum(5 + len(name.encode()) + 5 + len(content) for name, content in headers.items())
    assert (
        wire_size(key, value, headers) >= 61 + 5 + record_size - 10
    )  # the lengths here are of at most 3 bytes
