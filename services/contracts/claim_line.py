"""One service line of a claim, with everything that only some lines have."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from services.contracts.base import Charged, Coding, Contract, Doc, Quantity
from services.contracts.claim_parts import (
    Ambulance,
    Attachment,
    Certification,
    CodedAmount,
    ContractTerms,
    Equipment,
    LineAdjudication,
    Pricing,
    QualifiedDate,
    Reference,
)
from services.contracts.encounter import Provider


class ClaimLine(Contract):
    """One service line."""

    number: Annotated[int, Field(ge=1), Doc("From 1", x12="LX01", fhir="Claim.item.sequence")]
    control_number: Annotated[str, Doc("Unique for ever", x12="REF*6R", fhir="Claim.item.extension")]
    charge_id: Annotated[str, Doc("The EHR's charge", fhir="Claim.item.identifier")] = ""
    source_coding: Annotated[Coding | None, Doc("What the EHR charged, where it was mapped")] = None
    code: Annotated[
        str, Doc("CPT or HCPCS number", x12="SV101-2 / SV202-2", fhir="Claim.item.productOrService")
    ] = ""
    modifiers: Annotated[
        tuple[str, ...], Doc("At most four", x12="SV101-3..6", fhir="Claim.item.modifier")
    ] = ()
    revenue_code: Annotated[str, Doc("Institutional only", x12="SV201", fhir="Claim.item.revenue")] = ""
    units: Annotated[Quantity, Doc("Quantity", x12="SV104 / SV205", fhir="Claim.item.quantity")] = Decimal(1)
    unit_of_measure: Annotated[str, Doc("UN units, MJ minutes, DA days", x12="SV103 / SV204")] = "UN"
    amount: Annotated[Charged, Doc("Line charge", x12="SV102 / SV203", fhir="Claim.item.net")]
    place_of_service: Annotated[
        str, Doc("Where unlike the claim's", x12="SV105", fhir="Claim.item.location")
    ] = ""
    pointers: Annotated[
        tuple[int, ...],
        Doc("Places in `diagnoses`, from 1", x12="SV107", fhir="Claim.item.diagnosisSequence"),
    ] = ()
    service_date: Annotated[date, Doc("First day", x12="DTP*472", fhir="Claim.item.serviced")]
    service_end: Annotated[
        date | None, Doc("Last day where not the same", x12="DTP*472", fhir="Claim.item.serviced")
    ] = None
    rendering_npi: Annotated[
        str, Doc("Where unlike the claim's", x12="2420A NM109", fhir="Claim.item.careTeamSequence")
    ] = ""
    ndc: Annotated[str, Doc("National drug code, 11 digits", x12="LIN03", fhir="Claim.item.detail")] = ""
    drug_quantity: Annotated[Quantity | None, Doc("Quantity", x12="CTP04")] = None
    drug_unit: Annotated[str, Doc("F2, GR, ME, ML, UN", x12="CTP05-1")] = ""
    note: Annotated[str, Doc("Line note", x12="NTE02")] = ""
    description: Annotated[str, Doc("Where the code says too little", x12="SV101-7 / SV202-7")] = ""
    noncovered: Annotated[Charged | None, Doc("Part that is not covered", x12="SV207")] = None
    emergency: Annotated[bool, Doc("Professional", x12="SV109", fhir="Claim.item.category")] = False
    epsdt: Annotated[bool, Doc("Found by a child's screening", x12="SV111")] = False
    family_planning: Annotated[bool, Doc("Family planning", x12="SV112")] = False
    copay_exempt: Annotated[bool, Doc("No copayment is due", x12="SV115")] = False
    rendering_provider: Annotated[
        Provider | None, Doc("Where unlike the claim's", x12="2420A (I: 2420C)", fhir="Claim.careTeam")
    ] = None
    ordering_provider: Annotated[
        Provider | None, Doc("Who ordered it", x12="2420E", fhir="Claim.careTeam")
    ] = None
    referring_provider: Annotated[Provider | None, Doc("Where unlike the claim's", x12="2420F")] = None
    supervising_provider: Annotated[Provider | None, Doc("Where unlike the claim's", x12="2420D")] = None
    operating_provider: Annotated[Provider | None, Doc("Institutional", x12="2420A")] = None
    service_facility: Annotated[Provider | None, Doc("Where unlike the claim's", x12="2420C")] = None
    prescription: Annotated[
        str, Doc("Prescription number", x12="REF*XZ (2410)", fhir="Claim.supportingInfo")
    ] = ""
    prior_authorization: Annotated[str, Doc("Where unlike the claim's", x12="REF*G1")] = ""
    referral_number: Annotated[str, Doc("Where unlike the claim's", x12="REF*9F")] = ""
    anesthesia_minutes: Annotated[int | None, Doc("Then the unit of measure is MJ", x12="SV104")] = None
    ambulance: Annotated[Ambulance | None, Doc("Where unlike the claim's", x12="CR1")] = None
    equipment: Annotated[Equipment | None, Doc("Durable medical equipment", x12="SV5, CR3")] = None
    certifications: Annotated[tuple[Certification, ...], Doc("07, 70, 09", x12="2400 CRC")] = ()
    attachments: Annotated[
        tuple[Attachment, ...],
        Doc("Reports of the line", x12="2400 PWK", fhir="Claim.item.informationSequence"),
    ] = ()
    dates: Annotated[
        tuple[QualifiedDate, ...], Doc("471, 607, 463, 461, 304, 738, 739, 011, 455, 454", x12="2400 DTP")
    ] = ()
    references: Annotated[tuple[Reference, ...], Doc("9B, 9D, EW, X4, F4, BT", x12="2400 REF")] = ()
    test_results: Annotated[
        tuple[CodedAmount, ...], Doc("HT, R1, R2, R3, R4 with their value", x12="MEA*TR / MEA*OG")
    ] = ()
    sales_tax: Annotated[Charged | None, Doc("In the line's dollars", x12="AMT*T")] = None
    postage: Annotated[Charged | None, Doc("In the line's dollars", x12="AMT*F4")] = None
    terms: Annotated[ContractTerms | None, Doc("Agreement", x12="2400 CN1")] = None
    pricing: Annotated[Pricing | None, Doc("Repriced", x12="2400 HCP")] = None
    adjudications: Annotated[
        tuple[LineAdjudication, ...], Doc("What payers before the billed one decided", x12="2430")
    ] = ()
