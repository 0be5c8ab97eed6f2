"""What a batch of records comes to: outputs, dead letters, offsets and changes of state. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from services.stage.dead import dead_letter, faults_of
from services.stage.errors import Rejected
from services.stage.model import ORIGIN, Context, Emit, Encoded, Fault, Handler, Record, Stage
from services.stage.partition import partition_of
from services.stage.ports import Layout, Output, Place
from services.stage.size import wire_size
from services.stage.state import NOTHING, Overlay

_AMPLE: Final = 1_024  # more than everything around key and value takes, the origin included


@dataclass(slots=True)
class Batch:
    """What the records handled so far in one transaction come to."""

    records: int = 0
    outputs: int = 0
    offsets: dict[Place, int] = field(default_factory=dict)
    emitted: list[tuple[Sequence[Emit], int]] = field(default_factory=list)
    """For the handler to observe after the commit, with the origin in ms."""
    dead: list[tuple[str, Fault]] = field(default_factory=list)
    """Place and first fault of each dead letter."""
    seconds: list[float] = field(default_factory=list)


class Work:
    """Handles records one after the other; each sees the state as the ones before it left it."""

    def __init__(self, stage: Stage, layout: Layout, overlay: Callable[[int], Overlay]) -> None:
        """`overlay` gives a partition's state, fresh for this transaction."""
        self.batch = Batch()
        self.overlays: dict[int, Overlay] = {}
        self._stage = stage
        self._layout = layout
        self._overlay = overlay
        self._observed = type(stage.handler).observe is not Handler.observe

    def handle(
        self, records: Iterable[Record], clock: Callable[[], float], deadline: float
    ) -> tuple[int, list[Output]]:
        """Handle records until they or the time run out; at least one. Returns how many, and their outputs.

        The clock only bounds and measures the work: no output depends on it.
        """
        batch = self.batch
        outputs: list[Output] = []
        began = clock()
        done = 0
        for record in records:
            if record.value:  # a tombstone says nothing to a handler
                outputs += self._one(record)
            batch.offsets[record.topic, record.partition] = record.offset + 1
            done += 1
            now = clock()
            batch.seconds.append(now - began)
            began = now
            if now >= deadline:
                break
        batch.records += done
        batch.outputs += len(outputs)
        return done, outputs

    def _one(self, record: Record) -> list[Output]:
        batch, state = self.batch, self._state(record.partition)
        origin = record.headers.get(ORIGIN) or str(record.timestamp_ms).encode()
        try:
            emits, outputs, changes = self._attempt(record, state, origin)
        except Exception as error:  # noqa: BLE001 (whatever one record does must not stop the others)
            faults = faults_of(error)
            encoded = dead_letter(self._stage, record, faults, self._layout)
            batch.dead.append((record.place, faults[0]))
            return [_place(encoded, self._layout, origin)]
        if changes:
            state.apply(changes)
        if emits and self._observed:
            batch.emitted.append((emits, _milliseconds(origin, record)))
        return outputs

    def _attempt(
        self, record: Record, state: Overlay, origin: bytes
    ) -> tuple[tuple[Emit, ...], list[Output], list[tuple[str, Any]]]:
        """All of a record's outputs and changes, or an exception and none of them."""
        stage, layout = self._stage, self._layout
        event = stage.codec.decode(record)
        emits = tuple(stage.handler.handle(event, Context(record, state)))
        outputs: list[Output] = []
        changes: list[tuple[str, Any]] = []
        for emit in emits:
            if emit.topic not in stage.outputs:
                raise _rejected(emit.topic, f"stage {stage.name} does not declare this output")
            output = _place(stage.codec.encode(emit), layout, origin)
            _check_size(output, layout)
            if emit.topic == stage.state_topic:
                _check_partition(output, record)
                changes += stage.handler.fold(emit.event)
            outputs.append(output)
        return emits, outputs, changes

    def _state(self, partition: int) -> Overlay:
        if self._stage.state_topic is None:
            return NOTHING
        overlay = self.overlays.get(partition)
        if overlay is None:
            overlay = self.overlays[partition] = self._overlay(partition)
        return overlay


def _place(encoded: Encoded, layout: Layout, origin: bytes) -> Output:
    partition = partition_of(encoded.partition_key, layout.partitions[encoded.topic])
    return Output(encoded.topic, partition, encoded.key, encoded.value, {**encoded.headers, ORIGIN: origin})


def _check_size(output: Output, layout: Layout) -> None:
    limit = layout.limits[output.topic]
    if len(output.headers) == 1 and len(output.value) + 4 * len(output.key) < limit - _AMPLE:
        return  # nearly always: the one header is the origin
    size = wire_size(output.key, output.value, output.headers)
    if size > limit:
        fix = f"split the input, or raise max.message.bytes of {output.topic}"
        raise _rejected(output.topic, f"an output of {size} bytes exceeds the topic's limit of {limit}", fix)


def _check_partition(output: Output, record: Record) -> None:
    """The state of this partition would be read back without this output."""
    if output.partition != record.partition:
        message = f"the record lies in partition {record.partition}, its state belongs to {output.partition}"
        raise _rejected(output.topic, message, "produce the input by the same partition key as its outputs")


def _rejected(path: str, message: str, fix: str = "") -> Rejected:
    return Rejected((Fault(path, message, fix),))


def _milliseconds(origin: bytes, record: Record) -> int:
    """The origin as a number; a foreign producer's nonsense counts as the record's own time."""
    return int(origin) if origin.isdigit() else record.timestamp_ms
