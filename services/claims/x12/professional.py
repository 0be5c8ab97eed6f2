"""Loop 2300 of the 837P (005010X222A1): a claim without its billing provider and subscriber."""

from collections.abc import Iterable
from typing import Final

from services.claims.x12 import lines as service_lines
from services.claims.x12 import situational
from services.claims.x12.adjudicated import other_payer
from services.claims.x12.lines import differs, rendering
from services.claims.x12.parties import address, provider, reference
from services.claims.x12.split import Part
from services.claims.x12.text import bare, clean, composite, dated, day, money, segment
from services.contracts.claim import Claim

VERSION: Final = "005010X222A1"


def claim(part: Part) -> Iterable[str]:
    """The segments from CLM to the last line."""
    bill = part.claim
    yield header(part)
    yield from _dates(bill)
    if bill.attachments:
        yield from situational.attachments(bill.attachments)
    if bill.terms is not None:
        yield from situational.terms(bill.terms)
    if bill.patient_paid is not None:
        yield f"AMT*F5*{money(bill.patient_paid)}"
    yield from numbers(bill)
    for text in bill.file_information:
        yield f"K3*{clean(text, 80)}"
    yield from _said(bill)
    yield from diagnoses(bill)
    if bill.anesthesia_codes:
        yield from situational.health_codes("BP", bill.anesthesia_codes[:2])
    if bill.condition_codes:
        yield from situational.health_codes("BG", bill.condition_codes)
    if bill.pricing is not None:
        yield from situational.pricing(bill.pricing)
    yield from _providers(bill)
    for payer in bill.payers[1:]:
        yield from other_payer(payer, bill)
    yield from service_lines.professional(bill, part.lines)


def _said(bill: Claim) -> Iterable[str]:
    """What few claims say: a note, an ambulance's transport, certified conditions."""
    if bill.note:
        yield from situational.note(bill.note_kind, bill.note)
    if bill.ambulance is not None:
        yield from situational.ambulance(bill.ambulance)
    if bill.certifications:
        yield from situational.certifications(bill.certifications)


def header(part: Part) -> str:
    """CLM."""
    bill = part.claim
    payer = bill.payers[0]
    place = composite(bill.place_of_service, "B", bill.frequency.value)
    cause = composite(bill.accident, "", "", bill.accident_state) if bill.accident else ""
    signed = "Y" if bill.signature_on_file else "N"
    tail = ("", cause, bill.special_program, *[""] * 7, bill.delay_reason)
    assigned, release = payer.benefits_assigned, payer.release
    total = money(part.total)
    return segment(
        "CLM", part.control_number, total, "", "", place, signed, bill.assignment, assigned, release, *tail
    )


def _dates(bill: Claim) -> Iterable[str]:
    if bill.dates:
        yield from situational.dates(bill.dates)
    if bill.accident_date is not None:
        yield f"DTP*439*D8*{day(bill.accident_date)}"
    if bill.admission_day is not None:
        yield dated("435", bill.admission_day)
    if bill.discharge_day is not None:
        yield dated("096", bill.discharge_day)


def numbers(bill: Claim) -> Iterable[str]:
    """REF of the claim: named fields, then the rarer ones by qualifier."""
    yield from reference("9F", bill.referral_number)
    yield from reference("G1", bill.prior_authorization)
    yield from reference("F8", bill.original_reference)
    if bill.references:
        yield from situational.references(bill.references)
    yield from reference("EA", bill.patient.mrn)


def diagnoses(bill: Claim) -> Iterable[str]:
    """HI: the first-listed diagnosis, then the others, twelve at most."""
    listed = [bare(each.code) for each in bill.diagnoses[:12]]
    if listed:
        yield segment("HI", f"ABK:{listed[0]}", *(f"ABF:{code}" for code in listed[1:]))


def _providers(bill: Claim) -> Iterable[str]:
    """Loop 2310: who did something and is not the billing provider."""
    if bill.referring_provider is not None:
        yield provider("DN", bill.referring_provider)
    if bill.rendering_provider is not None and differs(bill.rendering_provider, bill.billing_provider):
        yield from rendering(bill.rendering_provider)
    facility = bill.service_facility
    if facility is not None and differs(facility, bill.billing_provider) and address(facility.address):
        yield provider("77", facility)
        yield from address(facility.address)
    if bill.supervising_provider is not None:
        yield provider("DQ", bill.supervising_provider)
    if bill.ambulance is not None:
        yield from situational.ambulance_places(bill.ambulance)
