"""From the topics to the folder of 837 files: the batches that close, as they close, each once."""

from collections.abc import Callable, Iterable
from time import monotonic
from typing import Final

from services.claims.outbox.collector import TOPICS, Collector
from services.claims.outbox.folder import Folder
from services.claims.outbox.interchange import Interchange, Terms, written
from services.claims.publishing import EventPublisher
from services.contracts.claim_event import ClaimEvent
from services.contracts.codec import EventCodec
from services.contracts.events import CLAIM_MOVES, CLAIMS
from services.pipeline.reader import TopicReader
from services.stage.model import Emit
from services.stage.settings import Settings

KEEP_SECONDS: Final = 5.0
POLL_SECONDS: Final = 0.2


class Outbox:
    """Reads claims, batches and lives; writes every batch that is complete."""

    def __init__(self, settings: Settings, folder: Folder, terms: Terms) -> None:
        """Finish what a crash interrupted, then read on from where the folder's memory stands."""
        self._folder, self._terms = folder, terms
        self._publisher = EventPublisher(settings)
        self._codec = EventCodec.from_environment()
        self._collector = Collector(folder.done)
        folder.recover(self._publish)
        self.reader = TopicReader(settings, TOPICS, starts=folder.offsets())

    def step(self) -> list[Interchange]:
        """Take what has come; write and return the batches that are complete with it."""
        for record in self.reader.poll(POLL_SECONDS):
            if record.value:
                self._collector.take(record, self._codec.decode(record))
        made = []
        for complete in self._collector.ready(lambda partition: self.reader.ended(CLAIMS, partition)):
            interchange = written(complete, self._terms)
            self._folder.put(interchange, self._publish)
            made.append(interchange)
        for each in made:
            self._collector.forget(each.batch.batch_id)
        return made

    @property
    def settled(self) -> bool:
        """Whether everything that has come so far is in a file."""
        return self._folder.files > 0 and self.reader.at_end and not any(self._collector.waiting.values())

    def keep(self) -> None:
        """Note how far all of it has come."""
        self._folder.keep_offsets(self._collector.low_water(), self._collector.waiting)

    def _publish(self, events: Iterable[ClaimEvent]) -> None:
        self._publisher.publish(Emit(CLAIM_MOVES, event) for event in events)


def follow(
    outbox: Outbox, told: Callable[[Interchange], None], stop: Callable[[], bool], *, once: bool
) -> None:
    """Write batches as they close until `stop`; with `once` until the topics' ends have been read."""
    kept = monotonic()
    try:
        while not stop():
            made = outbox.step()
            for each in made:
                told(each)
            if made or monotonic() - kept > KEEP_SECONDS:
                outbox.keep()
                kept = monotonic()
            if once and outbox.reader.at_end and not made:
                return
    finally:
        outbox.keep()
        outbox.reader.close()
