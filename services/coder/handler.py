"""Encounters and decisions in; coded encounters and work items out."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from services.coder import metrics
from services.coder.encounter import decisions as decided
from services.coder.encounter.code import code_encounter, recode
from services.coder.encounter.tables import Tables, installed
from services.coder.encounter.work import work_items
from services.coder.state import Remembered, fold_coded, remembered, results_of
from services.contracts.coding import CodedEncounter
from services.contracts.encounter import Encounter
from services.contracts.events import CODED_ENCOUNTERS, WORK_ITEMS
from services.contracts.work import Decision
from services.stage.errors import Rejected
from services.stage.model import Context, Emit, Fault, Handler


class CoderHandler(Handler):
    """Codes encounters and obeys decisions; remembers, for each encounter, the last event it gave."""

    def __init__(self, tables: Tables | None = None) -> None:
        """With the tables of this installation, unless others are given."""
        self._tables = tables or installed()

    def handle(self, event: Any, context: Context) -> Iterable[Emit]:  # noqa: ANN401 (the stage's signature)
        """The coded encounter and its work items; nothing for a repeat, an older version or a decision known
        already.
        """
        before = remembered(context.state, event.encounter_id)
        if isinstance(event, Decision):
            coded = self._decide(event, before, context.state)
        else:
            coded = self._code(event, sha256(context.record.value).hexdigest(), before, context.state)
        if coded is None:
            return []
        items = work_items(coded, before.open_items if before else ())
        return [Emit(CODED_ENCOUNTERS, coded), *(Emit(WORK_ITEMS, item) for item in items)]

    def _code(
        self, event: Encounter, digest: str, before: Remembered | None, state: Mapping[str, Any]
    ) -> CodedEncounter | None:
        if before is not None:
            repeat = event.version == before.version and digest == before.digest
            if repeat or event.version < before.version:
                return None
        decisions = before.coded().decisions if before else ()
        known = results_of(state, event.patient.patient_key)
        return code_encounter(event, digest, decisions, self._tables, known)

    def _decide(
        self, decision: Decision, before: Remembered | None, state: Mapping[str, Any]
    ) -> CodedEncounter | None:
        if not decided.concerns(decision):
            return None
        where = f"Decision/{decision.decision_id}"
        if before is None:
            raise Rejected(
                (Fault(where, "its encounter has not been coded", "replay it after the encounter"),)
            )
        coded = before.coded()
        stale = decision.encounter_version not in (None, before.version)
        if stale or any(each.decision_id == decision.decision_id for each in coded.decisions):
            return None
        fault = decided.fault_of(decision, coded.encounter.code_date, self._tables)
        if fault:
            raise Rejected(
                (Fault(f"{where}/replacement", fault, "decide again with a code billable on that day"),)
            )
        known = results_of(state, coded.encounter.patient.patient_key)
        return recode(coded, (*coded.decisions, decided.applied(decision)), self._tables, known)

    def fold(self, event: Any) -> Iterable[tuple[str, Any]]:  # noqa: ANN401
        """What a coded encounter means for the state."""
        return fold_coded(event)

    def refresh(self) -> None:
        """Take up reference data that was imported since."""
        self._tables.codesets.refresh()

    def observe(self, emits: Sequence[Emit], origin_ms: int) -> None:  # noqa: ARG002 (time to claim is the claims stage's)
        """Count what was coded and asked."""
        metrics.count(emits)
