"""From an answer to the claims it is about: by control number, by batch, or `unmatched`; never dropped."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Self

from services.claims.x12.split import parts
from services.claims.x12.tokens import Tokens
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
    """Claims by the control numbers of their parts; what each transaction set carried, by `group/set`."""

    by_number: dict[str, Known] = field(default_factory=dict)
    by_set: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, claims: Iterable[Claim]) -> Self:
        """The claims' control numbers."""
        index = cls()
        for claim in claims:
            index.add(claim)
        return index

    def add(self, claim: Claim) -> None:
        """Remember a claim by the control numbers of its parts."""
        payer = claim.payers[0].payer_id if claim.payers else ""
        known = Known(claim.claim_id, claim.version, claim.patient_key, payer)
        for part in parts(claim):
            self.by_number[part.control_number] = known

    def sent(self, stream: BinaryIO) -> None:
        """Remember which transaction set of one of our 837 files carried which claim."""
        group = number = ""
        for e in Tokens(stream):
            if e[0] == "GS":
                group = e[6].lstrip("0")
            elif e[0] == "ST":
                number = e[2]
            elif e[0] == "CLM":
                self.by_set.setdefault(f"{group}/{number}", []).append(e[1])

    def match(self, event: ClaimEvent) -> Iterator[ClaimEvent]:
        """The event of each claim that it is about; one `unmatched` where none is known."""
        numbers = [event.control_number] if event.control_number else self._carried(event)
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

    def _carried(self, event: ClaimEvent) -> list[str]:
        """The claims of a set, or of all sets of a group or interchange."""
        group, one = event.interchange, set_of(event)
        if one:
            return self.by_set.get(f"{group}/{one}", [])
        return [
            number
            for carried, numbers in self.by_set.items()
            if group and carried.partition("/")[0] == group
            for number in numbers
        ]


def _about(event: ClaimEvent, number: str, claim: Known) -> ClaimEvent:
    update: dict[str, object] = {
        "claim_id": claim.claim_id,
        "claim_version": claim.version,
        "patient_key": claim.patient_key,
        "payer_id": claim.payer_id,
    }
    own = event if event.control_number else for_claim(event, number)
    return own.model_copy(update=update)


def set_of(event: ClaimEvent) -> str:
    """The transaction set that an answer names; empty where it is about a whole interchange."""
    return event.reference.partition("/")[2]


def for_claim(event: ClaimEvent, number: str) -> ClaimEvent:
    """One answer about many claims, as it is about one of them: each has an event of its own."""
    ident = derived_id("answer-of", event.event_id, number)
    return event.model_copy(update={"event_id": ident, "control_number": number})
