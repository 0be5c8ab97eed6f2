"""What a stage is made of: records in, a pure handler, a codec, records out."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

ORIGIN: Final = "origin"
"""Header with the time, in ms since 1970 as ASCII digits, of the record that began the chain."""

if TYPE_CHECKING:
    from dataclasses import dataclass as value
else:

    def value(*, frozen: bool, slots: bool) -> Any:  # noqa: ANN401
        """A dataclass that only the type checker freezes.

        A frozen one takes three times as long to make, and four of these are made for every record.
        """
        return dataclass(slots=slots, unsafe_hash=frozen)


@value(frozen=True, slots=True)
class Record:
    """One record as it lies on a topic.

    `value` is empty for a tombstone. `timestamp_ms` is the transport's time: handlers must take
    the time from the event, or a replay would not give the same bytes.
    """

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes
    headers: Mapping[str, bytes]
    timestamp_ms: int

    @property
    def place(self) -> str:
        """Where the record lies, as `topic/partition/offset`."""
        return f"{self.topic}/{self.partition}/{self.offset}"


@value(frozen=True, slots=True)
class Encoded:
    """One output as bytes. The key names it, `partition_key` places it; an empty value is a tombstone."""

    topic: str
    key: str
    value: bytes
    partition_key: str
    headers: Mapping[str, bytes]


@value(frozen=True, slots=True)
class Emit:
    """What a handler returns: an event for a topic."""

    topic: str
    event: Any


@value(frozen=True, slots=True)
class Context:
    """What a handler may look at besides the event: the record it came in, the partition's state."""

    record: Record
    state: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """One error, located: where in the input, what is wrong, how to mend it."""

    path: str
    message: str
    fix: str = ""


class Codec(Protocol):
    """Bytes to events and back."""

    def decode(self, record: Record) -> Any:  # noqa: ANN401 (events are the codec's)
        """The event in a record with a value. Raising makes the record a dead letter."""
        ...

    def encode(self, emit: Emit) -> Encoded:
        """The bytes of an output, its key and its place."""
        ...

    def dead_letter(self, record: Record, stage: str, errors: Sequence[Fault]) -> Encoded:
        """The dead letter of a record; `record.value` may have been emptied to make it fit."""
        ...


class Handler(ABC):
    """A stage's own work. Inherit from it: only `handle` must be written."""

    @abstractmethod
    def handle(self, event: Any, context: Context) -> Iterable[Emit]:  # noqa: ANN401
        """The outputs of one event. Pure: no clock, no I/O, no randomness. Raising = dead letter."""

    def fold(self, event: Any) -> Iterable[tuple[str, Any]]:  # noqa: ANN401, ARG002
        """What an event of the state topic means for the state: keys and values; None deletes.

        Called with what `handle` emitted and, when the state is read back, with what `decode` gives:
        both must mean the same. The last value of a key wins, so that a compacted topic serves too.
        """
        return ()

    def refresh(self) -> None:  # noqa: B027 (most stages have nothing to refresh)
        """Called between transactions: the place to take up new reference data."""

    def observe(self, emits: Sequence[Emit], origin_ms: int) -> None:  # noqa: B027 (or to count)
        """Called once for each record that gave outputs, after they are committed: business metrics."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A handler with its topics.

    With a `state_topic` (one of `outputs`), the state of a partition is the fold over the partition
    of that topic with the same number; inputs and state topic must have as many partitions.
    """

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    state_topic: str | None
    handler: Handler
    codec: Codec
    dead_letter_topic: str

    def __post_init__(self) -> None:
        """Refuse a stage that cannot work."""
        if not self.inputs:
            raise ValueError(f"stage {self.name} has no input topic")
        if self.state_topic is not None and self.state_topic not in self.outputs:
            raise ValueError(f"stage {self.name}: its state topic must be one of its outputs")

    @property
    def targets(self) -> tuple[str, ...]:
        """Every topic that the stage writes to."""
        return (*self.outputs, self.dead_letter_topic)
