"""A handler that remembers nothing: every event goes on as it came."""

from collections.abc import Iterable
from typing import Any

from services.stage.model import Context, Emit, Handler


class Work(Handler):
    def __init__(self, output: str) -> None:
        self.output = output

    def handle(self, event: Any, context: Context) -> Iterable[Emit]:
        del context
        return (Emit(self.output, event),)
