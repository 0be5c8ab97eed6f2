"""What belongs to which encounter: the references of a bundle, turned around.

A resource that names its encounter belongs to it. One that names none belongs to the only encounter of its
patient in the message, where there is only one. One whose encounter is in another message is left to that
message, but charges are not: dollars that no encounter takes are an error.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

from services.contracts.dead_letter import LocatedError
from services.ingest.fhir.bundle import Bundle, Resource
from services.ingest.fhir.charge_links import ChargeLinks
from services.ingest.fhir.node import Json
from services.ingest.fhir.references import Index, is_internal

CLINICAL: Final = (
    "Condition",
    "Procedure",
    "Observation",
    "DocumentReference",
    "DiagnosticReport",
    "Composition",
)
MEDICATIONS: Final = ("MedicationRequest", "MedicationDispense", "MedicationAdministration")
"""Read where a charge asks for them: one that belongs to no encounter here is no error."""

_PATIENT: Final = {"Coverage": "beneficiary", "Claim": "patient"}
_ORPHAN: Final = "send the encounter in the same bundle, or correct the reference"


@dataclass(frozen=True, slots=True)
class Orphan:
    """A resource that should belong to an encounter and does not."""

    resource: Resource
    errors: tuple[LocatedError, ...]


@dataclass(slots=True)
class Links:
    """The resources of each encounter by kind, of each patient by kind, and the orphans."""

    of_encounter: dict[str, dict[str, list[Resource]]] = field(default_factory=dict)
    of_patient: dict[str, dict[str, list[Resource]]] = field(default_factory=dict)
    charges: ChargeLinks = field(default_factory=ChargeLinks)
    roles: dict[str, list[Resource]] = field(default_factory=dict)
    orphans: list[Orphan] = field(default_factory=list)

    def linked(self, encounter: Resource, kind: str) -> list[Resource]:
        """What of that kind belongs to the encounter."""
        return self.of_encounter.get(encounter.id, {}).get(kind, [])

    def held(self, patient: Resource | None, kind: str) -> list[Resource]:
        """What of that kind belongs to the patient: coverages and problems."""
        return [] if patient is None else self.of_patient.get(patient.id, {}).get(kind, [])


class Linker:
    """Builds the `Links` of one bundle."""

    def __init__(self, bundle: Bundle, index: Index) -> None:
        """Note whose each encounter is."""
        self._bundle = bundle
        self._index = index
        self._links = Links()
        self._visits: dict[str, list[Resource]] = defaultdict(list)
        for encounter in bundle.of_kind("Encounter"):
            patient = index.resolve(encounter, encounter.data.get("subject"))
            if patient is not None:
                self._visits[patient.id].append(encounter)

    def build(self) -> Links:
        """Every link of the bundle, resources in the order of their ids."""
        links = self._links
        for resource in sorted(self._bundle.resources.values(), key=lambda r: (r.kind, r.id)):
            if resource.kind in CLINICAL:
                self._clinical(resource)
            if resource.kind in MEDICATIONS:
                self._medication(resource)
            if resource.kind in ("Coverage", "Condition"):
                self._personal(resource)
            if resource.kind in ("Claim", "ChargeItem"):
                self._charges(resource)
            if resource.kind == "PractitionerRole":
                self._role(resource)
        return links

    def _role(self, resource: Resource) -> None:
        practitioner = self._index.resolve(resource, resource.data.get("practitioner"))
        if practitioner is not None:
            self._links.roles.setdefault(practitioner.id, []).append(resource)

    def _clinical(self, resource: Resource) -> None:
        references = _encounters_of(resource.data)
        for reference in references:
            target = self._index.resolve(resource, reference)
            if target is not None and target.kind == "Encounter":
                self._add(target, resource)
            elif target is not None or not isinstance(reference, dict) or is_internal(reference):
                self._orphan(resource, "its encounter is not in the bundle")
        if not references and not is_problem(resource):
            visits = self._visits_of(resource)
            if len(visits) == 1:
                self._add(visits[0], resource)

    def _medication(self, resource: Resource) -> None:
        """By `encounter` or `context`; one that names neither is of the patient's only encounter."""
        named = resource.data.get("encounter") or resource.data.get("context")
        if named is None:
            visits = self._visits_of(resource)
            target = visits[0] if len(visits) == 1 else None
        else:
            target = self._index.resolve(resource, named)
        if target is not None and target.kind == "Encounter":
            self._add(target, resource)

    def _personal(self, resource: Resource) -> None:
        if resource.kind == "Condition" and not is_problem(resource):
            return
        patient = self._patient_of(resource)
        if patient is None:
            self._orphan(resource, "its patient is not in the bundle")
            return
        kinds = self._links.of_patient.setdefault(patient.id, {})
        kinds.setdefault(resource.kind, []).append(resource)

    def _charges(self, resource: Resource) -> None:
        lost = self._links.charges.add(resource, self._index, self._visits_of(resource))
        if lost:
            self._links.orphans.append(Orphan(resource, lost))

    def _visits_of(self, resource: Resource) -> list[Resource]:
        patient = self._patient_of(resource)
        return [] if patient is None else self._visits.get(patient.id, [])

    def _patient_of(self, resource: Resource) -> Resource | None:
        return self._index.resolve(resource, resource.data.get(_PATIENT.get(resource.kind, "subject")))

    def _add(self, encounter: Resource, resource: Resource) -> None:
        found = self._links.of_encounter.setdefault(encounter.id, {}).setdefault(resource.kind, [])
        if resource not in found:
            found.append(resource)

    def _orphan(self, resource: Resource, message: str) -> None:
        error = LocatedError(path=resource.place, message=message, fix=_ORPHAN)
        self._links.orphans.append(Orphan(resource, (error,)))


def is_problem(resource: Resource) -> bool:
    """Whether a Condition stands on the patient's problem list."""
    return resource.kind == "Condition" and any(
        isinstance(coding, dict) and coding.get("code") == "problem-list-item"
        for category in _listed(resource.data, "category")
        for coding in _listed(category, "coding")
    )


def _listed(data: Any, name: str) -> list[Any]:  # noqa: ANN401 (whatever JSON holds)
    found = data.get(name) if isinstance(data, dict) else None
    return found if isinstance(found, list) else []


def _encounters_of(data: Json) -> list[Any]:
    """The references to encounters, wherever the resource's kind has them."""
    if data["resourceType"] != "DocumentReference":
        return [data["encounter"]] if data.get("encounter") is not None else []
    context = data.get("context")
    found = context.get("encounter") if isinstance(context, dict) else None
    if isinstance(found, list):
        return [each for each in found if isinstance(each, dict) and _is_encounter(each)]
    return [] if found is None else [found]


def _is_encounter(reference: Json) -> bool:
    """DocumentReference.context.encounter may also name an EpisodeOfCare."""
    target = reference.get("reference")
    return not (isinstance(target, str) and "EpisodeOfCare/" in target)
