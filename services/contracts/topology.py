"""Which service reads and writes which topics: the picture of the pipeline, as data.

The state of a service is folded from its `state_topic`, whose partitions match its inputs' because both
follow the patient. Ingest remembers nothing: an EHR may spread one patient over partitions of its topic.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from services.contracts.codec import EventCodec
from services.contracts.events import (
    ADJUDICATIONS,
    BATCH_TICKS,
    CLAIM_BATCHES,
    CLAIM_EVENTS,
    CLAIM_MOVES,
    CLAIMS,
    CODED_ENCOUNTERS,
    DEAD_LETTERS,
    DECISIONS,
    EHR_INBOUND,
    ENCOUNTERS,
    PAYER_FILES,
    VALIDATED_ENCOUNTERS,
    WORK_ITEMS,
)
from services.stage.model import Handler, Stage


@dataclass(frozen=True, slots=True)
class Wiring:
    """A service's topics."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    state_topic: str | None = None


TOPOLOGY: Final = {
    "ingest": Wiring((EHR_INBOUND,), (ENCOUNTERS, DEAD_LETTERS)),
    "coder": Wiring((ENCOUNTERS, DECISIONS), (CODED_ENCOUNTERS, WORK_ITEMS), CODED_ENCOUNTERS),
    "validator": Wiring(
        (CODED_ENCOUNTERS, DECISIONS), (VALIDATED_ENCOUNTERS, WORK_ITEMS), VALIDATED_ENCOUNTERS
    ),
    "claims": Wiring((VALIDATED_ENCOUNTERS, ADJUDICATIONS), (CLAIMS, WORK_ITEMS), CLAIMS),
}
"""In the order in which an encounter passes them."""

LOOP: Final = {
    "batching": Wiring((CLAIMS, BATCH_TICKS), (CLAIM_BATCHES, CLAIM_MOVES), CLAIM_BATCHES),
    "life": Wiring(
        (CLAIM_MOVES, PAYER_FILES), (CLAIM_EVENTS, CLAIM_MOVES, ADJUDICATIONS, DEAD_LETTERS), CLAIM_EVENTS
    ),
}
"""What follows a claim: `batching` by patient, as claims are; `life` by control number, as payers answer.

Life tells itself by `claim-moves` what a payer's file says of claims whose lives lie in other partitions,
and `claims` by `adjudications`, by patient again, what a payer decided of claims that have a further payer.
"""

PACKAGES: Final = {"batching": "claims.batching", "life": "claims.life"}
"""Where a service's app is, if not in the package of its name."""


def stage_of(name: str, handler: Callable[[], Handler]) -> Stage:
    """The service's stage; its handler is made here, so that merely naming a service costs nothing."""
    wiring = (TOPOLOGY | LOOP)[name]
    return Stage(
        name=name,
        inputs=wiring.inputs,
        outputs=wiring.outputs,
        state_topic=wiring.state_topic,
        handler=handler(),
        codec=EventCodec.from_environment(),
        dead_letter_topic=DEAD_LETTERS,
    )
