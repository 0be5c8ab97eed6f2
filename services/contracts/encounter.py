"""The normalised encounter: what an EHR said about one visit, whatever format it said it in."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from services.contracts.administration import Administration
from services.contracts.base import NO_DOLLARS, Charged, Coding, Contract, Doc, Measure, Quantity


class Sex(StrEnum):
    """Administrative sex (HL7 administrative-gender, X12 DMG03)."""

    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"


class VisitStatus(StrEnum):
    """Where the visit stands; only a finished visit is billed, a cancelled one voids its claims."""

    IN_PROGRESS = "in_progress"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class VisitClass(StrEnum):
    """HL7 v3 ActCode classes that change how a visit is coded and billed."""

    AMBULATORY = "ambulatory"
    EMERGENCY = "emergency"
    INPATIENT = "inpatient"
    OBSERVATION = "observation"
    HOME = "home"
    VIRTUAL = "virtual"


class ClaimType(StrEnum):
    """Which 837 carries a charge: professional (P, CMS-1500) or institutional (I, UB-04)."""

    PROFESSIONAL = "professional"
    INSTITUTIONAL = "institutional"


class ProviderRole(StrEnum):
    """What a provider did in the visit (X12 NM101 names them 85, 82, DN, 77, 71, 72, DQ)."""

    BILLING = "billing"
    RENDERING = "rendering"
    REFERRING = "referring"
    FACILITY = "facility"
    ATTENDING = "attending"
    OPERATING = "operating"
    SUPERVISING = "supervising"


class Address(Contract):
    """A postal address; `state` and `postal_code` as the US Postal Service writes them."""

    line1: str = ""
    line2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = "US"


class Person(Contract):
    """Somebody with a name: the patient or a subscriber."""

    family: Annotated[str, Doc("Family name", x12="NM103", fhir="Patient.name.family")] = ""
    given: Annotated[str, Doc("First given name", x12="NM104", fhir="Patient.name.given[0]")] = ""
    middle: Annotated[str, Doc("Middle name", x12="NM105", fhir="Patient.name.given[1]")] = ""
    suffix: Annotated[str, Doc("Suffix", x12="NM107", fhir="Patient.name.suffix")] = ""
    birth_date: Annotated[date | None, Doc("Date of birth", x12="DMG02", fhir="Patient.birthDate")] = None
    sex: Annotated[Sex, Doc("Administrative sex", x12="DMG03", fhir="Patient.gender")] = Sex.UNKNOWN
    address: Annotated[Address, Doc("Postal address", x12="N3, N4", fhir="Patient.address")] = Address()


class Patient(Person):
    """The patient; `patient_key` is a hash, safe to partition and to log by."""

    patient_id: Annotated[str, Doc("The EHR's own id", fhir="Patient.id")]
    patient_key: Annotated[str, Doc("Hash of source and patient id: the partition follows it")]
    mrn: Annotated[str, Doc("Medical record number", x12="REF*EA", fhir="Patient.identifier:MR")] = ""
    death_date: Annotated[date | None, Doc("Date of death", x12="PAT06", fhir="Patient.deceased")] = None


class FormPayer(Contract):
    """How a payer is addressed on one form, where it differs: Medicare's part A beside its part B."""

    payer_id: Annotated[str, Doc("Payer id; empty: the coverage's", x12="NM109 (2010BB)")] = ""
    payer_name: Annotated[str, Doc("Payer name; empty: the coverage's", x12="NM103 (2010BB)")] = ""
    filing_indicator: Annotated[str, Doc("Claim filing indicator; empty: the coverage's", x12="SBR09")] = ""


class Coverage(Contract):
    """One insurance of the patient that was active on the day; priority 1 pays first."""

    coverage_id: str
    payer_id: Annotated[str, Doc("Payer id", x12="NM109 (2010BB)", fhir="Coverage.payor")] = ""
    payer_name: Annotated[str, Doc("Payer name", x12="NM103 (2010BB)", fhir="Coverage.payor")] = ""
    payer_kind: Annotated[str, Doc("Rule family: medicare, medicaid, commercial, self_pay, other")] = "other"
    filing_indicator: Annotated[str, Doc("Claim filing indicator code", x12="SBR09")] = ""
    member_id: Annotated[str, Doc("Member id", x12="NM109 (2010BA)", fhir="Coverage.subscriberId")] = ""
    group_number: Annotated[str, Doc("Group number", x12="SBR03", fhir="Coverage.class:group")] = ""
    plan_name: Annotated[str, Doc("Plan name", x12="SBR04", fhir="Coverage.class:plan")] = ""
    priority: Annotated[int, Field(ge=1, le=11), Doc("1 pays first", x12="SBR01", fhir="Coverage.order")] = 1
    period_start: Annotated[date | None, Doc("First day", fhir="Coverage.period.start")] = None
    period_end: Annotated[date | None, Doc("Last day", fhir="Coverage.period.end")] = None
    relationship: Annotated[str, Doc("self, spouse, child, other", x12="SBR02, PAT01")] = "self"
    subscriber: Annotated[Person | None, Doc("The subscriber where not the patient")] = None
    institutional: Annotated[FormPayer | None, Doc("What is another on institutional claims")] = None


