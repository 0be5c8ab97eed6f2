"""What the claims service remembers: which claims it issued, folded from its own topic."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.contracts.claim import Claim, Frequency
from services.contracts.events import CLAIMS
from services.contracts.wire import packed, unpacked

CLAIM_PREFIX: Final = "claim/"
ENCOUNTER_PREFIX: Final = "encounter/"


@dataclass(frozen=True, slots=True)
class Issued:
    """The last version of one claim: enough to compare, and packed to be voided as it was billed."""

    version: int
    digest: str
    encounter_version: int
    voided: bool
    follows: str
    """The claim to the payer before; empty: nobody was asked before."""
    packed: bytes

    def claim(self) -> Claim:
        """The claim as it was last issued."""
        event = unpacked(CLAIMS, self.packed)
        if not isinstance(event, Claim):
            raise TypeError("the packed event is not a claim")
        return event


def fold_claim(claim: Claim) -> Iterable[tuple[str, Any]]:
    """What an issued claim means for the state: its last version, and its encounter's claim ids."""
    yield (
        CLAIM_PREFIX + claim.claim_id,
        Issued(
            version=claim.version,
            digest=claim.digest,
            encounter_version=claim.encounter_version,
            voided=claim.frequency is Frequency.VOID,
            follows=claim.follows,
            packed=packed(CLAIMS, claim),
        ),
    )
    yield ENCOUNTER_PREFIX + claim.encounter_id, claim.encounter_claims


def issued_for(state: Mapping[str, Any], encounter_id: str) -> dict[str, Issued]:
    """Every claim ever issued for the encounter, by claim id, in the order of the ids."""
    idents: tuple[str, ...] = state.get(ENCOUNTER_PREFIX + encounter_id, ())
    return {ident: state[CLAIM_PREFIX + ident] for ident in sorted(idents)}
