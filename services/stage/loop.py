"""The loop: take records, handle them, write what they come to, commit, then remember.

One transaction holds the outputs, the dead letters and the offsets of a batch, so that a crash at any
`Step` leaves either all of them or none. The state in memory follows only after the commit.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from logging import getLogger
from time import monotonic, sleep
from typing import Final

from services.stage.batch import Batch, Work
from services.stage.errors import AbortError, FatalError, TooLargeError, TooManyAbortsError, TopicsError
from services.stage.model import Record, Stage
from services.stage.ports import Layout, Monitor, Place, Sink, Source, StateLog
from services.stage.rebuild import read_back
from services.stage.state import Store

log = getLogger(__name__)

_CHUNK_BYTES: Final = 1024 * 1024
_WAIT: Final = 0.01
_LONGEST_WAIT: Final = 1.0
_CHUNK: Final = 256  # records handled before their outputs go to the producer, so that both work at once


class Step(StrEnum):
    """The steps of a turn, each named before it is taken."""

    POLL = "poll"
    HANDLE = "handle"
    BEGIN = "begin"
    SEND = "send"
    FLUSH = "flush"
    OFFSETS = "offsets"
    COMMIT = "commit"
    MERGE = "merge"
    OBSERVE = "observe"


ABORTABLE: Final = (Step.HANDLE, Step.BEGIN, Step.SEND, Step.FLUSH, Step.OFFSETS, Step.COMMIT)
"""The steps at which an `AbortError` undoes the batch; before them is nothing, after them all is done."""

Probe = Callable[[Step], None]
"""Called at every step; what it raises is raised there. Tests crash and abort the loop with it."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much goes into one transaction."""

    records: int = 2_000
    bytes: int = 8 * 1024 * 1024
    seconds: float = 0.5
    """Handling time after which no further record joins; must stay well under transaction.timeout.ms."""
    aborts_in_a_row: int = 20


DEFAULT_BOUNDS: Final = Bounds()