class Visit(Contract):
    """Where, when and how the patient was seen."""

    visit_class: VisitClass
    status: VisitStatus
    start: AwareDatetime
    end: AwareDatetime | None = None
    first_day: Annotated[
        date | None,
        Doc("Day of the start by the clock of the place; absent: its day in UTC", x12="DTP*472, DTP*434"),
    ] = None
    last_day: Annotated[
        date | None,
        Doc("Day of the end by the clock of the place; absent: its day in UTC", x12="DTP*472, DTP*434"),
    ] = None
    first_hour: Annotated[
        str, Doc("HHMM of the start by the clock of the place; empty: not known", x12="DTP*435")
    ] = ""
    last_hour: Annotated[
        str, Doc("HHMM of the end by the clock of the place; empty: not known", x12="DTP*096")
    ] = ""
    admitted_on: Annotated[
        date | None,
        Doc("Day of admission, where the visit is a later part of a stay", x12="DTP*435", fhir="partOf"),
    ] = None
    place_of_service: Annotated[str, Doc("CMS place of service code", x12="CLM05-1")] = ""
    types: Annotated[tuple[Coding, ...], Doc("What kind of visit", fhir="Encounter.type")] = ()
    reasons: Annotated[tuple[Coding, ...], Doc("Why", fhir="Encounter.reasonCode")] = ()
    department: Annotated[str, Doc("The site's department: picks the charge master row")] = ""
    admit_type: Annotated[str, Doc("Priority of admission, UB-04 FL 14", x12="CL101")] = ""
    admit_source: Annotated[str, Doc("Point of origin, UB-04 FL 15", x12="CL102")] = ""
    discharge_status: Annotated[str, Doc("Patient discharge status, UB-04 FL 17", x12="CL103")] = ""


class Provider(Contract):
    """A person or an organisation that took part."""

    role: ProviderRole
    npi: Annotated[str, Doc("National provider identifier", x12="NM109", fhir="Practitioner.identifier")] = ""
    taxonomy: Annotated[str, Doc("NUCC taxonomy code", x12="PRV03", fhir="PractitionerRole.specialty")] = ""
    family: Annotated[str, Doc("Family name, or the organisation's name", x12="NM103")] = ""
    given: Annotated[str, Doc("Given name; empty for an organisation", x12="NM104")] = ""
    tax_id: Annotated[str, Doc("Employer identification number", x12="REF*EI")] = ""
    address: Address = Address()
    phone: Annotated[str, Doc("Telephone digits", x12="PER04")] = ""


class Document(Contract):
    """A clinical note. Its text goes no further than the coder ("minimum necessary")."""

    document_id: str
    loinc: Annotated[str, Doc("LOINC document type", fhir="DocumentReference.type")] = ""
    title: str = ""
    date: AwareDatetime | None = None
    text: str = ""


class Diagnosis(Contract):
    """A diagnosis that the EHR states, in any code system."""

    diagnosis_id: str
    codings: tuple[Coding, ...] = ()
    text: str = ""
    rank: Annotated[int | None, Doc("1 is first-listed", fhir="Encounter.diagnosis.rank")] = None
    category: Annotated[str, Doc("encounter-diagnosis or problem-list-item", fhir="Condition.category")] = ""
    clinical_status: Annotated[str, Doc("active, resolved, ...", fhir="Condition.clinicalStatus")] = ""
    verification: Annotated[
        str, Doc("confirmed, provisional, refuted", fhir="Condition.verificationStatus")
    ] = ""
    onset: date | None = None
    present_on_admission: Annotated[str, Doc("Y, N, U or W", x12="HI01-9")] = ""


class Procedure(Contract):
    """Something that was done, in any code system."""

    procedure_id: str
    codings: tuple[Coding, ...] = ()
    text: str = ""
    performed: date | None = None
    status: str = "completed"
    provider_npi: str = ""


