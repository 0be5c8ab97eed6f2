"""A FHIR bundle's bytes -> the encounters in it, one event each, and what could not be read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from pydantic import ValidationError

from services.contracts.encounter import Encounter, Patient, VisitClass
from services.contracts.keys import patient_key
from services.ingest.fhir.administrations import read_administrations
from services.ingest.fhir.bundle import Bundle, Resource, open_bundle
from services.ingest.fhir.charge_links import ClaimPart
from services.ingest.fhir.charges import charged, read_charges
from services.ingest.fhir.coverages import read_coverages
from services.ingest.fhir.desk import Case, Desk
from services.ingest.fhir.diagnoses import problem_faults, read_diagnoses
from services.ingest.fhir.documents import read_documents
from services.ingest.fhir.header import read_header
from services.ingest.fhir.letters import encounter_original, orphan_original, part_of_claim, stray_original
from services.ingest.fhir.links import Linker, Orphan, is_problem
from services.ingest.fhir.node import Log, Node
from services.ingest.fhir.people import read_patient
from services.ingest.fhir.primitives import Moment
from services.ingest.fhir.procedures import read_procedures
from services.ingest.fhir.providers import read_providers
from services.ingest.fhir.references import Index
from services.ingest.fhir.results import read_results
from services.ingest.fhir.visit import read_class, read_period, read_status, read_visit
from services.ingest.reading import Broken, Reading
from services.ingest.site import Site

MAX_VERSION_DIGITS: Final = 18
"""A version is an Avro `long`."""


def read_bundle(value: bytes, site: Site, as_of: date | None = None) -> Reading:
    """Every encounter of a FHIR R4 bundle, by time.

    `as_of` overrides the time as of which they are judged.
    Raises `UnreadableMessage` where nothing can be used.
    """
    bundle = open_bundle(value)
    index = Index(bundle)
    desk = Desk(index, Linker(bundle, index).build(), site, as_of)
    read = [_encounter(desk, resource, bundle.message_id) for resource in bundle.of_kind("Encounter")]
    encounters = [each for each in read if isinstance(each, Encounter)]
    broken = [each for each in read if isinstance(each, Broken)]
    encounters.sort(key=lambda encounter: (encounter.visit.start, encounter.encounter_id))
    return Reading(tuple(encounters), (*broken, *_rest(bundle, desk)))


def _encounter(desk: Desk, resource: Resource, message_id: str) -> Encounter | Broken:
    log = Log()
    node = resource.open(log)
    owner = desk.index.follow(resource, node, "subject")
    patient = _patient(desk, owner, node)
    encounter = None
    try:
        encounter = _assemble(_Task(desk, resource, owner, message_id), node, patient)
    except ValidationError as error:  # a value that FHIR allows and the contract does not
        for each in error.errors(include_input=False, include_url=False):
            place = ".".join(map(str, each["loc"]))
            node.fault(
                "", f"{error.title}.{place}: {each['msg']}", "send a value within the contract's limits"
            )
    if encounter is not None and not log:
        return encounter
    return Broken(
        part=resource.id,
        errors=log.errors,
        original=encounter_original(desk, resource, owner),
        encounter_id=resource.id,
        patient_key=patient_key(desk.site.source, owner.id) if owner is not None else "",
        charged=_charged(desk, resource),
    )


def _charged(desk: Desk, resource: Resource) -> Decimal | None:
    links = desk.links.charges
    return charged(links.claims.get(resource.id, []), links.charge_items.get(resource.id, []))


def _patient(desk: Desk, owner: Resource | None, node: Node) -> Patient | None:
    if owner is not None and owner.kind == "Patient":
        return desk.once("patient", owner, node.log, lambda r, log: read_patient(r, log, desk.site.source))
    if owner is not None:
        node.fault("subject", f"a {owner.kind}, not a Patient", "send the patient as the Encounter's subject")
    elif "subject" not in node:
        node.fault(
            "subject",
            "missing: an encounter without a patient",
            "name the Patient and put it into the bundle",
        )
    elif not node.log:  # it says by name whom it means, which is not enough for a claim
        node.fault("subject", "the patient is not in the bundle", "put the Patient resource into the bundle")
    return None


@dataclass(frozen=True, slots=True)
class _Task:
    """One encounter to read: whose it is, and in which message it came."""

    desk: Desk
    resource: Resource
    owner: Resource | None
    message_id: str


def _assemble(task: _Task, node: Node, patient: Patient | None) -> Encounter | None:
    """Read everything, so that every error is met; None where what an encounter needs is missing."""
    visit_class, status = read_class(node, task.desk), read_status(node)
    start, end = read_period(node, status)
    case = Case(
        desk=task.desk,
        resource=task.resource,
        log=node.log,
        node=node,
        patient=task.owner,
        visit_class=visit_class or VisitClass.AMBULATORY,
        first_day=start.day if start else date.max,
        last_day=end.last_day if end else start.day if start else date.max,
    )
    parts = _parts(case)
    if start is None or status is None or patient is None:
        return None
    return Encounter(
        encounter_id=task.resource.id,
        source=task.desk.site.source,
        source_message=task.message_id,
        version=_version(node),
        event_time=_event_time(task.desk, start, end),
        patient=patient,
        visit=read_visit(case, status, start, end, patient.death_date),
        **parts,
    )


def _parts(case: Case) -> dict[str, Any]:
    """The fields of the encounter that other resources give."""
    diagnoses = read_diagnoses(case)
    return {
        "coverages": read_coverages(case),
        "providers": read_providers(case),
        "procedures": read_procedures(case),
        "charges": read_charges(case, diagnoses),
        "documents": read_documents(case),
        "results": read_results(case),
        "administrations": read_administrations(case),
        "diagnoses": diagnoses.sorted(),
        **read_header(case)._asdict(),
    }


def _version(node: Node) -> int:
    """meta.versionId where it is a number, else meta.lastUpdated in seconds since 1970, else 0."""
    meta = node.node("meta")
    stated = meta.text("versionId") if meta is not None else ""
    if stated.isascii() and stated.isdigit():
        if len(stated) > MAX_VERSION_DIGITS:
            node.fault("meta.versionId", "too long a number", f"send at most {MAX_VERSION_DIGITS} digits")
            return 0
        return int(stated)
    updated = meta.moment("lastUpdated") if meta is not None else None
    return max(0, int(updated.first.timestamp())) if updated is not None else 0


def _event_time(desk: Desk, start: Moment, end: Moment | None) -> datetime:
    """As of when the encounter is judged: never the wall clock."""
    if desk.as_of is not None:
        return datetime(desk.as_of.year, desk.as_of.month, desk.as_of.day, tzinfo=UTC)
    return (end.last if end is not None else start.first) + timedelta(days=desk.site.charge_lag_days)


def _rest(bundle: Bundle, desk: Desk) -> Iterator[Broken]:
    """What belongs to no encounter and is wrong: entries, orphans, problems of a patient."""
    for stray in bundle.strays:
        yield Broken(stray.part, stray.errors, stray_original(stray.entry))
    for orphan in desk.links.orphans:
        yield _orphan(desk, orphan)
    for resource in bundle.of_kind("Condition"):
        faults = problem_faults(resource) if is_problem(resource) else Log()
        if faults and not _is_linked(desk, resource):
            yield _orphan(desk, Orphan(resource, faults.errors))


def _is_linked(desk: Desk, resource: Resource) -> bool:
    return any(resource in kinds.get("Condition", ()) for kinds in desk.links.of_encounter.values())


def _orphan(desk: Desk, orphan: Orphan) -> Broken:
    resource = orphan.resource
    dollars = None
    if resource.kind == "Claim":
        placed = {
            at
            for parts in desk.links.charges.claims.values()
            for p in parts
            if p.claim is resource
            for at in p.items
        }
        listed = resource.data.get("item")
        count = len(listed) if isinstance(listed, list) else 0
        lost = ClaimPart(resource, tuple(at for at in range(count) if at not in placed))
        dollars, resource = charged([lost], []), part_of_claim(lost)
    elif resource.kind == "ChargeItem":
        dollars = charged([], [resource])
    return Broken(
        part=f"{resource.kind}/{resource.id}",
        errors=orphan.errors,
        original=orphan_original(desk, resource),
        charged=dollars,
    )
