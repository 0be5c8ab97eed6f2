"""Judging many encounters one after the other, without a broker: the handler over a state in memory."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from services.contracts.coding import CodedEncounter
from services.contracts.validation import ValidatedEncounter
from services.stage.model import Context, Record
from services.validator.handler import ValidatorHandler
from services.validator.validate import Validator

_NOWHERE: Final = Record("", 0, 0, None, b"", {}, 0)


def replay(validator: Validator, encounters: Iterable[CodedEncounter]) -> Iterator[ValidatedEncounter]:
    """The verdict on each encounter, with those before it as its patient's history; a repeat gives none."""
    handler = ValidatorHandler(validator)
    state: dict[str, Any] = {}
    for coded in encounters:
        for emit in list(handler.handle(coded, Context(_NOWHERE, state))):
            if isinstance(emit.event, ValidatedEncounter):
                state.update(handler.fold(emit.event))
                yield emit.event
