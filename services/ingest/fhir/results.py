"""Observation: laboratory results and vital signs; a panel gives one result for each component."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from services.contracts.base import Coding
from services.contracts.encounter import Result
from services.ingest.fhir.bundle import Resource
from services.ingest.fhir.concepts import codes, codings, concept_text, first_code
from services.ingest.fhir.desk import Case
from services.ingest.fhir.node import Json, Node

CATEGORIES: Final = ("laboratory", "vital-signs")
LOINC: Final = "http://loinc.org"
_PLACES: Final = 6
_VALUES: Final = ("valueQuantity", "valueCodeableConcept", "valueString", "valueInteger")
_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)


def read_results(case: Case) -> tuple[Result, ...]:
    """The encounter's results by time."""
    read = [result for resource in case.linked("Observation") for result in _read(case, resource)]
    return tuple(sorted(read, key=lambda r: (r.effective or _EARLIEST, r.result_id)))


def _read(case: Case, resource: Resource) -> Iterator[Result]:
    data = resource.data
    if data.get("status") in ("entered-in-error", "cancelled") or not (
        _has_value(data) or "component" in data
    ):
        return
    node = resource.open(case.log)
    category = _category(node)
    if not category:
        return
    period, _ = node.period("effectivePeriod")
    moment = node.moment("effectiveDateTime") or node.moment("effectiveInstant") or period
    effective = moment.first if moment else None
    if _has_value(data):
        yield _result(node, resource.id, category, effective)
    for position, component in enumerate(node.nodes("component")):
        if _has_value(component.data):
            yield _result(component, f"{resource.id}/{position}", category, effective)


def _category(node: Node) -> str:
    stated = {code for concept in node.nodes("category") for code in codes(concept)}
    return next((category for category in CATEGORIES if category in stated), "")


def _has_value(data: Json) -> bool:
    return any(data.get(name) is not None for name in _VALUES)


def _result(node: Node, result_id: str, category: str, effective: datetime | None) -> Result:
    concept = node.node("code")
    found = codings(concept)
    coded = next((coding for coding in found if coding.system == LOINC), found[0] if found else None)
    quantity, said = node.node("valueQuantity"), node.node("valueCodeableConcept")
    number = quantity.decimal("value", _PLACES) if quantity else node.decimal("valueInteger", 0)
    interpretation = node.first("interpretation")
    return Result(
        result_id=result_id,
        coding=coded or Coding(system="", code="", display=concept_text(concept, found)),
        category=category,
        value=number,
        text=node.text("valueString") or concept_text(said, codings(said)),
        unit=(quantity.text("unit") or quantity.text("code")) if quantity else "",
        effective=effective,
        interpretation=first_code(interpretation),
    )
