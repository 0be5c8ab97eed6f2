"""From what the topics say to files in the folder: batches when complete, corrections when due."""

from collections.abc import Callable
from datetime import datetime, timedelta

from services.claims.outbox.collector import Collector, Complete
from services.claims.outbox.corrections import LONGEST, Corrections
from services.claims.outbox.folder import Folder, Publish
from services.claims.outbox.interchange import Interchange, Terms, superseded, written
from services.stage.model import Record


class Writer:
    """Writes each batch once, and each correction that had to wait in a file of its own."""

    def __init__(self, folder: Folder, terms: Terms, publish: Publish, longest: timedelta = LONGEST) -> None:
        """Finish what a crash interrupted; a correction waits no longer than `longest`."""
        self._folder, self._terms, self._publish, self._longest = folder, terms, publish, longest
        self.collector = Collector(folder.done)
        self._corrections = Corrections(folder.waiting)
        folder.recover(publish)

    def take(self, record: Record, event: object) -> None:
        """A record of the collector's topics, decoded."""
        self.collector.take(record, event)
        self._corrections.take(event)

    def write(self, ended: Callable[[int], bool], now: datetime) -> list[Interchange]:
        """Write and return what can go out; `ended`: whether a partition of claims is read to its end."""
        made: list[Interchange] = []
        for complete in self.collector.ready(ended):
            for overtaken in self._corrections.superseded((*complete.claims, *complete.later)):
                self._folder.put(superseded(overtaken), self._publish, now)
            made.append(self._put(complete, now))
        for each in made:
            self.collector.forget(each.batch.batch_id)
        due = self._corrections.due(now, self._longest)
        return made + [self._put(Complete(each.batch, (each.claim,)), now) for each in due]

    def keep(self) -> None:
        """Note how far all of it has come, and what waits."""
        waiting = self.collector.waiting | {"corrections": len(self._folder.waiting)}
        self._folder.keep_offsets(self.collector.low_water(), waiting)

    def _put(self, complete: Complete, now: datetime) -> Interchange:
        interchange = written(complete, self._terms)
        self._folder.put(interchange, self._publish, now)
        return interchange
