"""Encounters for the tests of the coder, and a handler's life on an empty state."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from services.coder.encounter.tables import Tables, installed
from services.coder.handler import CoderHandler
from services.coder.site import SiteRules
from services.coder.switches import switches_of
from services.codesets.charge_master import parse
from services.contracts.base import Coding
from services.contracts.coding import CodedEncounter
from services.contracts.encounter import (
    Charge,
    Diagnosis,
    Document,
    Encounter,
    Patient,
    Sex,
    Visit,
    VisitClass,
    VisitStatus,
)
from services.contracts.events import CODED_ENCOUNTERS, WORK_ITEMS
from services.contracts.work import Decision, DecisionAction, WorkItem
from services.stage.model import Context, Emit, Record
from services.stage.state import fold_into

SNOMED = "http://snomed.info/sct"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
CPT = "http://www.ama-assn.org/go/cpt"
WHEN = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
MASTER = (
    "code_system,code,setting,department,hcpcs,modifiers,revenue_code,price\n"
    "http://snomed.info/sct,185349003,ambulatory,,99213,,,125.00\n"
)


@cache
def tables() -> Tables:
    ready = installed()
    return Tables(ready.vocabulary, ready.codesets, parse(MASTER), ready.threshold)


def trusting() -> Tables:
    """The tables of a site to which the EHR's word is enough where there is no note."""
    return replace(tables(), site=SiteRules(switches_of({"stated_without_note": "auto"})))


def diagnosis(
    display: str, ident: str = "d1", system: str = SNOMED, code: str = "1", **more: Any
) -> Diagnosis:
    more.setdefault("category", "encounter-diagnosis")
    return Diagnosis(diagnosis_id=ident, codings=(Coding(system=system, code=code, display=display),), **more)


def icd(code: str, display: str, ident: str = "d1", **more: Any) -> Diagnosis:
    """A diagnosis that the EHR states by its code."""
    return diagnosis(display, ident, ICD, code, **more)


def charge(code: str = "185349003", system: str = SNOMED, ident: str = "c1", **more: Any) -> Charge:
    more.setdefault("amount", Decimal("125.00"))
    return Charge(charge_id=ident, codings=(Coding(system=system, code=code),), **more)


def encounter(
    *diagnoses: Diagnosis,
    note: str = "",
    charges: Iterable[Charge] = (),
    kind: str = "",
    born: date = date(1970, 5, 1),
    visit_class: VisitClass = VisitClass.AMBULATORY,
    when: datetime = WHEN,
    version: int = 1,
    documents: Sequence[Document] = (),
    ident: str = "E1",
) -> Encounter:
    types = (Coding(system=SNOMED, code="0", display=kind),) if kind else ()
    return Encounter(
        encounter_id=ident,
        version=version,
        event_time=when,
        patient=Patient(patient_id="P1", patient_key="k1", birth_date=born, sex=Sex.FEMALE),
        visit=Visit(visit_class=visit_class, status=VisitStatus.FINISHED, start=when, end=when, types=types),
        diagnoses=diagnoses,
        charges=tuple(charges),
        documents=(Document(document_id="N1", text=note),) if note else tuple(documents),
    )


def document(text: str, ident: str = "N1", **more: Any) -> Document:
    return Document(document_id=ident, text=text, **more)


def decision(
    action: DecisionAction, target: str, replacement: str = "", ident: str = "x1", version: int | None = None
) -> Decision:
    return Decision(
        decision_id=ident,
        encounter_id="E1",
        encounter_version=version,
        patient_key="k1",
        action=action,
        target=target,
        replacement=replacement,
        reason="seen in the chart",
        role="certified coder",
        decided_at=WHEN,
    )


class Life:
    """A handler, its state, and everything that it emitted."""

    def __init__(self, own: Tables | None = None) -> None:
        self.handler = CoderHandler(own or tables())
        self.state: dict[str, Any] = {}

    def take(self, event: Encounter | Decision) -> list[Emit]:
        value = event.model_dump_json().encode()
        record = Record("t", 0, 0, b"", value, {}, 0)
        emits = list(self.handler.handle(event, Context(record, self.state)))
        for emit in emits:
            if emit.topic == CODED_ENCOUNTERS:
                fold_into(self.state, self.handler.fold(emit.event))
        return emits

    def code(self, event: Encounter | Decision) -> CodedEncounter:
        (coded,) = [emit.event for emit in self.take(event) if emit.topic == CODED_ENCOUNTERS]
        assert isinstance(coded, CodedEncounter)
        return coded

    def items(self, event: Encounter | Decision) -> list[WorkItem]:
        return [emit.event for emit in self.take(event) if emit.topic == WORK_ITEMS]


def codes(coded: CodedEncounter) -> list[str]:
    return [code.code for code in coded.codes]
