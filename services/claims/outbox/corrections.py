"""Corrections that wait for the payer's number of the claim that they correct (837 REF*F8).

A payer that has a claim in work and has not said its number yet cannot find what is replaced or voided. Such
a correction does not hold up its batch: it goes out alone, in a file of its own, as soon as the number comes
(277CA REF*1K, 835 CLP07), or after a bound without it. The folder keeps it meanwhile.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.claims.x12.envelope import control_number
from services.contracts.claim import Claim
from services.contracts.claim_event import ClaimBatch, ClaimEvent
from services.contracts.keys import derived_id

LONGEST: Final = timedelta(days=30)
"""How long a correction waits if nothing else is said: by then most payers have decided."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A claim that waits; `batch` is its own, with an interchange number of its own."""

    batch: ClaimBatch
    claim: Claim

    @property
    def ident(self) -> str:
        """What the folder knows it by."""
        return self.batch.batch_id


def parted(claims: Iterable[Claim]) -> tuple[tuple[Claim, ...], tuple[Claim, ...]]:
    """The claims that can go out now, and those that lack the payer's number."""
    go: list[Claim] = []
    wait: list[Claim] = []
    for claim in claims:
        lacks = not (claim.frequency.first_of_its_claim or claim.original_reference)
        (wait if lacks else go).append(claim)
    return tuple(go), tuple(wait)


def alone(closing: ClaimBatch, claim: Claim) -> Correction:
    """The claim of a closed batch in a batch of its own."""
    ident = derived_id("correction", closing.batch_id, claim.claim_id, str(claim.version))
    number = control_number(ident, closing.payer_id, closing.claim_type)
    own = {"batch_id": ident, "interchange": f"{number:09d}", "claims": 1, "lines": len(claim.lines)}
    return Correction(closing.model_copy(update=own | {"dollars": claim.total}), claim)


class Corrections:
    """What waits, with the numbers that have come since."""

    def __init__(self, waiting: Mapping[str, tuple[Correction, datetime]]) -> None:
        """`waiting` is the folder's memory, by ident, with the time since when; it changes with it."""
        self._waiting = waiting
        self._numbers: dict[str, str] = {}

    def take(self, event: object) -> None:
        """An event of a claim that waits may bring the payer's number."""
        life = event.life if isinstance(event, ClaimEvent) and self._waiting else None
        if not isinstance(event, ClaimEvent) or life is None or not life.payer_control_number:
            return
        if any(each.claim.claim_id == event.claim_id for each, _ in self._waiting.values()):
            self._numbers[event.claim_id] = life.payer_control_number

    def superseded(self, claims: Iterable[Claim]) -> list[Correction]:
        """What need not go out any more, because one of these is a later version of it."""
        latest = {claim.claim_id: claim.version for claim in claims}
        return [
            each for each, _ in self._ordered() if each.claim.version < latest.get(each.claim.claim_id, 0)
        ]

    def due(self, now: datetime, longest: timedelta) -> list[Correction]:
        """What goes out now: with the payer's number, or without it because it has waited long enough."""
        found = []
        for each, since in self._ordered():
            number = self._numbers.get(each.claim.claim_id, "")
            if number or now - since >= longest:
                claim = each.claim.model_copy(update={"original_reference": number})
                found.append(Correction(each.batch, claim))
        return found

    def _ordered(self) -> Iterator[tuple[Correction, datetime]]:
        return iter(sorted(self._waiting.values(), key=lambda row: (row[0].claim.claim_id, row[0].ident)))
