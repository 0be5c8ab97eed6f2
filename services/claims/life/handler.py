"""What happened to claims in, what it made of them out; remembers where each claim stands."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from prometheus_client import Counter

from services.claims.errors import IllegalMove
from services.claims.life.machine import step
from services.contracts.claim_event import ClaimEvent, ClaimLife, EventKind
from services.contracts.events import CLAIM_EVENTS, control_root
from services.stage.model import Context, Emit, Handler

PREFIX: Final = "life/"

events_seen: Final = Counter("claimstream_claim_events", "Events in the lives of claims", ("kind",))


class LifeHandler(Handler):
    """Moves claims by their events; a repeat moves nothing, an illegal move is refused and told."""

    def handle(self, event: Any, context: Context) -> Iterable[Emit]:  # noqa: ANN401 (the stage's signature)
        """The event with the claim's state before and after it."""
        told: ClaimEvent = event
        known: tuple[ClaimEvent, ClaimLife] | None = context.state.get(PREFIX + control_root(told))
        if known is None and told.kind is not EventKind.CREATED:
            return [Emit(CLAIM_EVENTS, _unmatched(told))]
        claim, life = known if known is not None else (told, ClaimLife())
        if told.event_id in life.seen:
            return []
        try:
            after = step(life, told)
        except IllegalMove as error:
            return [Emit(CLAIM_EVENTS, _refused(told, claim, life, str(error)))]
        moved = _about(told, claim).model_copy(
            update={"before": life.state, "after": after.state, "life": after}
        )
        return [Emit(CLAIM_EVENTS, moved)]

    def fold(self, event: Any) -> Iterable[tuple[str, Any]]:  # noqa: ANN401
        """An event that moved its claim carries the claim's whole standing."""
        moved: ClaimEvent = event
        if moved.life is not None:
            yield PREFIX + control_root(moved), (_identity(moved), moved.life)

    def observe(self, emits: Sequence[Emit], origin_ms: int) -> None:  # noqa: ARG002 (the stage's signature)
        """Count events by kind; refused and unmatched ones are kinds."""
        for emit in emits:
            events_seen.labels(emit.event.kind.value).inc()


def _identity(event: ClaimEvent) -> ClaimEvent:
    """Only whose event it is: what the state keeps of the last one."""
    return ClaimEvent(
        event_id=event.event_id,
        kind=event.kind,
        claim_id=event.claim_id,
        claim_version=event.claim_version,
        patient_key=event.patient_key,
        payer_id=event.payer_id,
    )


def _about(told: ClaimEvent, claim: ClaimEvent) -> ClaimEvent:
    """An answer with the claim that its control number means."""
    return told.model_copy(
        update={
            "claim_id": claim.claim_id,
            "claim_version": told.claim_version or claim.claim_version,
            "patient_key": claim.patient_key,
            "payer_id": claim.payer_id or told.payer_id,
        }
    )


def _unmatched(told: ClaimEvent) -> ClaimEvent:
    cause = f"{told.kind.value}, of no claim known here: {told.cause}"
    return told.model_copy(update={"kind": EventKind.UNMATCHED, "cause": cause})


def _refused(told: ClaimEvent, claim: ClaimEvent, life: ClaimLife, why: str) -> ClaimEvent:
    """The refused move, with both states the same; the dollars stand as they stood."""
    seen = life.model_copy(update={"seen": (*life.seen, told.event_id)})
    return _about(told, claim).model_copy(
        update={
            "kind": EventKind.REFUSED,
            "cause": f"{told.kind.value} refused: {why}",
            "before": life.state,
            "after": life.state,
            "life": seen,
        }
    )
