"""The coded encounter: the facts, and what the coder made of them, with evidence."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from services.contracts.base import (
    NO_DOLLARS,
    Charged,
    Coding,
    Contract,
    Doc,
    Finding,
    Probability,
    Quantity,
    StrMap,
)
from services.contracts.encounter import ClaimType, EncounterFacts


class Route(StrEnum):
    """Whether a person must look before the code is billed."""

    AUTO = "auto"
    REVIEW = "review"


class CodeRole(StrEnum):
    """Place of a diagnosis or a procedure on the claim."""

    PRINCIPAL = "principal"
    FIRST_LISTED = "first_listed"
    SECONDARY = "secondary"
    EXTERNAL_CAUSE = "external_cause"
    PROCEDURE = "procedure"


class Evidence(Contract):
    """Where the documentation says it: `text` equals the document's text from `start` to `end`."""

    document_id: str
    start: Annotated[int, Field(ge=0), Doc("First character, counted from 0")]
    end: Annotated[int, Field(ge=0), Doc("One past the last character")]
    text: str
    section: str = ""
    assertion: Annotated[str, Doc("affirmed, negated, possible, historical, family, ...")] = "affirmed"


class Alternative(Contract):
    """A code that was considered and not chosen."""

    code: str
    title: str = ""
    why_not: str


class AssignedCode(Contract):
    """A code that the coder assigned or proposes, with why."""

    system: Annotated[str, Doc("ICD-10-CM or ICD-10-PCS")] = "ICD-10-CM"
    code: Annotated[str, Doc("With its dot", x12="HI01-2", fhir="Claim.diagnosis.diagnosisCodeableConcept")]
    title: str = ""
    role: CodeRole = CodeRole.SECONDARY
    present_on_admission: Annotated[str, Doc("Y, N, U, W or empty", x12="HI01-9")] = ""
    confidence: Probability = 1.0
    route: Route = Route.AUTO
    source: Annotated[str, Doc("documentation, ehr or decision")] = "documentation"
    rules: tuple[str, ...] = ()
    reason: Annotated[str, Doc("One sentence for a person")] = ""
    evidence: tuple[Evidence, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    diagnosis_ids: Annotated[tuple[str, ...], Doc("EHR diagnoses that it stands for")] = ()
    performed: Annotated[date | None, Doc("Day of an ICD-10-PCS procedure", x12="HI01-4")] = None


class ServiceLine(Contract):
    """One billable line: a charge, the code that the charge master or the coder gave it, its pointers."""

    line_id: Annotated[str, Doc("Derived from the charge: the same in every replay")]
    charge_id: str = ""
    source_coding: Annotated[Coding | None, Doc("What the EHR charged, where the code was mapped")] = None
    claim_type: ClaimType = ClaimType.PROFESSIONAL
    code: Annotated[str, Doc("CPT or HCPCS number; empty: unmapped", x12="SV101-2")] = ""
    modifiers: tuple[str, ...] = ()
    revenue_code: str = ""
    units: Annotated[Quantity, Field(gt=0)] = Decimal(1)
    amount: Charged = NO_DOLLARS
    service_date: date
    service_end: date | None = None
    pointers: Annotated[tuple[str, ...], Doc("Codes the line was done for, most important first")] = ()
    provider_npi: str = ""
    ndc: str = ""
    drug_quantity: Quantity | None = None
    drug_unit: str = ""
    prescription: Annotated[str, Doc("Prescription number", x12="REF*XZ (2410)")] = ""
    rules: tuple[str, ...] = ()
    reason: str = ""
    confidence: Probability = 1.0
    route: Route = Route.AUTO


class ServiceKind(StrEnum):
    """What kind of service the documentation was read for."""

    VISIT = "visit"
    DRUG = "drug"
    ADMINISTRATION = "administration"
    TELEHEALTH = "telehealth"


class Element(Contract):
    """One thing that the documentation says of a service, e.g. the risk of a visit, the dose of a drug."""

    name: Annotated[str, Doc("problems, data, risk, time, dose, route, modality, location")]
    value: Annotated[str, Doc("What was found: a level, an amount")]
    reason: Annotated[str, Doc("One sentence for a person")] = ""
    evidence: tuple[Evidence, ...] = ()


class DocumentedService(Contract):
    """A service as the documentation supports it, beside what was charged; it never changes a charge."""

    kind: ServiceKind
    code: Annotated[str, Doc("CPT or HCPCS number that is supported; empty: not determined")] = ""
    units: Annotated[Quantity | None, Doc("Units that are supported, where they can be told")] = None
    line_id: Annotated[str, Doc("The line that charges it; empty: none does")] = ""
    elements: tuple[Element, ...] = ()
    reason: Annotated[str, Doc("One sentence for a person")] = ""
    reference: Annotated[str, Doc("Official source of the rule")] = ""


class Query(Contract):
    """A question to the provider: what is missing, why it matters, and where."""

    query_id: str
    topic: str
    question: str
    why: str
    codes: Annotated[tuple[str, ...], Doc("Codes among which the answer decides")] = ()
    evidence: tuple[Evidence, ...] = ()


class CountedResult(Contract):
    """A result that a rule of the coder counts over a patient's encounters, by when it was, never its value;
    or that an encounter documented what the rule asks for.
    """

    topic: Annotated[str, Doc("The query that it counts towards")]
    encounter_id: str
    at: AwareDatetime
    documented: Annotated[bool, Doc("The condition is documented: the question is answered")] = False


class AppliedDecision(Contract):
    """A person's decision that this output obeys."""

    decision_id: str
    action: str
    target: str
    replacement: str = ""
    reason: str
    role: str
    decided_at: AwareDatetime
    encounter_version: Annotated[int | None, Doc("The version that was looked at; absent: any")] = None


class CodedEncounter(Contract):
    """Topic `coded-encounters`."""

    encounter: EncounterFacts
    digest: Annotated[str, Doc("SHA-256 of the encounter's bytes that were coded")] = ""
    codes: Annotated[
        tuple[AssignedCode, ...], Doc("In claim order, the first-listed or principal first")
    ] = ()
    lines: tuple[ServiceLine, ...] = ()
    services: Annotated[tuple[DocumentedService, ...], Doc("Visits, drugs and telehealth as documented")] = ()
    queries: tuple[Query, ...] = ()
    findings: Annotated[tuple[Finding, ...], Doc("Over- and undercoding, guideline conflicts")] = ()
    route: Route = Route.AUTO
    decisions: tuple[AppliedDecision, ...] = ()
    counted: Annotated[
        tuple[CountedResult, ...],
        Doc("What the patient's encounters up to this one have that the coder counts across them"),
    ] = ()
    versions: Annotated[StrMap, Doc("Table, rule set or program -> version")] = {}

    @property
    def charged(self) -> Decimal:
        """Dollars of all lines."""
        return sum((line.amount for line in self.lines), NO_DOLLARS)
