"""The four services in one process, without a broker: the same handlers on a log in memory.

Each message is worked off through all stages before the next one is taken, what the topics then hold is
handed out and forgotten, so that memory does not grow with the input but with what the stages remember.
"""

from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import Final

from services.contracts.base import Contract
from services.contracts.codec import EventCodec
from services.contracts.events import EHR_INBOUND, EVENT_TYPES
from services.contracts.topics import TOPICS
from services.stage.loop import Bounds
from services.stage.memory import MemoryLog, memory_loop
from services.stage.model import Stage

Sink = Callable[[str, Contract], None]
"""Takes each event with its topic, in the order in which the pipeline passes topics."""

UNTIMED: Final = Bounds(seconds=inf)
"""Batches end by count and size only: how fast this machine is must not change the order of the output."""

ORDER: Final = tuple(topic for topic in EVENT_TYPES if topic != EHR_INBOUND)


class InProcess:
    """A pipeline that is fed message by message."""

    def __init__(self, stages: Sequence[Stage], sink: Sink) -> None:
        """Open every stage on an empty log."""
        partitions = {topic.name: topic.partitions for topic in TOPICS}
        limits = {topic.name: topic.max_message_bytes for topic in TOPICS}
        self._log = MemoryLog(partitions, limits)
        self._loops = [memory_loop(self._log, stage, bounds=UNTIMED) for stage in stages]
        self._codec = EventCodec()
        self._sink = sink
        for loop in self._loops:
            loop.open()

    def feed(self, value: bytes, *, key: str, headers: Mapping[str, bytes]) -> None:
        """One message of an EHR, worked off to its end."""
        self._log.append(EHR_INBOUND, value, key=key, headers=dict(headers))
        self._settle()
        self._hand_out()

    def close(self) -> None:
        """Close every stage."""
        for loop in self._loops:
            loop.close()

    def _settle(self) -> None:
        """Turn every loop until none has anything left; a first turn may only take partitions up."""
        busy = True
        while busy:
            busy = False
            for loop in self._loops:
                busy = bool(loop.turn(0.0)) or any(loop.lags().values()) or busy

    def _hand_out(self) -> None:
        """Hand the topics' events out and forget them."""
        for topic in (EHR_INBOUND, *ORDER):
            for record in list(self._log.records(topic)):
                if topic != EHR_INBOUND and record.value:
                    self._sink(topic, self._codec.decode(record))
                self._log.trim(record.topic, record.partition, record.offset + 1)
