"""Loop 2300 of the 837I (005010X223A2): a claim without its billing provider and subscriber."""

from collections.abc import Iterable, Sequence
from typing import Final

from services.claims.x12 import lines as service_lines
from services.claims.x12 import situational
from services.claims.x12.adjudicated import other_payer
from services.claims.x12.lines import differs
from services.claims.x12.parties import address, provider
from services.claims.x12.professional import numbers
from services.claims.x12.split import Part
from services.claims.x12.text import as_it_stands, bare, clean, code, composite, dated, day, money, segment
from services.contracts.claim import Claim, ClaimDiagnosis
from services.contracts.claim_parts import CodedPeriod

VERSION: Final = "005010X223A2"

ADMITTING: Final = "admitting"
VISIT_REASON: Final = "visit_reason"
EXTERNAL_CAUSE: Final = "external_cause"


def claim(part: Part) -> list[str]:
    """The segments from CLM to the last line; raises `NotCarried`."""
    return list(_loops(part))


def _loops(part: Part) -> Iterable[str]:
    bill = part.claim
    yield _header(part)
    yield from _dates(bill)
    if bill.admit_type or bill.admit_source or bill.discharge_status:
        yield segment("CL1", code(bill.admit_type), code(bill.admit_source), code(bill.discharge_status))
    yield from situational.attachments(bill.attachments)
    yield from situational.terms(bill.terms)
    if bill.patient_estimate is not None:
        yield f"AMT*F3*{money(bill.patient_estimate)}"
    yield from numbers(bill)
    for text in bill.file_information:
        yield f"K3*{clean(text, 80)}"
    yield from situational.note(bill.note_kind, bill.note)
    yield from situational.certifications(bill.certifications)
    yield from _diagnoses(bill)
    yield from _procedures(bill)
    yield from _codes(bill)
    yield from situational.pricing(bill.pricing)
    yield from _providers(bill)
    for payer in bill.payers[1:]:
        yield from other_payer(payer, bill)
    yield from service_lines.institutional(bill, part.lines)


def _header(part: Part) -> str:
    bill = part.claim
    payer = bill.payers[0]
    place = composite(code(bill.type_of_bill), "A", bill.frequency.value)
    tail = (*[""] * 10, code(bill.delay_reason))
    assignment, assigned, release = map(code, (bill.assignment, payer.benefits_assigned, payer.release))
    total = money(part.total)
    return segment(
        "CLM",
        as_it_stands(part.control_number),
        total,
        "",
        "",
        place,
        "",
        assignment,
        assigned,
        release,
        *tail,
    )


def _dates(bill: Claim) -> Iterable[str]:
    if bill.discharge_hour:
        yield f"DTP*096*TM*{code(bill.discharge_hour)}"
    yield dated("434", bill.statement_from, bill.statement_through)
    if bill.admission_day is not None and bill.admission_hour:
        yield f"DTP*435*DT*{day(bill.admission_day)}{code(bill.admission_hour)}"
    elif bill.admission_day is not None:
        yield dated("435", bill.admission_day)
    yield from situational.dates([each for each in bill.dates if each.qualifier == "050"])


def _diagnoses(bill: Claim) -> Iterable[str]:
    """HI of diagnoses; present-on-admission stands with principal, others and external causes."""
    main = [each for each in bill.diagnoses if each.role not in (ADMITTING, VISIT_REASON, EXTERNAL_CAUSE)]
    if main:
        yield f"HI*{_coded('ABK', main[0])}"
    yield from _plain(bill, ADMITTING, "ABJ", 1)
    yield from _plain(bill, VISIT_REASON, "APR", 3)
    external = [each for each in bill.diagnoses if each.role == EXTERNAL_CAUSE][:12]
    if external:
        yield segment("HI", *(_coded("ABN", each) for each in external))
    if bill.drg:
        yield f"HI*DR:{clean(code(bill.drg), 30)}"
    others = [_coded("ABF", each) for each in main[1:25]]
    for start in range(0, len(others), 12):
        yield segment("HI", *others[start : start + 12])


def _plain(bill: Claim, role: str, qualifier: str, most: int) -> Iterable[str]:
    codes = [bare(each.code) for each in bill.diagnoses if each.role == role][:most]
    if codes:
        yield segment("HI", *(f"{qualifier}:{each}" for each in codes))


def _coded(qualifier: str, diagnosis: ClaimDiagnosis) -> str:
    return composite(qualifier, bare(diagnosis.code), *[""] * 6, code(diagnosis.present_on_admission))


def _procedures(bill: Claim) -> Iterable[str]:
    """HI of ICD-10-PCS: the principal one, then twelve a segment."""
    coded = [
        composite(bare(each.code), *(("D8", day(each.performed)) if each.performed else ()))
        for each in bill.procedures[:25]
    ]
    if coded:
        yield f"HI*BBR:{coded[0]}"
    for start in range(1, len(coded), 12):
        yield segment("HI", *(f"BBQ:{each}" for each in coded[start : start + 12]))


def _codes(bill: Claim) -> Iterable[str]:
    """HI of occurrence spans, occurrences, values and conditions."""
    yield from _grouped(_spans(bill.occurrence_spans))
    yield from _grouped(
        composite("BH", code(each.code), "D8", day(each.first)) for each in bill.occurrence_codes
    )
    yield from _grouped(composite("BE", code(v.code), "", "", money(v.amount)) for v in bill.value_codes)
    yield from situational.health_codes("BG", bill.condition_codes)


def _spans(given: Sequence[CodedPeriod]) -> Iterable[str]:
    for each in given:
        yield composite("BI", code(each.code), "RD8", f"{day(each.first)}-{day(each.last or each.first)}")


def _grouped(coded: Iterable[str]) -> Iterable[str]:
    listed = list(coded)[:24]
    for start in range(0, len(listed), 12):
        yield segment("HI", *listed[start : start + 12])


def _providers(bill: Claim) -> Iterable[str]:
    """Loop 2310: attending, operating, other operating, rendering, facility, referring."""
    attending = bill.attending_provider
    if attending is not None:
        yield provider("71", attending)
        if attending.taxonomy:
            yield f"PRV*AT*PXC*{code(attending.taxonomy)}"
    if bill.operating_provider is not None:
        yield provider("72", bill.operating_provider)
    if bill.other_operating_provider is not None:
        yield provider("ZZ", bill.other_operating_provider)
    who = bill.rendering_provider
    if who is not None and (attending is None or differs(who, attending)):
        yield provider("82", who)
    facility = bill.service_facility
    if facility is not None and differs(facility, bill.billing_provider) and address(facility.address):
        yield provider("77", facility)
        yield from address(facility.address)
    if bill.referring_provider is not None:
        yield provider("DN", bill.referring_provider)
