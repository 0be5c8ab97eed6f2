"""Watching the pipeline from its topics: counts as they grow, and the ledger that says when all has ended."""

from collections import Counter
from collections.abc import Iterator
from time import monotonic

from services.contracts.base import Contract
from services.contracts.claim import Claim
from services.contracts.codec import EventCodec
from services.contracts.events import CLAIMS, DEAD_LETTERS, ENCOUNTERS, VALIDATED_ENCOUNTERS, WORK_ITEMS
from services.contracts.work import WorkItem
from services.pipeline.ledger import Ledger
from services.pipeline.reader import TopicReader
from services.stage.settings import Settings

WATCHED = (ENCOUNTERS, VALIDATED_ENCOUNTERS, CLAIMS, WORK_ITEMS, DEAD_LETTERS)


class Watch:
    """Reads the pipeline's topics from their beginning."""

    def __init__(self, settings: Settings) -> None:
        """Begin with nothing seen; a context of its own is opened by `steps`."""
        self._settings = settings
        self._codec = EventCodec.from_environment()
        self.ledger = Ledger()
        self.counts: Counter[str] = Counter()
        self.claims: dict[str, Claim] = {}
        self.items: dict[str, WorkItem] = {}

    def steps(self, seconds: float = 0.2) -> Iterator[int]:
        """Read on for ever, yielding how many records each look has brought."""
        with TopicReader(self._settings, WATCHED) as reader:
            while True:
                records = reader.poll(seconds)
                for record in records:
                    if record.value:
                        self._take(record.topic, self._codec.decode(record))
                yield len(records)

    def _take(self, topic: str, event: Contract) -> None:
        self.counts[topic] += 1
        if isinstance(event, Claim):
            self.claims[event.claim_id] = event
        elif isinstance(event, WorkItem):
            self.items[event.item_id] = event
        self.ledger.add(event)


class Quiet:
    """Tells when nothing has happened for some seconds."""

    def __init__(self, seconds: float) -> None:
        """The clock starts now."""
        self._seconds = seconds
        self._last = monotonic()

    def heard(self, records: int) -> bool:
        """Take note of what has come; True when it has been quiet for long enough."""
        if records:
            self._last = monotonic()
        return monotonic() - self._last > self._seconds
