"""Condition and Claim.diagnosis: the visit's diagnoses, and the problems that were active on its day."""

from dataclasses import dataclass, field
from typing import Final

from services.contracts.encounter import Diagnosis
from services.ingest.fhir.bundle import Resource
from services.ingest.fhir.charge_links import ClaimPart
from services.ingest.fhir.concepts import codes, codings, concept_text, first_code, translate
from services.ingest.fhir.desk import Case
from services.ingest.fhir.links import is_problem
from services.ingest.fhir.node import Log, Node
from services.ingest.fhir.primitives import Moment

ENCOUNTER_DIAGNOSIS: Final = "encounter-diagnosis"
PROBLEM: Final = "problem-list-item"
NUBC_POA: Final = ("https://www.nubc.org/CodeSystem/PresentOnAdmissionIndicator",)
_PRINCIPAL: Final = "principal"
_UNRANKED: Final = 10_000


@dataclass(slots=True)
class Diagnoses:
    """The diagnoses of an encounter by id, and what the sequences of each claim mean."""

    found: dict[str, Diagnosis] = field(default_factory=dict)
    by_sequence: dict[tuple[str, int], str] = field(default_factory=dict)

    def update(self, diagnosis_id: str, **values: object) -> None:
        """State more about a diagnosis: what is already there stays."""
        known = self.found[diagnosis_id]
        missing = {name: value for name, value in values.items() if value and not getattr(known, name)}
        self.found[diagnosis_id] = known.model_copy(update=missing)

    def sorted(self) -> tuple[Diagnosis, ...]:
        """By rank; those of the visit before the problems."""
        return tuple(
            sorted(
                self.found.values(),
                key=lambda d: (d.rank or _UNRANKED, d.category == PROBLEM, d.diagnosis_id),
            )
        )


def read_diagnoses(case: Case) -> Diagnoses:
    """Every diagnosis that the EHR states for the encounter."""
    diagnoses = Diagnoses()
    for resource in case.linked("Condition"):
        _add(case, diagnoses, resource, case.log)
    _stated_by_encounter(case, diagnoses)
    for part in case.claims:
        _stated_by_claim(case, diagnoses, part)
    _problems(case, diagnoses)
    return diagnoses


def _add(case: Case, diagnoses: Diagnoses, resource: Resource, log: Log) -> None:
    if resource.id in diagnoses.found:
        return
    node = resource.open(log)
    verification = first_code(node.node("verificationStatus"))
    if verification == "entered-in-error":
        return
    concept = node.node("code")
    found = codings(concept)
    onset, abated = _since(node), node.moment("abatementDateTime")
    diagnoses.found[resource.id] = Diagnosis(
        diagnosis_id=resource.id,
        codings=found,
        text=concept_text(concept, found),
        category=PROBLEM if is_problem(resource) else ENCOUNTER_DIAGNOSIS,
        clinical_status=_status_on_the_day(case, node, abated),
        verification=verification,
        onset=onset.day if onset else None,
    )


def _since(node: Node) -> Moment | None:
    return node.moment("onsetDateTime") or node.moment("recordedDate")


def _status_on_the_day(case: Case, node: Node, abated: Moment | None) -> str:
    """The clinical status as of the visit: what abated later was active then."""
    stated = first_code(node.node("clinicalStatus"))
    if stated in ("resolved", "inactive", "remission") and abated is not None and abated.day > case.last_day:
        return "active"
    return stated


def _stated_by_encounter(case: Case, diagnoses: Diagnoses) -> None:
    """Encounter.diagnosis: its conditions (a procedure may stand there too) and their ranks."""
    for node in case.node.nodes("diagnosis"):
        resource = case.desk.index.follow(case.resource, node, "condition")
        if resource is None or resource.kind != "Condition":
            continue
        _add(case, diagnoses, resource, case.log)
        if resource.id in diagnoses.found:
            diagnoses.update(resource.id, rank=node.positive("rank"))


def _stated_by_claim(case: Case, diagnoses: Diagnoses, part: ClaimPart) -> None:
    for node in part.claim.open(case.log).nodes("diagnosis"):
        sequence = node.positive("sequence")
        diagnosis_id = _of_claim(case, diagnoses, part.claim, node, sequence)
        if not diagnosis_id:
            continue
        principal = any(_PRINCIPAL in codes(kind) for kind in node.nodes("type"))
        admission = node.node("onAdmission")
        diagnoses.update(
            diagnosis_id,
            rank=1 if principal else sequence,
            present_on_admission=translate("present_on_admission", admission),
        )
        if sequence is not None:
            diagnoses.by_sequence[(part.claim.id, sequence)] = diagnosis_id


def _of_claim(case: Case, diagnoses: Diagnoses, claim: Resource, node: Node, sequence: int | None) -> str:
    """The id of the condition that a Claim.diagnosis refers to, or that has its code; else a new one."""
    if "diagnosisReference" in node:
        resource = case.desk.index.follow(claim, node, "diagnosisReference")
        if resource is None or resource.kind != "Condition":
            return ""
        _add(case, diagnoses, resource, case.log)
        return resource.id if resource.id in diagnoses.found else ""
    concept = node.node("diagnosisCodeableConcept")
    found = codings(concept)
    if not found and not concept_text(concept, found):
        return ""
    wanted = {(coding.system, coding.code) for coding in found}
    for known in diagnoses.found.values():
        if wanted & {(coding.system, coding.code) for coding in known.codings}:
            return known.diagnosis_id
    new = Diagnosis(
        diagnosis_id=f"{claim.id}/diagnosis/{sequence or 0}",
        codings=found,
        text=concept_text(concept, found),
        category=ENCOUNTER_DIAGNOSIS,
    )
    diagnoses.found[new.diagnosis_id] = new
    return new.diagnosis_id


def _problems(case: Case, diagnoses: Diagnoses) -> None:
    """Problems of the patient that were active on the day; a broken one is reported by itself, not here."""
    for resource in case.desk.links.held(case.patient, "Condition"):
        log = Log()
        if resource.id not in diagnoses.found and _active(case, resource.open(log)) and not log:
            _add(case, diagnoses, resource, Log())


def _active(case: Case, node: Node) -> bool:
    since, abated = _since(node), node.moment("abatementDateTime")
    if since is not None and since.day > case.last_day:
        return False
    if abated is not None:
        return abated.last_day >= case.first_day
    return first_code(node.node("clinicalStatus")) not in ("resolved", "inactive", "remission")


def problem_faults(resource: Resource) -> Log:
    """What is wrong with a problem-list Condition, which belongs to no encounter."""
    log = Log()
    node = resource.open(log)
    node.moment("onsetDateTime")
    node.moment("recordedDate")
    node.moment("abatementDateTime")
    codings(node.node("code"))
    return log
