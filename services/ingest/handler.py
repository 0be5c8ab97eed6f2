"""The ingest stage's work: one message of an EHR -> an event for each encounter in it."""

import os
from collections.abc import Iterable, Sequence
from datetime import date
from logging import getLogger

from services.contracts.dead_letter import DeadLetter
from services.contracts.events import DEAD_LETTERS, ENCOUNTERS
from services.contracts.resources import SITE_VARIABLE, site_folder
from services.ingest import metrics
from services.ingest.errors import UnreadableMessage
from services.ingest.formats import DEFAULT_FORMAT, HEADER, reader_for
from services.ingest.reading import Broken
from services.ingest.site import Site, load_site
from services.stage.errors import Rejected
from services.stage.model import Context, Emit, Fault, Handler, Record

STAGE = "ingest"
AS_OF_VARIABLE = "CLAIMSTREAM_AS_OF"
"""Environment variable with the day as of which every encounter is judged: for a replay of a history."""
log = getLogger(__name__)


class IngestHandler(Handler):
    """Reads messages of the topic `ehr-inbound`; keeps nothing between them.

    `as_of` overrides the time as of which every encounter is judged.
    """

    def __init__(self, site: Site, as_of: date | None = None) -> None:
        """Read for that site. A changed `site.yaml` counts from the next start: a batch has one site."""
        self._site = site
        self._as_of = as_of

    @classmethod
    def from_environment(cls) -> "IngestHandler":
        """For the site that CLAIMSTREAM_SITE names, else, saying so, the example site; raises `SiteError`."""
        folder = site_folder()
        if SITE_VARIABLE not in os.environ:
            log.warning("%s is not set: reading for the example site in %s", SITE_VARIABLE, folder)
        return cls(load_site(folder))

    def handle(self, event: bytes, context: Context) -> Iterable[Emit]:
        """Encounters by time, then a dead letter for each part that cannot be used.

        Raises `Rejected` where nothing of the message can be used.
        """
        record = context.record
        name = record.headers.get(HEADER, DEFAULT_FORMAT.encode()).decode("utf-8", "replace").strip().lower()
        try:
            reading = reader_for(name)(event, self._site, self._as_of)
        except UnreadableMessage as error:
            raise Rejected(Fault(each.path, each.message, each.fix) for each in error.errors) from None
        emits = [Emit(ENCOUNTERS, encounter) for encounter in reading.encounters]
        return emits + [Emit(DEAD_LETTERS, _letter(record, broken)) for broken in reading.broken]

    def observe(self, emits: Sequence[Emit], origin_ms: int) -> None:  # noqa: ARG002 (the stage's signature)
        """Count what was read."""
        metrics.count(emits)


def _letter(record: Record, broken: Broken) -> DeadLetter:
    return DeadLetter(
        letter_id=f"{record.place}/{broken.part}",
        stage=STAGE,
        source_topic=record.topic,
        source_partition=record.partition,
        source_offset=record.offset,
        source_key=record.key.decode("utf-8", "replace") if record.key else "",
        source_headers={
            name: value.decode("utf-8", "replace") for name, value in sorted(record.headers.items())
        },
        errors=broken.errors,
        original=broken.original,
        original_size=len(broken.original),
        encounter_id=broken.encounter_id,
        patient_key=broken.patient_key,
        charged=broken.charged,
    )
