"""The ledger of encounters: each one that came in stands in exactly one end state, with its dollars.

It reads events of the topics in any order and remembers the newest of each encounter; asking it gives the
same answer whether the events came from one process or from Kafka.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from services.contracts.base import NO_DOLLARS, Contract
from services.contracts.claim import Claim, Frequency
from services.contracts.dead_letter import DeadLetter
from services.contracts.encounter import Encounter
from services.contracts.validation import Disposition, ValidatedEncounter


class State(StrEnum):
    """Where an encounter ends."""

    CLAIMED = "claimed"
    HELD = "held"
    DEAD = "dead"
    NOT_BILLABLE = "not_billable"


STATE_OF: Final = {
    Disposition.CLEAN: State.CLAIMED,
    Disposition.HELD: State.HELD,
    Disposition.REJECTED: State.HELD,
    Disposition.NOT_BILLABLE: State.NOT_BILLABLE,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One encounter's end state; `charged` in dollars."""

    encounter_id: str
    state: State
    reason: str
    claim_ids: tuple[str, ...]
    charged: Decimal

    def as_dict(self) -> dict[str, Any]:
        """As a line of `outcomes.ndjson`."""
        return {
            "encounter_id": self.encounter_id,
            "state": self.state.value,
            "reason": self.reason,
            "claim_ids": list(self.claim_ids),
            "charged": self.charged,
        }


@dataclass(slots=True)
class _Entry:
    """What the ledger knows of one encounter."""

    charged: Decimal = NO_DOLLARS
    version: int = -1
    validated: ValidatedEncounter | None = None
    letter: DeadLetter | None = None
    claims: dict[str, Claim] = field(default_factory=dict)


class Ledger:
    """Folds events into one entry an encounter."""

    def __init__(self) -> None:
        """Start empty."""
        self._entries: dict[str, _Entry] = {}

    def add(self, event: Contract) -> None:
        """Take note of an event; those of other contracts mean nothing to the ledger."""
        if isinstance(event, Encounter):
            self._encounter(event)
        elif isinstance(event, ValidatedEncounter):
            self._validated(event)
        elif isinstance(event, Claim):
            claims = self._entry(event.encounter_id).claims
            if event.claim_id not in claims or claims[event.claim_id].version < event.version:
                claims[event.claim_id] = event
        elif isinstance(event, DeadLetter) and event.encounter_id:
            self._entry(event.encounter_id).letter = event

    def outcomes(self) -> list[Outcome]:
        """Every finished encounter's end state, by encounter id."""
        return [outcome for _, outcome in sorted(self._all()) if outcome is not None]

    def waiting(self) -> list[str]:
        """Encounters that came in and have no end state yet."""
        return [ident for ident, outcome in sorted(self._all()) if outcome is None]

    def _all(self) -> Iterable[tuple[str, Outcome | None]]:
        return ((ident, _outcome(ident, entry)) for ident, entry in self._entries.items())

    def _entry(self, encounter_id: str) -> _Entry:
        return self._entries.setdefault(encounter_id, _Entry())

    def _encounter(self, event: Encounter) -> None:
        entry = self._entry(event.encounter_id)
        if event.version >= entry.version:
            entry.version, entry.charged = event.version, event.charged

    def _validated(self, event: ValidatedEncounter) -> None:
        facts = event.coded.encounter
        entry = self._entry(facts.encounter_id)
        if entry.validated is None or facts.version >= entry.validated.coded.encounter.version:
            entry.validated = event


def _outcome(encounter_id: str, entry: _Entry) -> Outcome | None:
    if entry.validated is not None:
        return _judged(encounter_id, entry, entry.validated)
    if entry.letter is None:
        return None
    reason = "; ".join(f"{error.path}: {error.message}" for error in entry.letter.errors)
    charged = entry.charged if entry.letter.charged is None else entry.letter.charged
    return Outcome(encounter_id, State.DEAD, reason, (), charged)


def _judged(encounter_id: str, entry: _Entry, validated: ValidatedEncounter) -> Outcome | None:
    state = STATE_OF[validated.disposition]
    in_force = [claim for claim in entry.claims.values() if claim.frequency is not Frequency.VOID]
    claim_ids = tuple(sorted(claim.claim_id for claim in in_force))
    if state is not State.CLAIMED:
        return Outcome(encounter_id, state, validated.reason, claim_ids, validated.coded.charged)
    if in_force:
        total = sum((claim.total for claim in in_force if not claim.follows), NO_DOLLARS)
        return Outcome(encounter_id, state, validated.reason or "clean", claim_ids, total)
    if entry.letter is None:
        return None
    reason = "; ".join(f"{error.path}: {error.message}" for error in entry.letter.errors)
    return Outcome(encounter_id, State.DEAD, reason, (), validated.coded.charged)


@dataclass(frozen=True, slots=True)
class Balance:
    """Encounters and dollars by end state, beside what came in."""

    encounters: dict[State, int]
    dollars: dict[State, Decimal]

    @property
    def total_encounters(self) -> int:
        """All encounters that ended."""
        return sum(self.encounters.values())

    @property
    def total_dollars(self) -> Decimal:
        """All dollars that ended."""
        return sum(self.dollars.values(), NO_DOLLARS)


def balance(outcomes: Iterable[Outcome]) -> Balance:
    """Counts and dollars by state, every state named."""
    encounters = dict.fromkeys(State, 0)
    dollars = dict.fromkeys(State, NO_DOLLARS)
    for outcome in outcomes:
        encounters[outcome.state] += 1
        dollars[outcome.state] += outcome.charged
    return Balance(encounters, dollars)
