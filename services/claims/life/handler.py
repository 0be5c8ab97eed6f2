"""What happened to claims in, what it made of them out; remembers where each claim stands.

What comes in is about one claim (`claim-moves`), about a file of ours (a 999, a TA1, a hand-over), or is a
payer's file itself (`payer-files`). The last two become moves of the claims that they are about.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any, Final

from prometheus_client import Counter

from services.claims.answers.matching import for_claim, set_of
from services.claims.errors import IllegalMove
from services.claims.life.adjudication import adjudication, kept
from services.claims.life.crossover import crossed_over
from services.claims.life.machine import VERSIONED, step
from services.claims.life.payer_files import ident_of, read_file
from services.contracts.claim_event import ClaimEvent, ClaimLife, EventKind
from services.contracts.dead_letter import REPLAY_OF, DeadLetter
from services.contracts.events import (
    ADJUDICATIONS,
    CLAIM_EVENTS,
    CLAIM_MOVES,
    DEAD_LETTERS,
    control_root,
)
from services.stage.model import Context, Emit, Handler

PREFIX: Final = "life/"
RECEIVED: Final = "received/"
WRITTEN: Final = "written/"

events_seen: Final = Counter("claimstream_claim_events", "Events in the lives of claims", ("kind",))


class LifeHandler(Handler):
    """Moves claims by their events; a repeat moves nothing, an illegal move is refused and told."""

    def handle(self, event: Any, context: Context) -> Iterable[Emit]:  # noqa: ANN401 (the stage's signature)
        """The event with the claim's state before and after it; moves, where it is about many claims."""
        if isinstance(event, bytes):
            return _file(event, context)
        told: ClaimEvent = event
        if told.kind is EventKind.WRITTEN:
            return [Emit(CLAIM_EVENTS, told)]
        if told.interchange and not told.control_number:
            return _about_many(told, context.state)
        return _about_one(told, context.state)

    def fold(self, event: Any) -> Iterable[tuple[str, Any]]:  # noqa: ANN401
        """An event that moved its claim carries the claim's whole standing."""
        moved: ClaimEvent = event
        if moved.life is not None:
            yield PREFIX + control_root(moved), (_identity(moved), moved.life)
            yield from kept(moved)
        elif moved.kind is EventKind.RECEIVED:
            yield RECEIVED + moved.event_id, True
        elif moved.kind is EventKind.WRITTEN:
            yield f"{WRITTEN}{moved.interchange}/{set_of(moved)}", moved.control_numbers

    def observe(self, emits: Sequence[Emit], origin_ms: int) -> None:  # noqa: ARG002 (the stage's signature)
        """Count events by kind; refused and unmatched ones are kinds."""
        for emit in emits:
            if not isinstance(emit.event, DeadLetter) and emit.topic == CLAIM_EVENTS:
                events_seen.labels(emit.event.kind.value).inc()


def _file(content: bytes, context: Context) -> Iterable[Emit]:
    """A payer's file, read once whatever its name; a replayed dead letter is read again."""
    known = RECEIVED + ident_of(content) in context.state
    if known and REPLAY_OF not in context.record.headers:
        return []
    found = read_file(content, context.record)
    emits = [Emit(CLAIM_MOVES, answer) for answer in found.answers]
    emits.append(Emit(CLAIM_EVENTS, found.received))
    return [*emits, Emit(DEAD_LETTERS, found.letter)] if found.letter is not None else emits


def _about_many(told: ClaimEvent, state: Mapping[str, Any]) -> Iterable[Emit]:
    """What is said of a transaction set or interchange, said of each claim that it carried."""
    carried = f"{WRITTEN}{told.interchange}/"
    named = set_of(told)
    numbers: list[str] = []
    for number in [named] if named else (f"{each:04d}" for each in count(1)):
        if (held := state.get(carried + number)) is None:
            break
        numbers += held
    if not numbers:
        return [Emit(CLAIM_EVENTS, _unmatched(told))]
    return [Emit(CLAIM_MOVES, for_claim(told, number)) for number in numbers]


def _about_one(told: ClaimEvent, state: Mapping[str, Any]) -> Iterable[Emit]:
    known: tuple[ClaimEvent, ClaimLife] | None = state.get(PREFIX + control_root(told))
    if known is None and told.kind is not EventKind.CREATED:
        return [Emit(CLAIM_EVENTS, _unmatched(told))]
    claim, life = known if known is not None else (told, ClaimLife())
    if told.event_id in life.seen:
        return []
    told = crossed_over(told, claim, life)
    try:
        after = step(life, told)
    except IllegalMove as error:
        return [Emit(CLAIM_EVENTS, _refused(told, claim, life, str(error)))]
    moved = _about(told, claim).model_copy(update={"before": life.state, "after": after.state, "life": after})
    whole = adjudication(moved, state)
    return [Emit(CLAIM_EVENTS, moved), *([Emit(ADJUDICATIONS, whole)] if whole is not None else ())]


def _identity(event: ClaimEvent) -> ClaimEvent:
    """Only whose event it is: what the state keeps of the last one."""
    return ClaimEvent(
        event_id=event.event_id,
        kind=event.kind,
        claim_id=event.claim_id,
        claim_version=event.claim_version,
        patient_key=event.patient_key,
        payer_id=event.payer_id,
        sequence=event.sequence,
        next_payer_id=event.next_payer_id,
    )


def _about(told: ClaimEvent, claim: ClaimEvent) -> ClaimEvent:
    """An answer with the claim that its control number means; a new version says itself who is asked."""
    own = told if told.kind in VERSIONED else claim
    return told.model_copy(
        update={
            "claim_id": claim.claim_id,
            "claim_version": told.claim_version or claim.claim_version,
            "patient_key": claim.patient_key,
            "payer_id": claim.payer_id or told.payer_id,
            "sequence": own.sequence,
            "next_payer_id": own.next_payer_id,
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
