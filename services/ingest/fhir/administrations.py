"""MedicationAdministration: what was given to the patient in the visit, how much of it, and when."""

from datetime import UTC, datetime
from typing import Final

from services.contracts.administration import Administration
from services.ingest.fhir.bundle import Resource
from services.ingest.fhir.concepts import codings, concept_text
from services.ingest.fhir.desk import Case
from services.ingest.fhir.medications import medication, ndc_of

_GIVEN: Final = frozenset({"in-progress", "on-hold", "completed", "stopped"})
"""Statuses of what has reached the patient, at least in part."""

_PLACES: Final = 6
_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)


def read_administrations(case: Case) -> tuple[Administration, ...]:
    """What was given in the encounter, by time."""
    given = [
        _read(case, resource)
        for resource in case.linked("MedicationAdministration")
        if resource.data.get("status") in _GIVEN
    ]
    return tuple(sorted(given, key=lambda each: (each.start or _EARLIEST, each.administration_id)))


def _read(case: Case, resource: Resource) -> Administration:
    node = resource.open(case.log)
    drug, dosage = medication(case, resource), node.node("dosage")
    found = codings(drug)
    route = dosage.node("route") if dosage is not None else None
    dose = dosage.node("dose") if dosage is not None else None
    moment = node.exact("effectiveDateTime")
    first, last = node.period("effectivePeriod")
    start = moment or first
    return Administration(
        administration_id=resource.id,
        codings=found,
        text=concept_text(drug, found),
        ndc=ndc_of(case, resource),
        quantity=dose.decimal("value", _PLACES) if dose is not None else None,
        unit=(dose.text("code") or dose.text("unit")) if dose is not None else "",
        route=codings(route)[:1],
        start=start.first if start is not None else None,
        end=last.last if last is not None else None,
    )
