"""What people tell of a claim: it was handed over, an appeal was filed, it is given up."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.contracts.claim_event import ClaimEvent, EventKind
from services.contracts.keys import ID_LENGTH, control_number, derived_id

KINDS: Final = (EventKind.SENT, EventKind.APPEALED, EventKind.WRITTEN_OFF)
"""Moves that neither the stages nor payers make."""

_INTERCHANGE_DIGITS: Final = 9


def interchange_of(ident: str) -> str:
    """The interchange that nine digits name, without leading zeros; empty where they name none."""
    return ident.lstrip("0") if ident.isdigit() and len(ident) == _INTERCHANGE_DIGITS else ""


@dataclass(frozen=True, slots=True)
class Word:
    """Who says so, when and why."""

    reason: str
    role: str
    at: datetime
    user: str = ""


def decided(ident: str, kind: EventKind, word: Word) -> ClaimEvent:
    """The event for `claim-moves`. `ident`: a claim id, a control number, or an interchange's nine digits."""
    interchange = interchange_of(ident)
    is_claim_id = len(ident) == ID_LENGTH and ident.lower() == ident
    number = control_number(ident) if is_claim_id else ident
    return ClaimEvent(
        event_id=derived_id("decided", kind.value, ident, word.role, word.user, word.at.isoformat()),
        kind=kind,
        control_number="" if interchange else number,
        interchange=interchange,
        reference=interchange,
        event_time=word.at,
        cause=word.reason,
        role=word.role,
        decided_by=word.user,
    )
