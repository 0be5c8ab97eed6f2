"""What ingest counts, on the stage's metrics page. Labels are few and never name a patient or a claim."""

from collections.abc import Sequence
from typing import Final

from prometheus_client import Counter

from services.contracts.dead_letter import DeadLetter
from services.contracts.encounter import Encounter
from services.stage.model import Emit

ENCOUNTERS_READ: Final = Counter(
    "claimstream_ingest_encounters_total", "Encounters read from EHR messages.", ("visit_class", "status")
)
DOLLARS_READ: Final = Counter(
    "claimstream_ingest_charged_dollars_total", "Dollars of the charges read.", ("visit_class",)
)
PARTS_BROKEN: Final = Counter(
    "claimstream_ingest_broken_total", "Parts of messages that could not be used.", ("part",)
)


def count(emits: Sequence[Emit]) -> None:
    """Count one message's outputs, after they were committed."""
    for emit in emits:
        event = emit.event
        if isinstance(event, Encounter):
            visit_class = event.visit.visit_class.value
            ENCOUNTERS_READ.labels(visit_class, event.visit.status.value).inc()
            DOLLARS_READ.labels(visit_class).inc(float(event.charged))
        elif isinstance(event, DeadLetter):
            PARTS_BROKEN.labels("encounter" if event.encounter_id else "other").inc()
