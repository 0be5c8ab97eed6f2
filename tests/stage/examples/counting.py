"""A handler that remembers: every event of a key gets the next version."""

from collections.abc import Iterable
from typing import Any

from services.stage.model import Context, Emit, Handler


class Work(Handler):
    def __init__(self, output: str) -> None:
        self.output = output

    def handle(self, event: Any, context: Context) -> Iterable[Emit]:
        version = context.state.get(event["key"], 0) + 1
        yield Emit(self.output, {**event, "version": version})

    def fold(self, event: Any) -> Iterable[tuple[str, Any]]:
        yield event["key"], event["version"]
