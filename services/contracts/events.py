"""Which contract travels on which topic, how its record is keyed, and what its partition follows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from services.contracts.base import Contract
from services.contracts.claim import Claim
from services.contracts.claim_event import BatchTick, ClaimBatch, ClaimEvent
from services.contracts.coding import CodedEncounter
from services.contracts.dead_letter import DeadLetter
from services.contracts.encounter import Encounter
from services.contracts.errors import UnknownTopic
from services.contracts.validation import ValidatedEncounter
from services.contracts.work import Decision, WorkItem

EHR_INBOUND: Final = "ehr-inbound"
ENCOUNTERS: Final = "encounters"
CODED_ENCOUNTERS: Final = "coded-encounters"
VALIDATED_ENCOUNTERS: Final = "validated-encounters"
CLAIMS: Final = "claims"
WORK_ITEMS: Final = "work-items"
DECISIONS: Final = "decisions"
DEAD_LETTERS: Final = "dead-letters"
BATCH_TICKS: Final = "batch-ticks"
CLAIM_BATCHES: Final = "claim-batches"
CLAIM_MOVES: Final = "claim-moves"
CLAIM_EVENTS: Final = "claim-events"
ADJUDICATIONS: Final = "adjudications"
PAYER_FILES: Final = "payer-files"

FOREIGN: Final = (EHR_INBOUND, PAYER_FILES)
"""Topics that carry other systems' bytes as they are."""


@dataclass(frozen=True, slots=True)
class EventType:
    """A topic's contract: the model, the record key and the key that its partition is chosen by."""

    topic: str
    model: type[Contract]
    key: Callable[[Any], str]
    partition_key: Callable[[Any], str]


def control_root(event: ClaimEvent) -> str:
    """What events are partitioned by: the claim's control number without the number of a part.

    What is about a whole file of ours goes by its interchange, what is about nothing of ours by its own id.
    """
    return event.control_number.partition("-")[0] or event.interchange or event.event_id


EVENT_TYPES: Final = {
    event_type.topic: event_type
    for event_type in (
        EventType(ENCOUNTERS, Encounter, lambda e: e.encounter_id, lambda e: e.patient.patient_key),
        EventType(
            CODED_ENCOUNTERS,
            CodedEncounter,
            lambda e: e.encounter.encounter_id,
            lambda e: e.encounter.patient.patient_key,
        ),
        EventType(
            VALIDATED_ENCOUNTERS,
            ValidatedEncounter,
            lambda e: e.coded.encounter.encounter_id,
            lambda e: e.coded.encounter.patient.patient_key,
        ),
        EventType(CLAIMS, Claim, lambda e: e.claim_id, lambda e: e.patient_key),
        EventType(WORK_ITEMS, WorkItem, lambda e: e.item_id, lambda e: e.patient_key),
        EventType(DECISIONS, Decision, lambda e: e.encounter_id, lambda e: e.patient_key),
        EventType(DEAD_LETTERS, DeadLetter, lambda e: e.letter_id, lambda e: e.patient_key or e.letter_id),
        EventType(BATCH_TICKS, BatchTick, lambda e: e.tick_id, lambda e: e.lane),
        EventType(CLAIM_BATCHES, ClaimBatch, lambda e: f"{e.batch_id}/{e.claim_id}", lambda e: e.patient_key),
        EventType(CLAIM_MOVES, ClaimEvent, lambda e: e.event_id, control_root),
        EventType(CLAIM_EVENTS, ClaimEvent, lambda e: e.event_id, control_root),
        EventType(ADJUDICATIONS, ClaimEvent, lambda e: e.event_id, lambda e: e.patient_key),
    )
}


def event_type(topic: str) -> EventType:
    """The contract of `topic`; raises `UnknownTopic`."""
    try:
        return EVENT_TYPES[topic]
    except KeyError:
        known = ", ".join(sorted(EVENT_TYPES))
        raise UnknownTopic(f"no contract for topic {topic!r}; known: {known}") from None
