"""Cases and state for the validator's tests."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.contracts.coding import CodedEncounter
from services.contracts.validation import ValidatedEncounter
from services.contracts.work import Decision, WorkItem
from services.stage.model import Context, Emit, Record
from services.validator.examples import coded_encounter
from services.validator.handler import ValidatorHandler


def office(**changes: Any) -> CodedEncounter:
    """The office case; a double underscore in a name is a dot of the path."""
    return coded_encounter("office", {name.replace("__", "."): value for name, value in changes.items()})


def inpatient(**changes: Any) -> CodedEncounter:
    return coded_encounter("inpatient", {name.replace("__", "."): value for name, value in changes.items()})


def decision(**fields: Any) -> Decision:
    stated: dict[str, Any] = {
        "decision_id": "d1",
        "encounter_id": "e1",
        "patient_key": "k1",
        "action": "override",
        "target": "*",
        "reason": "checked by hand",
        "role": "billing specialist",
        "decided_at": "2026-03-06T12:00:00Z",
    }
    return Decision.model_validate(stated | fields)


class Bench:
    """A handler with the state that its outputs make, as the stage would keep it."""

    def __init__(self, handler: ValidatorHandler) -> None:
        self.handler = handler
        self.state: dict[str, Any] = {}

    def give(self, *events: CodedEncounter | Decision) -> list[Emit]:
        emits: list[Emit] = []
        for event in events:
            for emit in list(self.handler.handle(event, _context(self.state))):
                emits.append(emit)
                self._fold(self.handler.fold(emit.event))
        return emits

    def _fold(self, rows: Iterable[tuple[str, Any]]) -> None:
        for key, value in rows:
            if value is None:
                self.state.pop(key, None)
            else:
                self.state[key] = value

    def judged(self, *events: CodedEncounter | Decision) -> ValidatedEncounter:
        """The last verdict that these events gave."""
        found = [emit.event for emit in self.give(*events) if isinstance(emit.event, ValidatedEncounter)]
        return found[-1]

    def items(self, *events: CodedEncounter | Decision) -> list[WorkItem]:
        return [emit.event for emit in self.give(*events) if isinstance(emit.event, WorkItem)]


def _context(state: Mapping[str, Any]) -> Context:
    return Context(Record("t", 0, 0, None, b"", {}, 0), state)
