"""Procedure: what was done, in any code system."""

from datetime import date

from services.contracts.encounter import Procedure
from services.ingest.fhir.bundle import Resource
from services.ingest.fhir.concepts import codings, concept_text
from services.ingest.fhir.desk import Case
from services.ingest.fhir.node import Node
from services.ingest.fhir.providers import npi_of


def read_procedures(case: Case) -> tuple[Procedure, ...]:
    """The encounter's procedures by day; those entered in error are left out."""
    read = [_read(case, r) for r in case.linked("Procedure") if r.data.get("status") != "entered-in-error"]
    return tuple(sorted(read, key=lambda p: (p.performed or date.min, p.procedure_id)))


def _read(case: Case, resource: Resource) -> Procedure:
    node = resource.open(case.log)
    concept = node.node("code")
    found = codings(concept)
    return Procedure(
        procedure_id=resource.id,
        codings=found,
        text=concept_text(concept, found),
        performed=_performed(node),
        status=node.text("status") or "unknown",
        provider_npi=npi_of(case, resource, node.first("performer"), "actor"),
    )


def _performed(node: Node) -> date | None:
    start, _ = node.period("performedPeriod")
    moment = node.moment("performedDateTime") or start
    return moment.day if moment is not None and moment.has_day else None
