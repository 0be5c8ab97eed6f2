"""A payer's file in the stage: everything that can be believed, and what is wrong with the rest."""

from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Final

from services.claims.answers import Answers, read
from services.contracts.claim_event import ClaimEvent, EventKind
from services.contracts.dead_letter import DeadLetter, LocatedError
from services.contracts.keys import payer_file_id
from services.stage.model import Record

FILE_HEADER: Final = "file"
"""Header with the name of the file: it begins the place of every error."""

STAGE: Final = "life"
_MOST_ERRORS: Final = 200


@dataclass(frozen=True, slots=True)
class Read:
    """What reading a file came to."""

    answers: tuple[ClaimEvent, ...]
    received: ClaimEvent
    letter: DeadLetter | None


def ident_of(content: bytes) -> str:
    """The file's id: the same bytes are the same file."""
    return payer_file_id(sha256(content).hexdigest())


def read_file(content: bytes, record: Record) -> Read:
    """Read a payer's interchange; nothing in it raises."""
    outcome = Answers()
    name = record.headers.get(FILE_HEADER, record.place.encode()).decode("utf-8", "replace")
    answers = tuple(read(BytesIO(content), name, outcome))
    found = len(outcome.faults)
    told = f"{name}: {outcome.transactions} transaction sets, {len(answers)} answers"
    received = ClaimEvent(
        event_id=ident_of(content),
        kind=EventKind.RECEIVED,
        cause=f"{told}, {found} faults" if found else told,
        errors=tuple(f"{each.path}: {each.message}" for each in outcome.faults[:_MOST_ERRORS]),
        reference=name,
    )
    return Read(answers, received, _letter(content, record, outcome) if found else None)


def _letter(content: bytes, record: Record, outcome: Answers) -> DeadLetter:
    """The file with every fault; what of it could be believed has been told beside it."""
    errors = (LocatedError(path=e.path, message=e.message, fix=e.fix) for e in outcome.faults[:_MOST_ERRORS])
    return DeadLetter(
        letter_id=record.place,
        stage=STAGE,
        source_topic=record.topic,
        source_partition=record.partition,
        source_offset=record.offset,
        source_key=(record.key or b"").decode("utf-8", "replace"),
        source_headers={
            key: value.decode("utf-8", "replace") for key, value in sorted(record.headers.items())
        },
        errors=tuple(errors),
        original=content,
        original_size=len(content),
    )
