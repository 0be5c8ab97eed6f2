"""The loop without a broker: claims and payers' answers in, the claims' lives out; the same handlers."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from services.claims.answers.matching import Index
from services.claims.batching.handler import moves
from services.claims.life.handler import LifeHandler
from services.contracts.claim import Claim
from services.contracts.claim_event import ClaimEvent
from services.contracts.events import ADJUDICATIONS, CLAIM_EVENTS, CLAIM_MOVES
from services.stage.model import Context, Emit, Record

_RECORD: Final = Record(CLAIM_MOVES, 0, 0, None, b"", {}, 0)


def replay(
    claims: Iterable[Claim], answers: Iterable[ClaimEvent], batch_id: str = "", *, sent: Iterable[Path] = ()
) -> Iterator[ClaimEvent]:
    """The events of every claim's life: first as they were issued, then the answers as they came.

    `sent` are our 837 files: by them an answer about a file finds its claims.
    """
    told = _emitted(claims, answers, batch_id, sent)
    return (emit.event for emit in told if emit.topic == CLAIM_EVENTS)


def adjudications(claims: Iterable[Claim], answers: Iterable[ClaimEvent]) -> Iterator[ClaimEvent]:
    """What payers decided of whole claims that another payer waits for."""
    return (emit.event for emit in _emitted(claims, answers, "", ()) if emit.topic == ADJUDICATIONS)


def _emitted(
    claims: Iterable[Claim], answers: Iterable[ClaimEvent], batch_id: str, sent: Iterable[Path]
) -> Iterator[Emit]:
    handler, state = LifeHandler(), dict[str, Any]()
    index = Index()
    for file in sent:
        with file.open("rb") as stream:
            index.sent(stream)

    def take(event: ClaimEvent) -> Iterator[Emit]:
        for emit in handler.handle(event, Context(_RECORD, state)):
            if emit.topic == CLAIM_EVENTS:
                state.update(handler.fold(emit.event))
            yield emit

    for claim in claims:
        index.add(claim)
        for move in moves(claim, batch_id):
            yield from take(move)
    for answer in answers:
        for told in index.match(answer):
            yield from take(told)
