"""The validator's handler: coded encounters and decisions in, validated encounters and work items out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from services.contracts.coding import CodedEncounter
from services.contracts.events import VALIDATED_ENCOUNTERS, WORK_ITEMS
from services.contracts.validation import Repair, ValidatedEncounter
from services.contracts.work import Decision
from services.stage.errors import Rejected
from services.stage.model import Context, Emit, Fault, Handler
from services.stage.state import Overlay
from services.validator import history, metrics, overrides
from services.validator.history import Remembered
from services.validator.setup import installed
from services.validator.validate import Judged, Validator
from services.validator.worklist import closed_item


class ValidatorHandler(Handler):
    """Judges each version of an encounter once, and again when a person has decided about it."""

    def __init__(self, validator: Validator | None = None) -> None:
        """Judge by this validator; by default with the installed rules and tables."""
        self._validator = validator or installed()

    def handle(self, event: Any, context: Context) -> Iterable[Emit]:  # noqa: ANN401 (two contracts arrive)
        """The outputs of one event; a repeat that says nothing new gives none.

        Raises:
            Rejected: a decision for an encounter that is not held here.
        """
        if isinstance(event, Decision):
            return self._decided(event, context.state)
        return self._coded(event, context.state)

    def fold(self, event: Any) -> Iterable[tuple[str, Any]]:  # noqa: ANN401 (the port's signature)
        """What a validated encounter means for the state."""
        return history.fold(event) if isinstance(event, ValidatedEncounter) else ()

    def refresh(self) -> None:
        """Take up new reference data between batches."""
        self._validator.refresh()

    def observe(self, emits: Sequence[Emit], origin_ms: int) -> None:  # noqa: ARG002 (claims measure the chain)
        """Count what was committed."""
        for emit in emits:
            if isinstance(emit.event, ValidatedEncounter):
                metrics.count(emit.event)

    def _coded(self, coded: CodedEncounter, state: Mapping[str, Any]) -> Iterator[Emit]:
        before: Remembered | None = state.get(history.encounter_row(coded.encounter.encounter_id))
        if before is not None and before.version > coded.encounter.version:
            return
        answers = before.overrides if before is not None else ()
        judged = self._judge(coded, state, before, answers)
        emits = list(_emits(judged, before))
        yield from emits
        if emits and before is not None:
            yield from self._freed(judged.event, before, state)

    def _freed(
        self, event: ValidatedEncounter, before: Remembered, state: Mapping[str, Any]
    ) -> Iterator[Emit]:
        """Held encounters of the patient, judged again where lines that they were held beside are gone."""
        view = Overlay(state)
        view.apply(history.fold(event))
        facts = event.coded.encounter
        after: Remembered = view[history.encounter_row(facts.encounter_id)]
        gone = set(before.lines) - set(after.lines)
        for other in history.held_near(view, facts.patient.patient_key, gone):
            held = other.held
            if held is None or held.coded.encounter.encounter_id == facts.encounter_id:
                continue
            judged = self._judge(held.coded, view, other, other.overrides, held.repairs)
            for emit in _emits(judged, other):
                yield emit
                view.apply(self.fold(emit.event))

    def _decided(self, decision: Decision, state: Mapping[str, Any]) -> Iterator[Emit]:
        if decision.action not in overrides.ANSWERS:
            return
        before: Remembered | None = state.get(history.encounter_row(decision.encounter_id))
        known = before.overrides if before is not None else ()
        if any(each.decision_id == decision.decision_id for each in known):
            return
        if before is None or before.held is None:
            raise Rejected((_nothing_held(decision, before),))
        answers = (*known, overrides.applied(decision))
        held = before.held
        yield from _emits(self._judge(held.coded, state, before, answers, held.repairs), before)

    def _judge(
        self,
        coded: CodedEncounter,
        state: Mapping[str, Any],
        before: Remembered | None,
        answers: Sequence[Any],
        repairs: tuple[Repair, ...] = (),
    ) -> Judged:
        facts = coded.encounter
        patient, own_id = facts.patient.patient_key, facts.encounter_id
        days = {line.service_date for line in coded.lines}
        near = history.neighbours(state, patient, own_id, days)
        lines = history.earlier_lines(state, patient, own_id, days, self._validator.lookback(coded))
        return self._validator.judge(
            coded, lines, before=before, answers=answers, neighbours=near, repairs=repairs
        )


def _emits(judged: Judged, before: Remembered | None) -> Iterator[Emit]:
    event = judged.event
    if before is not None and before.digest == history.verdict_digest(event):
        return
    yield Emit(VALIDATED_ENCOUNTERS, event)
    if judged.item is not None:
        yield Emit(WORK_ITEMS, judged.item)
    elif before is not None and before.held is not None:
        yield Emit(WORK_ITEMS, closed_item(event, before.held_since))


def _nothing_held(decision: Decision, before: Remembered | None) -> Fault:
    standing = "is not known" if before is None else f"is {before.disposition.value}"
    return Fault(
        path="encounter_id",
        message=f"encounter {decision.encounter_id} {standing} here: nothing to {decision.action.value}",
        fix="Replay the decision once the encounter is held, or drop it",
    )