class Charge(Contract):
    """One charge as the EHR posted it, before the charge master gave it a billable code."""

    charge_id: str
    codings: tuple[Coding, ...] = ()
    text: str = ""
    claim_type: Annotated[ClaimType | None, Doc("Where the EHR says it", fhir="Claim.type")] = None
    revenue_code: Annotated[str, Doc("NUBC revenue code number", x12="SV201", fhir="Claim.item.revenue")] = ""
    modifiers: Annotated[tuple[str, ...], Doc("Modifiers", x12="SV101-3..6", fhir="Claim.item.modifier")] = ()
    units: Annotated[Quantity, Field(gt=0), Doc("Units", x12="SV104", fhir="Claim.item.quantity")] = Decimal(
        1
    )
    amount: Annotated[
        Charged | None,
        Doc("Line charge in dollars; absent: the charge master's price", fhir="Claim.item.net"),
    ] = None
    service_date: date | None = None
    service_end: date | None = None
    diagnosis_ids: Annotated[tuple[str, ...], Doc("Diagnoses it was done for", fhir="Claim.diagnosis")] = ()
    provider_npi: str = ""
    department: str = ""
    ndc: Annotated[str, Doc("National drug code, 11 digits", x12="LIN03")] = ""
    drug_quantity: Annotated[Quantity | None, Doc("Quantity of the drug", x12="CTP04")] = None
    drug_unit: Annotated[str, Doc("F2, GR, ME, ML or UN", x12="CTP05")] = ""
    prescription: Annotated[
        str, Doc("Prescription number", x12="REF*XZ (2410)", fhir="MedicationRequest.identifier")
    ] = ""


class Result(Contract):
    """A laboratory result or a vital sign."""

    result_id: str
    coding: Coding
    category: Annotated[str, Doc("laboratory or vital-signs", fhir="Observation.category")] = ""
    value: Measure | None = None
    text: str = ""
    unit: str = ""
    effective: AwareDatetime | None = None
    interpretation: str = ""


class Authorization(Contract):
    """What a payer's prior authorisation allows, as its answer said (X12 278, FHIR ClaimResponse)."""

    first_day: Annotated[date | None, Doc("First day of service", fhir="ClaimResponse.preAuthPeriod")] = None
    last_day: Annotated[date | None, Doc("Last day of service", fhir="ClaimResponse.preAuthPeriod")] = None
    units: Annotated[Quantity | None, Doc("Most units of its services; absent: no limit is known")] = None
    codes: Annotated[tuple[str, ...], Doc("CPT or HCPCS numbers it is for; empty: every line")] = ()


class EncounterFacts(Contract):
    """Everything about the encounter that may travel past the coder: no note text, no results."""

    encounter_id: Annotated[str, Doc("The EHR's own id", fhir="Encounter.id")]
    source: Annotated[str, Doc("The site or system that published it")] = ""
    source_message: Annotated[str, Doc("Id of the message that brought it")] = ""
    version: Annotated[int, Field(ge=0), Doc("The EHR's version: higher supersedes lower")] = 0
    event_time: Annotated[AwareDatetime, Doc("The time as of which it is judged, never the wall clock")]
    patient: Patient
    coverages: tuple[Coverage, ...] = ()
    visit: Visit
    providers: tuple[Provider, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    charges: tuple[Charge, ...] = ()
    prior_authorization: Annotated[str, Doc("Prior authorisation number", x12="REF*G1")] = ""
    authorization: Annotated[Authorization | None, Doc("What that authorisation allows, if known")] = None
    referral_number: Annotated[str, Doc("Referral number", x12="REF*9F")] = ""
    condition_codes: Annotated[tuple[str, ...], Doc("UB-04 FL 18 to 28", x12="HI*BG")] = ()
    accident: Annotated[str, Doc("Related cause: AA, EM or OA", x12="CLM11")] = ""
    accident_date: date | None = None
    accident_state: str = ""

    @property
    def service_date(self) -> date:
        """First day of the visit: the date of service by which outpatient codes are judged.

        An Avro time comes back in UTC, where an evening visit in the Americas is already tomorrow: the
        reader of the EHR's message therefore states the day by the clock of the place.
        """
        return self.visit.first_day or self.visit.start.date()

    @property
    def code_date(self) -> date:
        """The day whose code set is in force: discharge for inpatients, else the day of service (CMS)."""
        if self.visit.visit_class is VisitClass.INPATIENT and self.visit.end is not None:
            return self.visit.last_day or self.visit.end.date()
        return self.service_date

    @property
    def charged(self) -> Decimal:
        """Dollars of all charges that carry an amount."""
        return sum((charge.amount for charge in self.charges if charge.amount is not None), NO_DOLLARS)


class Encounter(EncounterFacts):
    """Topic `encounters`: the facts, and what only the coder may read."""

    documents: tuple[Document, ...] = ()
    results: tuple[Result, ...] = ()
    administrations: tuple[Administration, ...] = ()

    def facts(self) -> EncounterFacts:
        """The part that may travel on."""
        return EncounterFacts.trusted(**{name: getattr(self, name) for name in EncounterFacts.model_fields})
