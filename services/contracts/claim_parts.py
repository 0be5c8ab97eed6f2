"""Parts of a claim that only some claims have: what a payer asks for beside diagnoses, lines and dollars.

Qualifiers are X12's own codes; what each means stands in the 005010 implementation guides.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated

from services.contracts.base import Charged, Contract, Doc, Money, Quantity
from services.contracts.encounter import Address


class CodedAmount(Contract):
    """A UB-04 value code with its amount."""

    code: Annotated[str, Doc("Code", x12="HI*BE C022-2", fhir="Claim.supportingInfo.code")]
    amount: Annotated[Money, Doc("Amount", x12="HI*BE C022-5", fhir="Claim.supportingInfo.valueQuantity")]


class CodedPeriod(Contract):
    """A UB-04 occurrence code with its day, or an occurrence span code with its days."""

    code: Annotated[str, Doc("Code", x12="HI*BH, HI*BI C022-2", fhir="Claim.supportingInfo.code")]
    first: Annotated[date, Doc("(First) day", x12="C022-4", fhir="Claim.supportingInfo.timingDate")]
    last: Annotated[date | None, Doc("Last day: makes it a span", x12="C022-4")] = None


class QualifiedDate(Contract):
    """A day that is named by an X12 qualifier."""

    qualifier: Annotated[str, Doc("Which day it is", x12="DTP01", fhir="Claim.supportingInfo.code")]
    first: Annotated[date, Doc("(First) day", x12="DTP03", fhir="Claim.supportingInfo.timingDate")]
    last: Annotated[date | None, Doc("Last day where it is a period", x12="DTP03")] = None


class Reference(Contract):
    """A number that is named by an X12 qualifier."""

    qualifier: Annotated[str, Doc("Which number it is", x12="REF01", fhir="Claim.supportingInfo.code")]
    value: Annotated[str, Doc("The number", x12="REF02", fhir="Claim.supportingInfo.valueString")]


class Attachment(Contract):
    """A report that goes with the claim by another way."""

    report_type: Annotated[str, Doc("What it is", x12="PWK01", fhir="Claim.supportingInfo.code")]
    transmission: Annotated[str, Doc("How it is sent: AA, BM, EL, EM, FT, FX", x12="PWK02")]
    control_number: Annotated[
        str, Doc("Number on it", x12="PWK06", fhir="Claim.supportingInfo.valueAttachment.title")
    ] = ""


class Certification(Contract):
    """Conditions that somebody certifies: ambulance, vision, homebound, EPSDT, hospice, DME."""

    category: Annotated[str, Doc("07, 09, 70, 75, E1, E2, E3, ZZ", x12="CRC01")]
    applies: Annotated[bool, Doc("Whether they apply", x12="CRC02")] = True
    conditions: Annotated[tuple[str, ...], Doc("One to five condition codes", x12="CRC03..07")]


class Ambulance(Contract):
    """A transport by ambulance."""

    reason: Annotated[str, Doc("Why it was necessary: A to E", x12="CR104", fhir="Claim.supportingInfo")]
    miles: Annotated[Quantity, Doc("Miles with the patient aboard", x12="CR106")]
    patient_weight: Annotated[Quantity | None, Doc("Pounds", x12="CR102")] = None
    round_trip_purpose: Annotated[str, Doc("Text", x12="CR109")] = ""
    stretcher_purpose: Annotated[str, Doc("Text", x12="CR110")] = ""
    pick_up: Annotated[Address | None, Doc("From", x12="2310E / 2420G", fhir="Claim.item.location")] = None
    drop_off: Annotated[Address | None, Doc("To", x12="2310F / 2420H")] = None
    drop_off_name: Annotated[str, Doc("Name of the place", x12="2310F NM103")] = ""
    patients: Annotated[int | None, Doc("How many were aboard (line)", x12="QTY*PT")] = None


class Equipment(Contract):
    """Durable medical equipment on a line: its rental or sale and its certificate."""

    days: Annotated[int, Doc("Length of need in days", x12="SV503")]
    rental_price: Annotated[Charged, Doc("Per period", x12="SV504")]
    purchase_price: Annotated[Charged, Doc("Sale", x12="SV505")]
    rental_unit: Annotated[str, Doc("Period: 1 week, 4 month, 6 day", x12="SV506")]
    certificate: Annotated[str, Doc("I initial, R renewal, S revised", x12="CR301")] = ""
    months: Annotated[Quantity | None, Doc("Length of need on the certificate", x12="CR303")] = None


class ContractTerms(Contract):
    """The agreement under which the payer pays."""

    kind: Annotated[str, Doc("01 DRG, 02 per day, 04 flat, 05 capitated, 06 percent, 09 other", x12="CN101")]
    amount: Annotated[Money | None, Doc("Dollars", x12="CN102")] = None
    percent: Annotated[Quantity | None, Doc("Percent", x12="CN103")] = None
    code: Annotated[str, Doc("Contract", x12="CN104")] = ""
    discount_percent: Annotated[Quantity | None, Doc("For early payment", x12="CN105")] = None
    version: Annotated[str, Doc("Version", x12="CN106")] = ""


class Pricing(Contract):
    """What a repricer made of the claim or line."""

    method: Annotated[str, Doc("How it was priced: 00 to 14", x12="HCP01")]
    allowed: Annotated[Money, Doc("Allowed dollars", x12="HCP02")]
    saved: Annotated[Money | None, Doc("Saved dollars", x12="HCP03")] = None
    organization: Annotated[str, Doc("Repricer's id", x12="HCP04")] = ""


class Adjustment(Contract):
    """Dollars that a payer did not pay, and why; charged = paid + all adjustments."""

    group: Annotated[
        str,
        Doc("CO contract, PR patient, OA other, PI payer", x12="CAS01", fhir="ClaimResponse.adjudication"),
    ]
    reason: Annotated[str, Doc("Claim adjustment reason code number", x12="CAS02")]
    amount: Annotated[Money, Doc("Dollars; negative gives back", x12="CAS03")]
    quantity: Annotated[Quantity | None, Doc("Units", x12="CAS04")] = None


class LineAdjudication(Contract):
    """What another payer decided about a line."""

    payer_id: Annotated[str, Doc("The payer, as in `payers`", x12="SVD01")]
    paid: Annotated[Money, Doc("Dollars paid", x12="SVD02")]
    code: Annotated[str, Doc("Code that was paid", x12="SVD03-2")] = ""
    modifiers: Annotated[tuple[str, ...], Doc("Its modifiers", x12="SVD03-3..6")] = ()
    revenue_code: Annotated[str, Doc("Institutional", x12="SVD04")] = ""
    units: Annotated[Quantity, Doc("Units paid", x12="SVD05")] = Decimal(1)
    bundled_into: Annotated[int | None, Doc("Line that it was bundled into", x12="SVD06")] = None
    adjustments: Annotated[tuple[Adjustment, ...], Doc("Why not all", x12="2430 CAS")] = ()
    adjudicated_on: Annotated[date, Doc("Day of the decision", x12="2430 DTP*573")]
    remaining: Annotated[Money | None, Doc("Left to the patient", x12="2430 AMT*EAF")] = None


class ClaimAdjudication(Contract):
    """What another payer decided about the whole claim."""

    paid: Annotated[Money, Doc("Dollars paid", x12="2320 AMT*D", fhir="Claim.insurance.claimResponse")]
    adjudicated_on: Annotated[
        date | None, Doc("Day of the decision, where lines do not state it", x12="2330B DTP*573")
    ] = None
    adjustments: Annotated[tuple[Adjustment, ...], Doc("Of the claim, not of its lines", x12="2320 CAS")] = ()
    noncovered: Annotated[Money | None, Doc("Not covered", x12="2320 AMT*A8")] = None
    remaining: Annotated[Money | None, Doc("Left to the patient", x12="2320 AMT*EAF")] = None
    remarks: Annotated[tuple[str, ...], Doc("Remark code numbers", x12="MOA03..07, MIA05, MIA20..23")] = ()
    covered_days: Annotated[int | None, Doc("Inpatient days paid", x12="MIA01")] = None
    control_number: Annotated[str, Doc("The payer's claim number", x12="2330B REF*F8")] = ""
