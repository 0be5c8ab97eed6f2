"""The batching service: `faust -A services.claims.batching.app worker` or `claimstream service batching`.

Its control plane tells all batches the time; several instances tell it several times, which does no harm.
"""

import asyncio
from datetime import UTC, datetime
from functools import cache
from logging import getLogger

from confluent_kafka import KafkaException

from services.claims.batching.handler import BatchingHandler, Bounds
from services.claims.batching.ticker import tell, tick_seconds
from services.claims.errors import NotPublished
from services.claims.publishing import EventPublisher
from services.contracts.topology import stage_of
from services.stage.app import stage_app
from services.stage.errors import TopicsError
from services.stage.settings import from_environment

log = getLogger(__name__)

app = stage_app("batching", lambda: stage_of("batching", lambda: BatchingHandler(Bounds.from_environment())))


@cache
def publisher() -> EventPublisher:
    """Made at the first tick: importing the app needs no cluster."""
    return EventPublisher(from_environment())


def tell_time(now: datetime) -> None:
    """Publish the time; where the cluster is away, the next tick tells it."""
    try:
        tell(publisher(), now)
    except (KafkaException, NotPublished, TopicsError) as error:
        log.warning("batching: no tick: %s", error)


async def tick() -> None:
    """A batch that is old closes without a further claim."""
    await asyncio.to_thread(tell_time, datetime.now(UTC))


app.timer(interval=tick_seconds())(tick)
