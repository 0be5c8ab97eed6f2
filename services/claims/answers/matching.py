"""From an answer to the claims it is about: by control number, by batch, or `unmatched`; never dropped."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Self

from services.claims.x12.split import parts
from services.contracts.claim import Claim
from services.contracts.claim_event import ClaimEvent, EventKind
from services.contracts.keys import derived_id


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of a claim that was sent."""

    claim_id: str
    version: int
    patient_key: str
    payer_id: str


@dataclass(slots=True)
class Index:
    """Claims by the control numbers of their parts, and by the transaction set that carried them."""

    by_number: dict[str, Known] = field(default_factory=dict)
    by_set: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, claims: Iterable[Claim]) -> Self:
        """The claims' control numbers."""
        index = cls()
        for claim in claims:
            index.add(claim)
        return index

    def add(self, claim: Claim, reference: str = "") -> None:
        """Remember a claim, and the `group/set` that carried it."""
        payer = claim.payers[0].payer_id if claim.payers else ""
        known = Known(claim.claim_id, claim.version, claim.patient_key, payer)
        for part in parts(claim):
            self.by_number[part.control_number] = known
            if reference:
                self.by_set.setdefault(reference, []).append(part.control_number)

    def match(self, event: ClaimEvent) -> Iterator[ClaimEvent]:
        """The event of each claim that it is about; one `unmatched` where none is known."""
        numbers = [event.control_number] if event.control_number else self._carried(event.reference)
        known = [(number, self.by_number[number]) for number in numbers if number in self.by_number]
        if not known:
            told = event.kind.value
            yield event.model_copy(
                update={
                    "kind": EventKind.UNMATCHED,
                    "cause": f"{told}, of no claim known here: {event.cause}",
                }
            )
        for number, claim in known:
            yield _about(event, number, claim)

    def _carried(self, reference: str) -> list[str]:
        """The claims of a set, or of all sets of a group or interchange."""
        if reference in self.by_set:
            return self.by_set[reference]
        bare = reference.lstrip("0")
        return [
            number
            for carried, numbers in self.by_set.items()
            if bare and carried.split("/")[0].lstrip("0") == bare
            for number in numbers
        ]


def _about(event: ClaimEvent, number: str, claim: Known) -> ClaimEvent:
    update: dict[str, object] = {
        "claim_id": claim.claim_id,
        "claim_version": claim.version,
        "patient_key": claim.patient_key,
        "payer_id": claim.payer_id,
        "control_number": number,
    }
    if not event.control_number:  # one answer about many claims: each has an event of its own
        update["event_id"] = derived_id("answer-of", event.event_id, number)
    return event.model_copy(update=update)
