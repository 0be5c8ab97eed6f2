"""Which drug an order, a supply or a use is about: by its own concept, or by the Medication it names."""

from services.ingest.fhir.bundle import Resource
from services.ingest.fhir.concepts import from_system
from services.ingest.fhir.desk import Case
from services.ingest.fhir.drugs import NDC, eleven_digits
from services.ingest.fhir.node import Node


def medication(case: Case, resource: Resource) -> Node | None:
    """The CodeableConcept of the drug (`medication[x]`), none where the resource says none."""
    node = resource.open(case.log)
    own = node.node("medicationCodeableConcept")
    reference = node.node("medicationReference")
    if own is not None or reference is None:
        return own
    found = case.desk.index.resolve(resource, reference.data)
    return found.open(case.log).node("code") if found is not None else None


def ndc_of(case: Case, resource: Resource) -> str:
    """The drug's NDC in eleven digits; empty where it says none."""
    code = from_system(medication(case, resource), *NDC)
    return eleven_digits(code) if code else ""
