"""The clock of the batches: a record for each partition of `batch-ticks`, from outside of the handlers.

Handlers know no wall clock, so that a replay gives the same bytes; what time it was is on the topic.
"""

import os
from collections.abc import Mapping
from datetime import datetime
from itertools import count

from services.claims.publishing import EventPublisher
from services.contracts.claim_event import BatchTick
from services.contracts.events import BATCH_TICKS
from services.contracts.keys import derived_id
from services.stage.errors import SettingsError
from services.stage.model import Emit
from services.stage.partition import partition_of


def tick_seconds(environ: Mapping[str, str] = os.environ) -> float:
    """How often to tell the time: `CLAIMSTREAM_TICK_SECONDS`, else 60; raises `SettingsError`."""
    text = environ.get("CLAIMSTREAM_TICK_SECONDS", "") or "60"
    if not text.replace(".", "", 1).isdigit() or float(text) <= 0:
        raise SettingsError(f"CLAIMSTREAM_TICK_SECONDS is {text!r}: state seconds, more than none")
    return float(text)


def lanes(partitions: int) -> list[str]:
    """A key for each partition, which hashes into it."""
    found: dict[int, str] = {}
    numbers = count()
    while len(found) < partitions:
        lane = f"lane-{next(numbers)}"
        found.setdefault(partition_of(lane, partitions), lane)
    return [found[each] for each in range(partitions)]


def ticks(at: datetime, partitions: int, *, close: bool = False) -> list[BatchTick]:
    """A tick for each partition; `close` is a cut-off."""
    return [
        BatchTick(tick_id=derived_id("tick", at.isoformat(), lane), at=at, lane=lane, close=close)
        for lane in lanes(partitions)
    ]


def tell(publisher: EventPublisher, at: datetime, *, close: bool = False) -> int:
    """Tell every partition the time; a tick too many does no harm: a closed batch stays closed."""
    made = ticks(at, publisher.partitions(BATCH_TICKS), close=close)
    return publisher.publish(Emit(BATCH_TICKS, tick) for tick in made)
