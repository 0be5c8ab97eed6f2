"""Loop 2300 of the 837P (005010X222A1): a claim without its billing provider and subscriber."""

from collections.abc import Iterable, Sequence
from typing import Final

from services.claims.x12 import lines as service_lines
from services.claims.x12 import situational
from services.claims.x12.adjudicated import other_payer
from services.claims.x12.lines import differs, rendering
from services.claims.x12.parties import address, provider, reference
from services.claims.x12.rarely import Rarely
from services.claims.x12.split import Part
from services.claims.x12.text import (
    ELEMENT,
    as_it_stands,
    bare,
    clean,
    code,
    composite,
    dated,
    day,
    money,
    segment,
)
from services.contracts.claim import Claim

VERSION: Final = "005010X222A1"


_SITUATION: Final = Rarely(
    Claim,
    *("dates", "accident_date", "admission_day", "discharge_day", "attachments", "terms", "patient_paid"),
    *("file_information", "note", "ambulance", "certifications"),
    *("anesthesia_codes", "condition_codes", "pricing"),
    *("referral_number", "prior_authorization", "original_reference", "references"),
    *("referring_provider", "service_facility", "supervising_provider"),
)


def claim(part: Part) -> list[str]:
    """The segments from CLM to the last line; raises `NotCarried`."""
    bill = part.claim
    special = _SITUATION.said(bill)
    out = [header(part)]
    if special:
        out += _dates(bill)
        out += _agreed(bill)
    out += numbers(bill) if special else reference("EA", bill.patient.mrn)
    if special:
        out += _said(bill)
    out += diagnoses(bill)
    if special:
        out += situational.health_codes("BP", bill.anesthesia_codes[:2])
        out += situational.health_codes("BG", bill.condition_codes)
        out += situational.pricing(bill.pricing)
    out += _providers(bill) if special else _rendering(bill)
    for payer in bill.payers[1:]:
        out += other_payer(payer, bill)
    out += service_lines.professional(bill, part.lines)
    return out


def _agreed(bill: Claim) -> Iterable[str]:
    """Reports, terms and what the patient has paid."""
    yield from situational.attachments(bill.attachments)
    yield from situational.terms(bill.terms)
    if bill.patient_paid is not None:
        yield f"AMT*F5*{money(bill.patient_paid)}"


def _said(bill: Claim) -> Iterable[str]:
    """What regulators ask for, a note, an ambulance's transport, certified conditions."""
    for text in bill.file_information:
        yield f"K3*{clean(text, 80)}"
    yield from situational.note(bill.note_kind, bill.note)
    yield from situational.ambulance(bill.ambulance)
    yield from situational.certifications(bill.certifications)


def header(part: Part) -> str:
    """CLM."""
    bill = part.claim
    payer = bill.payers[0]
    number, total = as_it_stands(part.control_number), money(part.total)
    signed, accepted = "Y" if bill.signature_on_file else "N", code(bill.assignment)
    agreed = f"{signed}*{accepted}*{code(payer.benefits_assigned)}*{code(payer.release)}"
    head = f"CLM*{number}*{total}***{code(bill.place_of_service)}:B:{bill.frequency}*{agreed}"
    if bill.accident or bill.special_program or bill.delay_reason:
        head = f"{head}**{_unusual(bill)}"
    return head.rstrip(ELEMENT)


def _unusual(bill: Claim) -> str:
    """CLM11 to CLM20: an accident, a program, a delay."""
    cause = composite(code(bill.accident), "", "", code(bill.accident_state)) if bill.accident else ""
    return segment(cause, code(bill.special_program), *[""] * 7, code(bill.delay_reason))


def _dates(bill: Claim) -> Iterable[str]:
    yield from situational.dates(bill.dates)
    if bill.accident_date is not None:
        yield f"DTP*439*D8*{day(bill.accident_date)}"
    if bill.admission_day is not None:
        yield dated("435", bill.admission_day)
    if bill.discharge_day is not None:
        yield dated("096", bill.discharge_day)


def numbers(bill: Claim) -> Sequence[str]:
    """REF of the claim: named fields, then the rarer ones by qualifier."""
    return (
        *reference("9F", bill.referral_number),
        *reference("G1", bill.prior_authorization),
        *reference("F8", bill.original_reference),
        *situational.references(bill.references),
        *reference("EA", bill.patient.mrn),
    )


def diagnoses(bill: Claim) -> Sequence[str]:
    """HI: the first-listed diagnosis, then the others, twelve at most."""
    listed = [bare(each.code) for each in bill.diagnoses[:12]]
    return ("HI*ABK:" + "*ABF:".join(listed),) if listed else ()


def _rendering(bill: Claim) -> Sequence[str]:
    who = bill.rendering_provider
    return rendering(who) if who is not None and differs(who, bill.billing_provider) else ()


def _providers(bill: Claim) -> Iterable[str]:
    """Loop 2310: who did something and is not the billing provider."""
    if bill.referring_provider is not None:
        yield provider("DN", bill.referring_provider)
    yield from _rendering(bill)
    facility = bill.service_facility
    if facility is not None and differs(facility, bill.billing_provider) and address(facility.address):
        yield provider("77", facility)
        yield from address(facility.address)
    if bill.supervising_provider is not None:
        yield provider("DQ", bill.supervising_provider)
    yield from situational.ambulance_places(bill.ambulance)
