"""The claim record: everything an 837 or a FHIR Claim needs, without going back to the encounter."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from services.contracts.base import Charged, Contract, Doc, Finding, Quantity, StrMap
from services.contracts.claim_line import ClaimLine
from services.contracts.claim_parts import (
    Ambulance,
    Attachment,
    Certification,
    ClaimAdjudication,
    CodedAmount,
    CodedPeriod,
    ContractTerms,
    Pricing,
    QualifiedDate,
    Reference,
)
from services.contracts.coding import AppliedDecision, Evidence
from services.contracts.encounter import Address, ClaimType, Patient, Person, Provider

__all__ = [
    "Bill",
    "Claim",
    "ClaimDiagnosis",
    "ClaimLine",
    "ClaimPayer",
    "ClaimProcedure",
    "Frequency",
    "PayerSequence",
]


class Frequency(StrEnum):
    """Claim frequency (X12 CLM05-3, UB-04 type of bill digit 4); 2 to 4: a stay that is billed in parts."""

    ORIGINAL = "1"
    FIRST_INTERIM = "2"
    CONTINUING = "3"
    LAST_INTERIM = "4"
    REPLACEMENT = "7"
    VOID = "8"

    @property
    def first_of_its_claim(self) -> bool:
        """Whether it corrects no claim that was issued before."""
        return self not in (Frequency.REPLACEMENT, Frequency.VOID)


class PayerSequence(StrEnum):
    """Payer responsibility sequence (X12 SBR01): primary, secondary, tertiary, then A to H."""

    PRIMARY = "P"
    SECONDARY = "S"
    TERTIARY = "T"
    FOURTH = "A"
    FIFTH = "B"
    SIXTH = "C"
    SEVENTH = "D"
    EIGHTH = "E"
    NINTH = "F"
    TENTH = "G"
    ELEVENTH = "H"


class ClaimPayer(Contract):
    """One payer of the claim with the subscriber it knows; the first of `Claim.payers` is billed."""

    sequence: Annotated[PayerSequence, Doc("Responsibility", x12="SBR01", fhir="Claim.insurance.sequence")]
    coverage_id: Annotated[str, Doc("The encounter's coverage", fhir="Claim.insurance.coverage")] = ""
    payer_id: Annotated[str, Doc("Payer id", x12="2010BB NM109", fhir="Claim.insurer.identifier")]
    payer_name: Annotated[str, Doc("Payer name", x12="2010BB NM103", fhir="Claim.insurer.display")]
    payer_kind: Annotated[str, Doc("medicare, medicaid, commercial, ...")] = "other"
    filing_indicator: Annotated[str, Doc("Claim filing indicator", x12="SBR09")] = ""
    member_id: Annotated[str, Doc("Member id", x12="2010BA NM109", fhir="Coverage.subscriberId")]
    group_number: Annotated[str, Doc("Group number", x12="SBR03", fhir="Coverage.class")] = ""
    plan_name: Annotated[str, Doc("Plan name", x12="SBR04", fhir="Coverage.class")] = ""
    relationship: Annotated[
        str, Doc("Patient to subscriber", x12="SBR02, PAT01", fhir="Coverage.relationship")
    ] = "self"
    subscriber: Annotated[Person, Doc("Subscriber", x12="2010BA", fhir="Coverage.subscriber")]
    payer_address: Annotated[Address | None, Doc("Payer's address", x12="2010BB N3, N4")] = None
    insurance_type: Annotated[str, Doc("Why Medicare pays second", x12="SBR05")] = ""
    benefits_assigned: Annotated[
        str, Doc("Y, N or W: pay the provider", x12="CLM08, OI03", fhir="Claim.payee")
    ] = "Y"
    release: Annotated[str, Doc("Y or I: information may be given", x12="CLM09, OI06")] = "Y"
    prior_authorization: Annotated[
        str,
        Doc("Of this payer where it is not billed", x12="2330B REF*G1", fhir="Claim.insurance.preAuthRef"),
    ] = ""
    property_casualty_number: Annotated[str, Doc("Claim of the accident's insurer", x12="2010BA REF*Y4")] = ""
    provider_numbers: Annotated[
        tuple[Reference, ...],
        Doc("The payer's own numbers of the billing provider: G2, LU", x12="2010BB REF"),
    ] = ()
    adjudication: Annotated[
        ClaimAdjudication | None, Doc("What it decided, where it came before the payer that is billed")
    ] = None


class ClaimDiagnosis(Contract):
    """One diagnosis of the claim; its place in the list is its pointer, from 1."""

    code: Annotated[
        str, Doc("ICD-10-CM, with its dot", x12="HI C022-2 (no dot)", fhir="Claim.diagnosis.diagnosis")
    ]
    title: Annotated[str, Doc("For people; not sent")] = ""
    role: Annotated[
        str,
        Doc(
            "principal, first_listed, secondary, external_cause; institutional also admitting, visit_reason",
            x12="HI C022-1",
            fhir="Claim.diagnosis.type",
        ),
    ]
    present_on_admission: Annotated[
        str, Doc("Y, N, U, W", x12="HI C022-9", fhir="Claim.diagnosis.onAdmission")
    ] = ""
    rules: Annotated[tuple[str, ...], Doc("Rules that chose it")] = ()
    reason: Annotated[str, Doc("One sentence for an auditor")] = ""
    confidence: float = 1.0
    evidence: Annotated[tuple[Evidence, ...], Doc("Where the documentation says so")] = ()


class ClaimProcedure(Contract):
    """An ICD-10-PCS procedure of an institutional inpatient claim; the first is the principal one."""

    code: Annotated[str, Doc("ICD-10-PCS", x12="HI BBR/BBQ", fhir="Claim.procedure.procedure")]
    performed: Annotated[date | None, Doc("Day", x12="HI C022-4", fhir="Claim.procedure.date")] = None


class Bill(Contract):
    """What is billed: the part of a claim that a payer sees and that makes two claims the same."""

    claim_id: Annotated[str, Doc("Hash of encounter, payer and claim type", fhir="Claim.identifier")]
    claim_type: Annotated[ClaimType, Doc("837P or 837I", x12="ST03", fhir="Claim.type")]
    patient_control_number: Annotated[
        str,
        Field(max_length=20),
        Doc("Derived; the same for all versions", x12="CLM01", fhir="Claim.identifier"),
    ]
    patient: Annotated[Patient, Doc("Patient", x12="2010CA / 2010BA", fhir="Claim.patient")]
    payers: Annotated[
        tuple[ClaimPayer, ...],
        Doc("In paying order; the first is billed", x12="2000B, 2320", fhir="Claim.insurance"),
    ]
    billing_provider: Annotated[Provider, Doc("Billing provider", x12="2010AA", fhir="Claim.provider")]
    rendering_provider: Annotated[Provider | None, Doc("Rendering", x12="2310B", fhir="Claim.careTeam")] = (
        None
    )
    attending_provider: Annotated[
        Provider | None, Doc("Attending (837I)", x12="2310A", fhir="Claim.careTeam")
    ] = None
    operating_provider: Annotated[
        Provider | None, Doc("Operating (837I)", x12="2310B", fhir="Claim.careTeam")
    ] = None
    referring_provider: Annotated[Provider | None, Doc("Referring", x12="2310A", fhir="Claim.careTeam")] = (
        None
    )
    supervising_provider: Annotated[
        Provider | None, Doc("Supervising", x12="2310D", fhir="Claim.careTeam")
    ] = None
    service_facility: Annotated[
        Provider | None, Doc("Service facility", x12="2310C / 2310E", fhir="Claim.facility")
    ] = None
    pay_to_address: Annotated[Address | None, Doc("Pay-to address", x12="2010AB")] = None
    place_of_service: Annotated[str, Doc("Professional", x12="CLM05-1", fhir="Claim.item.location")] = ""
    type_of_bill: Annotated[
        str, Doc("First two digits; the frequency is the third", x12="CLM05-1", fhir="Claim.subType")
    ] = ""
    part_of_stay: Annotated[
        str, Doc("2 first, 3 next, 4 last part of a stay that is billed in parts", x12="CLM05-3")
    ] = ""
    statement_from: Annotated[
        date, Doc("First day of service", x12="DTP*434", fhir="Claim.billablePeriod.start")
    ]
    statement_through: Annotated[
        date, Doc("Last day of service", x12="DTP*434", fhir="Claim.billablePeriod.end")
    ]
    admission_time: Annotated[AwareDatetime | None, Doc("Admission", x12="DTP*435")] = None
    admit_type: Annotated[str, Doc("UB-04 FL 14", x12="CL101")] = ""
    admit_source: Annotated[str, Doc("UB-04 FL 15", x12="CL102")] = ""
    discharge_status: Annotated[str, Doc("UB-04 FL 17", x12="CL103")] = ""
    diagnoses: Annotated[tuple[ClaimDiagnosis, ...], Doc("In claim order", x12="HI", fhir="Claim.diagnosis")]
    procedures: Annotated[
        tuple[ClaimProcedure, ...], Doc("ICD-10-PCS", x12="HI*BBR", fhir="Claim.procedure")
    ] = ()
    lines: Annotated[tuple[ClaimLine, ...], Doc("Service lines", x12="2400", fhir="Claim.item")]
    total: Annotated[Charged, Doc("Equal to the sum of the lines", x12="CLM02", fhir="Claim.total")]
    prior_authorization: Annotated[
        str, Doc("Prior authorisation", x12="REF*G1", fhir="Claim.insurance.preAuthRef")
    ] = ""
    referral_number: Annotated[str, Doc("Referral", x12="REF*9F", fhir="Claim.referral")] = ""
    accident: Annotated[str, Doc("AA, EM or OA", x12="CLM11", fhir="Claim.accident.type")] = ""
    accident_date: Annotated[date | None, Doc("Day", x12="DTP*439", fhir="Claim.accident.date")] = None
    accident_state: Annotated[str, Doc("State", x12="CLM11-4", fhir="Claim.accident.location")] = ""
    note: Annotated[str, Doc("Claim note", x12="NTE02", fhir="Claim.supportingInfo")] = ""
    note_kind: Annotated[str, Doc("ADD, CER, DCP, DGN, TPO", x12="NTE01")] = "ADD"
    other_operating_provider: Annotated[Provider | None, Doc("Institutional", x12="2310C")] = None
    admission_day: Annotated[
        date | None,
        Doc("By the clock of the place", x12="DTP*435", fhir="Claim.supportingInfo:admissionperiod"),
    ] = None
    admission_hour: Annotated[str, Doc("HHMM by the clock of the place", x12="DTP*435")] = ""
    discharge_day: Annotated[date | None, Doc("Professional: of the stay", x12="DTP*096")] = None
    discharge_hour: Annotated[str, Doc("HHMM by the clock of the place", x12="DTP*096")] = ""
    drg: Annotated[str, Doc("Diagnosis related group", x12="HI*DR", fhir="Claim.supportingInfo:drg")] = ""
    value_codes: Annotated[tuple[CodedAmount, ...], Doc("UB-04 FL 39-41", x12="HI*BE")] = ()
    occurrence_codes: Annotated[tuple[CodedPeriod, ...], Doc("UB-04 FL 31-34", x12="HI*BH")] = ()
    occurrence_spans: Annotated[tuple[CodedPeriod, ...], Doc("UB-04 FL 35-36", x12="HI*BI")] = ()
    condition_codes: Annotated[tuple[str, ...], Doc("UB-04 FL 18-28", x12="HI*BG")] = ()
    anesthesia_codes: Annotated[tuple[str, ...], Doc("Surgery that was anesthetised", x12="HI*BP")] = ()
    dates: Annotated[
        tuple[QualifiedDate, ...],
        Doc(
            "431, 454, 304, 453, 484, 455, 471, 314, 360, 361, 297, 296, 090, 091, 444, 050",
            x12="2300 DTP",
            fhir="Claim.supportingInfo",
        ),
    ] = ()
    references: Annotated[
        tuple[Reference, ...],
        Doc("4N, F5, EW, X4, 9A, 9C, LX, D9, P4, 1J, LU, G4", x12="2300 REF", fhir="Claim.supportingInfo"),
    ] = ()
    assignment: Annotated[str, Doc("A, B or C: the provider accepts", x12="CLM07")] = "A"
    signature_on_file: Annotated[bool, Doc("Of the provider", x12="CLM06")] = True
    delay_reason: Annotated[str, Doc("Why it is late: 1 to 15", x12="CLM20")] = ""
    special_program: Annotated[str, Doc("02, 03, 05, 09", x12="CLM12")] = ""
    patient_paid: Annotated[
        Charged | None, Doc("Dollars already paid by the patient", x12="AMT*F5", fhir="Claim.supportingInfo")
    ] = None
    patient_estimate: Annotated[Charged | None, Doc("Institutional: due from the patient", x12="AMT*F3")] = (
        None
    )
    patient_weight: Annotated[Quantity | None, Doc("Pounds", x12="PAT08")] = None
    pregnant: Annotated[bool, Doc("Pregnant", x12="PAT09")] = False
    ambulance: Annotated[Ambulance | None, Doc("Transport", x12="CR1, 2310E, 2310F")] = None
    certifications: Annotated[tuple[Certification, ...], Doc("07, E1-E3, 75, ZZ", x12="2300 CRC")] = ()
    attachments: Annotated[
        tuple[Attachment, ...], Doc("Reports", x12="2300 PWK", fhir="Claim.supportingInfo")
    ] = ()
    terms: Annotated[ContractTerms | None, Doc("Agreement", x12="2300 CN1")] = None
    pricing: Annotated[Pricing | None, Doc("Repriced", x12="2300 HCP")] = None
    file_information: Annotated[tuple[str, ...], Doc("What a regulator asks for", x12="K301")] = ()


class Claim(Bill):
    """Topic `claims`: one decision to bill, replace or void; the highest version of an id is in force."""

    version: Annotated[int, Field(ge=1), Doc("From 1, without gaps")]
    frequency: Annotated[
        Frequency,
        Doc("1 whole; 2 first, 3 next, 4 last part of a stay; 7 replacement, 8 void", x12="CLM05-3"),
    ]
    original_reference: Annotated[
        str,
        Doc(
            "The payer's control number of the claim replaced or voided",
            x12="REF*F8",
            fhir="Claim.related.reference",
        ),
    ] = ""
    follows: Annotated[
        str, Doc("The claim to the payer before, whose decision is in this one; empty: the first payer's")
    ] = ""
    encounter_id: Annotated[str, Doc("The EHR's encounter", fhir="Claim.item.encounter")]
    encounter_claims: Annotated[
        tuple[str, ...], Doc("Every claim ever issued for the encounter", fhir="Claim.related")
    ]
    encounter_version: int
    patient_key: str
    event_time: Annotated[
        AwareDatetime, Doc("The time as of which it was judged", x12="BHT04", fhir="Claim.created")
    ]
    digest: Annotated[str, Doc("SHA-256 of what is billed: equal digests are the same bill")]
    findings: Annotated[
        tuple[Finding, ...], Doc("Warnings, bypasses and rules not checked: never hidden")
    ] = ()
    decisions: Annotated[tuple[AppliedDecision, ...], Doc("What people decided")] = ()
    versions: Annotated[StrMap, Doc("Table, rule set or program -> version")] = {}