class Loop:
    """One stage on one instance."""

    def __init__(
        self,
        stage: Stage,
        source: Source,
        sink: Sink,
        state_log: StateLog,
        *,
        bounds: Bounds = DEFAULT_BOUNDS,
        monitor: Monitor | None = None,
        probe: Probe = lambda _step: None,
        clock: Callable[[], float] = monotonic,
        wait: Callable[[float], None] = sleep,
    ) -> None:
        """Wire the parts; nothing is opened before `open`."""
        self.stage = stage
        self.store = Store()
        self.positions: dict[Place, int] = {}
        self.done = 0
        """Records committed since the start: what progress is measured by."""
        self.restoring = False
        """Whether the state is just being read back; that may take longer than a turn should."""
        self.finishing_since: float | None = None
        """When the loop began to wait for the log to finish the transaction under way."""
        self._source, self._sink, self._state_log = source, sink, state_log
        self._bounds, self._probe = bounds, probe
        self._clock, self._wait = clock, wait
        self._monitor = monitor or Monitor()
        self._pending: deque[Record] = deque()
        self._layout = Layout({}, {})
        self._records = bounds.records  # shrinks to 1 after an abort, doubles with each commit
        self._aborts = 0
        self._paused = False

    def open(self) -> None:
        """Fence the predecessor first, so that its open transaction is over before its offsets are read."""
        self._sink.start()
        self._layout = check_layout(self.stage, self._sink.layout())
        self._source.start(self)

    def close(self) -> None:
        """Leave the group and let go of the log."""
        try:
            self._source.close()
        finally:
            self._sink.close()

    def turn(self, timeout: float) -> int:
        """Wait up to `timeout` seconds for records and commit what they come to. Returns how many."""
        self._probe(Step.POLL)
        epoch = self._source.epoch
        records = self._source.poll(max(1, self._records - len(self._pending)), timeout)
        if self._source.epoch != epoch:
            self._rewind()
            return 0
        # librdkafka goes back to the earliest offset when it is told that its own is out of range
        self._pending += [r for r in records if r.offset >= self.positions.get((r.topic, r.partition), 0)]
        if self._paused or not self._pending:
            return 0
        self.stage.handler.refresh()
        return self._transact()

    def pause(self) -> None:
        """Handle no records until `resume`; partitions stay with this instance."""
        self._paused = True
        self._source.pause()

    def resume(self) -> None:
        """Handle records again."""
        self._paused = False
        self._source.resume()

    def lags(self) -> Mapping[Place, int]:
        """How far each owned partition is behind; records taken but not yet committed count."""
        unsettled = {(record.topic, record.partition) for record in self._pending}
        return self._source.lags(self.positions, unsettled)

    def assigned(self, offsets: Mapping[Place, int]) -> None:
        """Read the state of new partitions back before their first record comes."""
        fresh = sorted({partition for _, partition in offsets if partition not in self.store})
        began = self._clock()
        if self.stage.state_topic is not None and fresh:
            self.restoring = True
            states, records = read_back(self.stage, self._state_log, fresh)
            self.restoring = False
            for partition, rows in states.items():
                self.store.open(partition, rows)
            self._monitor.rebuilt(records, self._clock() - began)
            self._monitor.owned(self.store.sizes())
        self.positions.update(offsets)
        check_together(self.stage, self.positions)

    def revoked(self, places: Iterable[Place]) -> None:
        """Forget partitions that another instance may write from now on."""
        for place in places:
            self.positions.pop(place, None)
            self.store.close(place[1])
        self._pending.clear()
        self._monitor.owned(self.store.sizes())

    def _transact(self) -> int:
        work = Work(self.stage, self._layout, self.store.overlay)
        began = self._clock()
        try:
            self._fill(work, began + self._bounds.seconds)
            self._finish(work)
        except AbortError as error:
            self._undo(error)
            return 0
        self._remember(work, began)
        return work.batch.records

    def _fill(self, work: Work, deadline: float) -> None:
        """Handle a chunk, hand its outputs to the producer, and so on until a bound is reached."""
        left, size, open_ = self._records, self._bounds.bytes, False
        while self._pending and left > 0 and size > 0 and (not open_ or self._clock() < deadline):
            self._probe(Step.HANDLE)
            chunk, chunk_size = self._chunk(min(left, _CHUNK))
            done, outputs = work.handle(chunk, self._clock, deadline)
            for _ in range(done):
                self._pending.popleft()
            left, size = left - done, size - chunk_size
            if not open_:
                self._probe(Step.BEGIN)
                self._sink.begin()
                open_ = True
            self._probe(Step.SEND)
            self._sink.send(outputs)

    def _chunk(self, most: int) -> tuple[list[Record], int]:
        """The next records, at most `most` of them and about `_CHUNK_BYTES`; and their bytes."""
        chunk: list[Record] = []
        size = 0
        for record in islice(self._pending, most):
            chunk.append(record)
            size += len(record.value)
            if size >= _CHUNK_BYTES:
                break
        return chunk, size

    def _finish(self, work: Work) -> None:
        """Outputs first, then offsets, then both at once become visible."""
        self.finishing_since = self._clock()
        self._probe(Step.FLUSH)
        self._sink.flush()
        self._probe(Step.OFFSETS)
        self._sink.offsets(work.batch.offsets)
        self._probe(Step.COMMIT)
        self._sink.commit()
        self.finishing_since = None

    def _remember(self, work: Work, began: float) -> None:
        """Only now, with the commit acknowledged, the state and the positions move."""
        self._probe(Step.MERGE)
        batch = work.batch
        for partition, overlay in work.overlays.items():
            self.store.merge(partition, overlay.changes)
        self.positions.update(batch.offsets)
        self.done += batch.records
        self._aborts = 0
        self._records = min(2 * self._records, self._bounds.records)
        self._probe(Step.OBSERVE)
        self._report(batch, self._clock() - began, changed=bool(work.overlays))

    def _report(self, batch: Batch, seconds: float, *, changed: bool) -> None:
        self._monitor.committed(batch.records, batch.outputs, len(batch.dead), seconds)
        self._monitor.handled(batch.seconds)
        if changed:
            self._monitor.owned(self.store.sizes())
        if batch.dead:
            place, fault = batch.dead[0]
            log.warning(
                "%s: %d records to %s, the first from %s: %s",
                self.stage.name,
                len(batch.dead),
                self.stage.dead_letter_topic,
                place,
                fault.message,
            )
        try:
            for emits, origin in batch.emitted:
                self.stage.handler.observe(emits, origin)
        except Exception:
            log.exception("%s: observe failed; the outputs are committed all the same", self.stage.name)

    def _undo(self, error: AbortError) -> None:
        """Abort, go back to the last commit, and try again with a single record.

        One record at a time, whatever makes the transaction fail hurts no neighbours, and a handling time
        that exceeds the transaction's timeout is spent before the transaction is opened.
        """
        self.finishing_since = None
        self._aborts += 1
        self._monitor.aborted()
        log.warning("%s: transaction aborted (%d in a row): %s", self.stage.name, self._aborts, error)
        self._sink.abort()
        if self._aborts > self._bounds.aborts_in_a_row:
            raise TooManyAbortsError(f"{self.stage.name}: {self._aborts} aborts in a row") from error
        if isinstance(error, TooLargeError):
            self._layout = check_layout(self.stage, self._sink.layout())
        self._rewind()
        self._records = 1
        self._wait(min(_WAIT * 2**self._aborts, _LONGEST_WAIT))

    def _rewind(self) -> None:
        """Forget what was taken but not committed, and read it again."""
        self._pending.clear()
        self._source.seek(self.positions)


def check_layout(stage: Stage, layout: Layout) -> Layout:
    """The layout, if the stage can work on it. Raises TopicsError."""
    missing = sorted({*stage.inputs, *stage.targets} - layout.partitions.keys())
    if missing:
        raise TopicsError(f"{stage.name}: these topics do not exist: {', '.join(missing)}")
    if stage.state_topic is not None:
        counts = {topic: layout.partitions[topic] for topic in (*stage.inputs, stage.state_topic)}
        if len(set(counts.values())) > 1:
            raise TopicsError(f"{stage.name}: these topics must have the same number of partitions: {counts}")
    return layout


def check_together(stage: Stage, places: Iterable[Place]) -> None:
    """A stage with state must own the same partitions of all its inputs. Raises FatalError."""
    if stage.state_topic is None:
        return
    owned: dict[str, set[int]] = {topic: set() for topic in stage.inputs}
    for topic, partition in places:
        owned[topic].add(partition)
    if len({frozenset(partitions) for partitions in owned.values()}) > 1:
        raise FatalError(f"{stage.name}: the group gave different partitions of its inputs: {owned}")
