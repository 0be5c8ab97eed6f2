"""What the loop needs of a log. Kafka (`kafka.py`) and memory (`memory.py`) both give it."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol

from services.stage.model import Record

Place = tuple[str, int]
"""A topic and a partition of it."""


@dataclass(slots=True)
class Output:
    """One record to be written, with its partition and all of its headers."""

    topic: str
    partition: int
    key: str
    value: bytes
    headers: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Layout:
    """What the log says of topics: partition counts, and the largest record batch each takes, in bytes."""

    partitions: Mapping[str, int]
    limits: Mapping[str, int]


class Listener(Protocol):
    """Hears which partitions come and go. Called only from within `Source.poll` and `close`."""

    def assigned(self, offsets: Mapping[Place, int]) -> None:
        """Partitions come, each with the offset to read next. Returns when their state is there."""
        ...

    def revoked(self, places: Iterable[Place]) -> None:
        """Partitions go."""
        ...


class Source(Protocol):
    """The reading side: one member of a consumer group."""

    epoch: int
    """Grows whenever partitions come or go."""

    def start(self, listener: Listener) -> None:
        """Join the group."""
        ...

    def poll(self, limit: int, timeout: float) -> Sequence[Record]:
        """Up to `limit` committed records, in offset order by partition; waits up to `timeout` seconds."""
        ...

    def seek(self, positions: Mapping[Place, int]) -> None:
        """Read these partitions from these offsets next."""
        ...

    def pause(self) -> None:
        """Give no records until `resume`, while staying in the group."""
        ...

    def resume(self) -> None:
        """Give records again."""
        ...

    def lags(self, positions: Mapping[Place, int], unsettled: AbstractSet[Place]) -> Mapping[Place, int]:
        """How many offsets each partition is behind, as far as is known without asking the log.

        `unsettled`: partitions of which records were given out that are not yet committed.
        """
        ...

    def close(self) -> None:
        """Leave the group."""
        ...


class Sink(Protocol):
    """The writing side: one transactional producer. Every call may raise AbortError or FatalError."""

    def start(self) -> None:
        """Fence a predecessor with the same id and abort what it left open."""
        ...

    def layout(self) -> Layout:
        """Partition counts and size limits of the topics that the stage reads and writes."""
        ...

    def begin(self) -> None:
        """Open a transaction."""
        ...

    def send(self, outputs: Sequence[Output]) -> None:
        """Put outputs into the transaction."""
        ...

    def flush(self) -> None:
        """Wait until the log has all of them."""
        ...

    def offsets(self, offsets: Mapping[Place, int]) -> None:
        """Put the offsets to read next into the transaction."""
        ...

    def commit(self) -> None:
        """Make all of it visible at once."""
        ...

    def abort(self) -> None:
        """Undo all of it."""
        ...

    def close(self) -> None:
        """Let go of the log's resources."""
        ...


class StateLog(Protocol):
    """Reads a stage's own output back."""

    def read(self, topic: str, partitions: Sequence[int]) -> Iterable[Record]:
        """Every committed record up to the end of each partition as it is now."""
        ...


class Monitor:
    """Hears what the loop does; does nothing itself. `metrics.py` counts."""

    def committed(self, records: int, outputs: int, dead: int, seconds: float) -> None:
        """A transaction is committed; `seconds` from its first record's handling to the commit."""

    def handled(self, seconds: Sequence[float]) -> None:
        """How long each record's handling took."""

    def aborted(self) -> None:
        """A transaction was aborted."""

    def rebuilt(self, records: int, seconds: float) -> None:
        """The state of newly assigned partitions was read back."""

    def owned(self, sizes: Mapping[int, int]) -> None:
        """State keys by partition, after they changed."""

    def lag(self, lags: Mapping[Place, int]) -> None:
        """Lags by partition, about once a second."""
