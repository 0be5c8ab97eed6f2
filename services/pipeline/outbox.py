"""From the topics to the folder of 837 files: the batches that close, as they close, each once."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Final

from services.claims.outbox.collector import TOPICS
from services.claims.outbox.corrections import LONGEST
from services.claims.outbox.folder import Folder
from services.claims.outbox.interchange import Interchange, Terms
from services.claims.outbox.writer import Writer
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

    def __init__(
        self, settings: Settings, folder: Folder, terms: Terms, longest: timedelta = LONGEST
    ) -> None:
        """Finish what a crash interrupted, then read on from where the folder's memory stands."""
        self._folder = folder
        self._publisher = EventPublisher(settings)
        self._codec = EventCodec.from_environment()
        self._writer = Writer(folder, terms, self._publish, longest)
        self.reader = TopicReader(settings, TOPICS, starts=folder.offsets())

    def step(self) -> list[Interchange]:
        """Take what has come; write and return what can go out with it."""
        for record in self.reader.poll(POLL_SECONDS):
            if record.value:
                self._writer.take(record, self._codec.decode(record))
        return self._writer.write(lambda partition: self.reader.ended(CLAIMS, partition), datetime.now(UTC))

    @property
    def settled(self) -> bool:
        """Whether everything that has come so far is in a file."""
        waits = any(self._writer.collector.waiting.values())
        return self._folder.files > 0 and self.reader.at_end and not waits

    def keep(self) -> None:
        """Note how far all of it has come."""
        self._writer.keep()

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
