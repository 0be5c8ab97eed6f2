"""The loop's ports on a `MemoryLog`, and the runner that works chains of stages off in one process.

log = MemoryLog({"in": 1, "out": 1, "dead-letters": 1})
log.append("in", b"...", key="1")
run(log, [stage])
list(log.records("out"))
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from services.stage.errors import AbortError
from services.stage.loop import DEFAULT_BOUNDS, Bounds, Loop, Probe
from services.stage.memory_log import MemoryLog
from services.stage.model import Record, Stage
from services.stage.ports import Layout, Listener, Monitor, Output, Place


class MemorySource:
    """One member of a group on a log in memory."""

    def __init__(self, log: MemoryLog, group: str, member: str, topics: Sequence[str]) -> None:
        """Join with `start`."""
        self.epoch = 0
        self.generation = 0
        self.group, self.member = group, member
        self._log, self._topics = log, tuple(topics)
        self._positions: dict[Place, int] = {}
        self._listener: Listener | None = None
        self._paused = False

    def start(self, listener: Listener) -> None:
        """Join the group."""
        self._listener = listener
        self._log.join(self.group, self.member)

    def poll(self, limit: int, timeout: float) -> list[Record]:  # noqa: ARG002 (nothing comes by waiting)
        """Records in order of topic and partition; takes up a new assignment first."""
        self._rebalance()
        records: list[Record] = []
        if self._paused:
            return records
        for place, position in self._positions.items():
            found = self._log.read(*place, position, limit - len(records))
            if found:
                self._positions[place] = found[-1].offset + 1
                records += found
            if len(records) >= limit:
                break
        return records

    def seek(self, positions: Mapping[Place, int]) -> None:
        """Read from these offsets next."""
        self._positions.update(positions)

    def pause(self) -> None:
        """Give no records."""
        self._paused = True

    def resume(self) -> None:
        """Give records again."""
        self._paused = False

    def lags(self, positions: Mapping[Place, int], unsettled: AbstractSet[Place]) -> dict[Place, int]:
        """Records not yet committed, without the end markers."""
        del unsettled  # nothing but records is in the way to the end
        return {place: len(self._log.read(*place, offset, 1 << 62)) for place, offset in positions.items()}

    def close(self) -> None:
        """Leave the group."""
        self._give_up(set(self._positions))
        self._log.leave(self.group, self.member)

    def _rebalance(self) -> None:
        current = self._log.members.get(self.group, {}).get(self.member)
        if current is None:  # left out by the group, as after a session timeout: join anew
            self._give_up(set(self._positions))
            self._log.join(self.group, self.member)
            current = self._log.members[self.group][self.member]
        if current == self.generation:
            return
        self.generation = current
        wanted = self._log.assignment(self.group, self.member, self._topics)
        self._give_up(self._positions.keys() - wanted)
        fresh = sorted(wanted - self._positions.keys())
        self.epoch += 1
        if fresh and self._listener is not None:
            committed = self._log.stable_offsets(self.group)
            offsets = {place: committed.get(place, 0) for place in fresh}
            self._listener.assigned(offsets)
            self._positions = dict(sorted((self._positions | offsets).items()))

    def _give_up(self, places: set[Place]) -> None:
        if places and self._listener is not None:
            self.epoch += 1
            self._listener.revoked(sorted(places))
            for place in places:
                del self._positions[place]


class MemorySink:
    """A transactional producer on a log in memory."""

    def __init__(self, log: MemoryLog, transactional_id: str, source: MemorySource) -> None:
        """The source says of which generation the offsets are."""
        self._log, self._id, self._source = log, transactional_id, source
        self._epoch = 0

    def start(self) -> None:
        """Fence the predecessor."""
        self._epoch = self._log.init(self._id)

    def layout(self) -> Layout:
        """The log's."""
        return self._log.layout

    def begin(self) -> None:
        """Open a transaction."""
        self._log.begin(self._id, self._epoch)

    def send(self, outputs: Sequence[Output]) -> None:
        """Put outputs into it."""
        transaction = self._log.producer(self._id, self._epoch).transaction
        if transaction is None:
            raise AbortError("no transaction is open")
        transaction.outputs += outputs

    def flush(self) -> None:
        """Nothing is under way in memory; a fenced producer learns of it."""
        self._log.producer(self._id, self._epoch)

    def offsets(self, offsets: Mapping[Place, int]) -> None:
        """Put offsets into it; refused from a member of a past generation."""
        source = self._source
        transaction = self._log.producer(self._id, self._epoch).transaction
        self._log.check_generation(source.group, source.member, source.generation)
        if transaction is None:
            raise AbortError("no transaction is open")
        transaction.group = source.group
        transaction.offsets.update(offsets)

    def commit(self) -> None:
        """Make all of it visible."""
        self._log.commit(self._id, self._epoch)

    def abort(self) -> None:
        """Undo all of it."""
        self._log.abort(self._id, self._epoch)

    def close(self) -> None:
        """Nothing to let go of."""


class MemoryStateLog:
    """Reads a topic of a log in memory back."""

    def __init__(self, log: MemoryLog) -> None:
        """Of this log."""
        self._log = log

    def read(self, topic: str, partitions: Sequence[int]) -> Iterator[Record]:
        """Every record, partition by partition."""
        for partition in partitions:
            yield from self._log.read(topic, partition, 0, 1 << 62)


def memory_loop(
    log: MemoryLog,
    stage: Stage,
    instance: str = "0",
    *,
    bounds: Bounds = DEFAULT_BOUNDS,
    monitor: Monitor | None = None,
    probe: Probe = lambda _step: None,
) -> Loop:
    """The stage's loop on a log in memory, not yet opened."""
    source = MemorySource(log, stage.name, instance, stage.inputs)
    sink = MemorySink(log, f"{stage.name}-{instance}", source)
    return Loop(
        stage,
        source,
        sink,
        MemoryStateLog(log),
        bounds=bounds,
        monitor=monitor,
        probe=probe,
        wait=lambda _s: None,
    )


def run(
    log: MemoryLog,
    stages: Sequence[Stage],
    *,
    progress: Callable[[str, int], None] = lambda _stage, _records: None,
    discard: Collection[str] = (),
) -> None:
    """Work everything off that lies on the log, through all stages, until nothing is left to do.

    `progress` hears the stage's name and how many records it has just committed.
    Of the topics in `discard`, each read by one stage, records are dropped once handled, to save memory.
    """
    loops = [memory_loop(log, stage) for stage in stages]
    for loop in loops:
        loop.open()
    busy = True
    while busy:
        busy = False
        for loop in loops:
            records = loop.turn(0.0)
            if records:
                busy = True
                progress(loop.stage.name, records)
                _trim(log, loop, discard)
            # the first turn may only take partitions up
            busy = busy or any(loop.lags().values())
    for loop in loops:
        loop.close()


def _trim(log: MemoryLog, loop: Loop, discard: Collection[str]) -> None:
    for (topic, partition), offset in loop.positions.items():
        if topic in discard:
            log.trim(topic, partition, offset)


__all__ = ["MemoryLog", "MemorySink", "MemorySource", "MemoryStateLog", "memory_loop", "run"]
