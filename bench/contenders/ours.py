"""Claimstream's stage, passing records through."""

import sys
from collections.abc import Iterable, Sequence
from typing import Any

from services.stage.kafka import kafka_loop
from services.stage.model import Context, Emit, Encoded, Fault, Handler, Record, Stage
from services.stage.settings import Settings


class Bytes:
    """A codec that does nothing."""

    def __init__(self, target: str) -> None:
        self._target = target

    def decode(self, record: Record) -> bytes:
        return record.value

    def encode(self, emit: Emit) -> Encoded:
        return Encoded(self._target, "", emit.event, "", {})

    def dead_letter(self, record: Record, stage: str, errors: Sequence[Fault]) -> Encoded:
        raise RuntimeError(f"{stage}: {record.place}: {errors}")


class PassThrough(Handler):
    """The same value, keyed by its partition so that all partitions are written."""

    def __init__(self, target: str) -> None:
        self._target = target

    def handle(self, event: Any, context: Context) -> Iterable[Emit]:  # noqa: ARG002, ANN401
        return (Emit(self._target, event),)


def main(bootstrap: str, source: str, target: str) -> None:
    """Run until killed."""
    stage = Stage(f"bench-{target}", (source,), (target,), None, PassThrough(target), Bytes(target), target)
    loop = kafka_loop(stage, Settings(bootstrap))
    loop.open()
    while True:
        loop.turn(0.1)


if __name__ == "__main__":
    main(*sys.argv[1:])
