"""Bundles for tests: a small visit as resources, which each test changes where it wants to look."""

from base64 import b64encode
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import orjson

from services.contracts.resources import folder
from services.ingest.fhir.reader import read_bundle
from services.ingest.reading import Broken, Reading
from services.ingest.site import Site, load_site

Resources = dict[str, dict[str, Any]]
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
CPT = "http://www.ama-assn.org/go/cpt"
LOINC = "http://loinc.org"
NPI = "http://hl7.org/fhir/sid/us-npi"
SITE_FOLDER: Path = folder("examples") / "site"
SITE: Site = load_site(SITE_FOLDER)
SECRETS = ("Ferrante", "Lucia", "1968-02-11", "RB-10021", "8 Chestnut", "PW204518833")


def concept(system: str, code: str, text: str = "") -> dict[str, Any]:
    """A CodeableConcept with one coding."""
    return {"coding": [{"system": system, "code": code}]} | ({"text": text} if text else {})


def note(text: str) -> str:
    """A note's text as an attachment carries it."""
    return b64encode(text.encode()).decode()


def visit() -> Resources:
    """An office visit of a patient with one insurance, two charges and a note; by `Type/id`."""
    listed: list[dict[str, Any]] = [
        {
            "resourceType": "Patient",
            "id": "p1",
            "identifier": [
                {"type": concept(TERMINOLOGY + "v2-0203", "MR"), "system": "urn:mrn", "value": "RB-10021"}
            ],
            "name": [{"use": "official", "family": "Ferrante", "given": ["Lucia"]}],
            "gender": "female",
            "birthDate": "1968-02-11",
            "address": [{"line": ["8 Chestnut Court"], "city": "Boston", "state": "Massachusetts"}],
        },
        {
            "resourceType": "Encounter",
            "id": "e1",
            "meta": {"versionId": "3"},
            "status": "finished",
            "class": {"code": "AMB"},
            "type": [concept("http://snomed.info/sct", "185347001")],
            "subject": {"reference": "Patient/p1"},
            "participant": [
                {
                    "type": [concept(TERMINOLOGY + "v3-ParticipationType", "PPRF")],
                    "individual": {"reference": "Practitioner/d1"},
                }
            ],
            "period": {"start": "2026-03-10T21:00:00-05:00", "end": "2026-03-10T21:30:00-05:00"},
            "diagnosis": [{"condition": {"reference": "Condition/c1"}, "rank": 1}],
            "serviceProvider": {"reference": "Organization/o1"},
        },
        {
            "resourceType": "Practitioner",
            "id": "d1",
            "identifier": [{"system": NPI, "value": "2000000051"}],
            "name": [{"family": "Silva", "given": ["Marta"]}],
        },
        {"resourceType": "Organization", "id": "o1", "name": "Riverbend Clinic"},
        {
            "resourceType": "Organization",
            "id": "o2",
            "name": "Pinewood Health Plan",
            "identifier": [{"system": "urn:payer", "value": "PWHP1"}],
        },
        {
            "resourceType": "Coverage",
            "id": "v1",
            "status": "active",
            "type": concept(TERMINOLOGY + "v3-ActCode", "HIP"),
            "beneficiary": {"reference": "Patient/p1"},
            "subscriberId": "PW204518833",
            "period": {"start": "2026-01-01", "end": "2026-12-31"},
            "payor": [{"reference": "Organization/o2"}],
        },
        {
            "resourceType": "Condition",
            "id": "c1",
            "clinicalStatus": concept(TERMINOLOGY + "condition-clinical", "active"),
            "verificationStatus": concept(TERMINOLOGY + "condition-ver-status", "confirmed"),
            "category": [concept(TERMINOLOGY + "condition-category", "encounter-diagnosis")],
            "code": concept(ICD, "E11.9", "Type 2 diabetes"),
            "subject": {"reference": "Patient/p1"},
            "encounter": {"reference": "Encounter/e1"},
            "onsetDateTime": "2019-06-01",
        },
        {
            "resourceType": "Procedure",
            "id": "x1",
            "status": "completed",
            "code": concept("http://snomed.info/sct", "430193006", "Medication reconciliation"),
            "subject": {"reference": "Patient/p1"},
            "encounter": {"reference": "Encounter/e1"},
            "performedDateTime": "2026-03-10",
        },
        {
            "resourceType": "Observation",
            "id": "r1",
            "status": "final",
            "category": [concept(TERMINOLOGY + "observation-category", "laboratory")],
            "code": concept(LOINC, "4548-4"),
            "subject": {"reference": "Patient/p1"},
            "encounter": {"reference": "Encounter/e1"},
            "effectiveDateTime": "2026-03-10T21:10:00-05:00",
            "valueQuantity": {"value": 7.1, "unit": "%"},
        },
        {
            "resourceType": "DocumentReference",
            "id": "n1",
            "status": "current",
            "type": concept(LOINC, "11506-3", "Progress note"),
            "subject": {"reference": "Patient/p1"},
            "date": "2026-03-10T21:31:00-05:00",
            "content": [{"attachment": {"contentType": "text/plain", "data": note("Diabetes, stable.")}}],
            "context": {"encounter": [{"reference": "Encounter/e1"}]},
        },
        {
            "resourceType": "Claim",
            "id": "k1",
            "status": "active",
            "type": concept(TERMINOLOGY + "claim-type", "professional"),
            "use": "claim",
            "patient": {"reference": "Patient/p1"},
            "created": "2026-03-11",
            "diagnosis": [{"sequence": 1, "diagnosisReference": {"reference": "Condition/c1"}}],
            "insurance": [{"sequence": 1, "focal": True, "coverage": {"reference": "Coverage/v1"}}],
            "item": [
                {
                    "sequence": 1,
                    "diagnosisSequence": [1],
                    "productOrService": concept(CPT, "99213"),
                    "servicedDate": "2026-03-10",
                    "net": {"value": 142.1, "currency": "USD"},
                    "encounter": [{"reference": "Encounter/e1"}],
                },
                {
                    "sequence": 2,
                    "productOrService": concept(CPT, "83036"),
                    "quantity": {"value": 2},
                    "unitPrice": {"value": 19.05, "currency": "USD"},
                    "encounter": [{"reference": "Encounter/e1"}],
                },
            ],
        },
    ]
    return {f"{each['resourceType']}/{each['id']}": each for each in listed}


