"""Validated encounters and payers' decisions in; claims to first and further payers out."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from services.claims.build import bills
from services.claims.coordination import closed, coordinate
from services.claims.errors import Unbillable
from services.claims.issued import fold_claim, issued_for
from services.claims.lifecycle import next_claims
from services.claims.metrics import observe_claims
from services.contracts.claim import Claim
from services.contracts.claim_event import ClaimEvent
from services.contracts.events import CLAIMS, WORK_ITEMS
from services.contracts.validation import Disposition, ValidatedEncounter
from services.stage.errors import Rejected
from services.stage.model import Context, Emit, Fault, Handler


class ClaimsHandler(Handler):
    """Issues, replaces and voids the claims of an encounter; remembers what it issued."""

    def handle(self, event: Any, context: Context) -> Iterable[Emit]:  # noqa: ANN401 (the stage's signature)
        """The claims that a validated encounter or a payer's decision changes, none where nothing is new."""
        if isinstance(event, ClaimEvent):
            return coordinate(event, context.state)
        return self._encounter(event, context)

    def _encounter(self, validated: ValidatedEncounter, context: Context) -> Iterator[Emit]:
        encounter_id = validated.coded.encounter.encounter_id
        try:
            wanted = bills(validated) if validated.disposition is Disposition.CLEAN else ()
        except Unbillable as error:
            fault = Fault(
                f"Encounter/{encounter_id}", str(error), "complete the encounter and publish it again"
            )
            raise Rejected((fault,)) from error
        issued = issued_for(context.state, encounter_id)
        for claim in next_claims(validated, wanted, issued):
            yield Emit(CLAIMS, claim)
            if claim.claim_id in issued and issued[claim.claim_id].follows:
                yield Emit(WORK_ITEMS, closed(claim, claim.event_time))

    def fold(self, event: Any) -> Iterable[tuple[str, Any]]:  # noqa: ANN401
        """What an issued claim means for the state."""
        claim: Claim = event
        return fold_claim(claim)

    def observe(self, emits: Sequence[Emit], origin_ms: int) -> None:
        """Count the claims and their dollars."""
        observe_claims([emit.event for emit in emits if emit.topic == CLAIMS], origin_ms)
