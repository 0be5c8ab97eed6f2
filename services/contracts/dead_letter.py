"""What could not be processed, whole, with every error."""

from typing import Annotated, Final

from services.contracts.base import Charged, Contract, Doc, StrMap

REPLAY_OF: Final = "replay-of"
"""Header of a replayed record: the dead letter's id."""


class LocatedError(Contract):
    """One error: where, what, and how to mend it."""

    path: str
    message: str
    fix: str = ""


class DeadLetter(Contract):
    """Topic `dead-letters`."""

    letter_id: Annotated[str, Doc("topic/partition/offset, and /encounter for a part of a message")]
    stage: str
    source_topic: str
    source_partition: int
    source_offset: int
    source_key: str = ""
    source_headers: StrMap = {}
    errors: tuple[LocatedError, ...]
    original: Annotated[bytes, Doc("The bytes that failed; too large for the topic: their beginning")]
    original_size: Annotated[int, Doc("Bytes of the whole original")]
    truncated: bool = False
    encounter_id: Annotated[str, Doc("The EHR's encounter id where one could be read")] = ""
    patient_key: str = ""
    charged: Annotated[Charged | None, Doc("Dollars of its charges where they could be read")] = None