def neighbour(resources: Resources, name: str = "e2", day: str = "2026-04-01") -> Resources:
    """The same resources and a second, sound visit of the patient with one charge of $50.00."""
    added: list[dict[str, Any]] = [
        resources["Encounter/e1"]
        | {"id": name, "period": {"start": f"{day}T09:00:00-04:00"}, "diagnosis": []}
        | {"status": "finished", "class": {"code": "AMB"}, "subject": {"reference": "Patient/p1"}},
        {
            "resourceType": "Claim",
            "id": f"k-{name}",
            "status": "active",
            "patient": {"reference": "Patient/p1"},
            "item": [
                {
                    "sequence": 1,
                    "productOrService": concept(CPT, "99212"),
                    "net": {"value": 50},
                    "encounter": [{"reference": f"Encounter/{name}"}],
                }
            ],
        },
    ]
    return resources | {f"{each['resourceType']}/{each['id']}": each for each in added}


def bundle(
    resources: Iterable[dict[str, Any]],
    kind: str = "collection",
    full_url: Callable[[dict[str, Any]], str] | None = None,
    **more: Any,
) -> bytes:
    """The resources as a bundle's bytes."""
    entries = [({"fullUrl": full_url(each)} if full_url else {}) | {"resource": each} for each in resources]
    return orjson.dumps({"resourceType": "Bundle", "type": kind, **more, "entry": entries})


def read(resources: Resources, site: Site = SITE) -> Reading:
    """What ingest makes of the resources."""
    return read_bundle(bundle(resources.values()), site)


def the_broken(reading: Reading) -> Broken:
    """The only part that could not be read; its errors quote nothing of the patient."""
    (broken,) = reading.broken
    told = " ".join(f"{e.path} {e.message} {e.fix}" for e in broken.errors)
    assert not [secret for secret in SECRETS if secret in told]
    return broken


def faults(broken: Broken) -> dict[str, str]:
    """Where and what: the path after the resource's place, and the message."""
    return {error.path.partition(".resource")[2]: error.message for error in broken.errors}
