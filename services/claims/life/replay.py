"""The loop without a broker: claims and payers' answers in, the claims' lives out; the same handlers."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from services.claims.answers.matching import Index
from services.claims.batching.handler import moves
from services.claims.life.handler import LifeHandler
from services.contracts.claim import Claim
from services.contracts.claim_event import ClaimEvent
from services.contracts.events import CLAIM_MOVES
from services.stage.model import Context, Record

_RECORD: Final = Record(CLAIM_MOVES, 0, 0, None, b"", {}, 0)


def replay(
    claims: Iterable[Claim], answers: Iterable[ClaimEvent], batch_id: str = "", *, sent: Iterable[Path] = ()
) -> Iterator[ClaimEvent]:
    """The events of every claim's life: first as they were issued, then the answers as they came.

    `sent` are our 837 files: by them an answer about a file finds its claims.
    """
    handler, state = LifeHandler(), dict[str, Any]()
    index = Index()
    for file in sent:
        with file.open("rb") as stream:
            index.sent(stream)

    def take(event: ClaimEvent) -> Iterator[ClaimEvent]:
        for emit in handler.handle(event, Context(_RECORD, state)):
            state.update(handler.fold(emit.event))
            yield emit.event

    for claim in claims:
        index.add(claim)
        for move in moves(claim, batch_id):
            yield from take(move)
    for answer in answers:
        for told in index.match(answer):
            yield from take(told)
