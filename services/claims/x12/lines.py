"""Service lines: loop 2400 of both forms, with drugs, providers and other payers' decisions."""

from collections.abc import Iterable, Sequence
from typing import Final

from services.claims.x12 import situational
from services.claims.x12.adjudicated import line_decisions
from services.claims.x12.parties import address, provider, reference
from services.claims.x12.text import COMPONENT, ELEMENT, clean, composite, dated, money, number, segment
from services.contracts.claim import Bill, ClaimLine
from services.contracts.encounter import ClaimType, Provider

INPATIENT_BILLS: Final = ("11", "12", "18", "21", "22", "28", "41", "65", "66", "86")
"""First two digits of the types of bill of inpatient stays (NUBC's numbers)."""


def professional(bill: Bill, lines: Sequence[ClaimLine]) -> Iterable[str]:
    """The lines of an 837P, numbered from 1."""
    for number_, line in enumerate(lines, start=1):
        yield f"LX*{number_}"
        yield service(line)
        if line.equipment is not None:
            yield f"SV5*{procedure(line)}*{situational.equipment(line.equipment)}"
        if line.attachments:
            yield from situational.attachments(line.attachments)
        if line.ambulance is not None:
            yield from situational.ambulance(line.ambulance)
        if line.equipment is not None:
            yield from situational.equipment_certificate(line.equipment)
        if line.certifications:
            yield from situational.certifications(line.certifications)
        yield dated("472", line.service_date, line.service_end)
        yield from _quantities(line)
        yield from _numbers(line)
        if line.pricing is not None:
            yield from situational.pricing(line.pricing)
        yield from _drug(line)
        yield from _professional_providers(bill, line)
        if line.adjudications:
            yield from line_decisions(line, ClaimType.PROFESSIONAL)


def institutional(bill: Bill, lines: Sequence[ClaimLine]) -> Iterable[str]:
    """The lines of an 837I, numbered from 1.

    A stay's lines carry no days: the guide wants them on outpatient lines only, and not sent elsewhere.
    """
    stay = bill.type_of_bill.startswith(INPATIENT_BILLS)
    for number_, line in enumerate(lines, start=1):
        yield f"LX*{number_}"
        yield facility_service(line)
        yield from situational.attachments(line.attachments)
        if not stay:
            yield dated("472", line.service_date, line.service_end)
        yield from situational.references(line.references)
        yield from reference("6R", line.control_number)
        yield from situational.note("TPO", line.note)
        yield from situational.pricing(line.pricing)
        yield from _drug(line)
        yield from _named("72", bill.operating_provider, line.operating_provider)
        yield from _named("82", bill.rendering_provider, line.rendering_provider)
        yield from _named("DN", bill.referring_provider, line.referring_provider)
        yield from line_decisions(line, ClaimType.INSTITUTIONAL)


def procedure(line: ClaimLine) -> str:
    """The composite of the code, its modifiers and its description."""
    modifiers = line.modifiers[:4]
    if not line.description:
        return composite("HC", clean(line.code, 48), *modifiers)
    padded = (*modifiers, *[""] * (4 - len(modifiers)))
    return composite("HC", clean(line.code, 48), *padded, clean(line.description, 80))


def service(line: ClaimLine) -> str:
    """SV1. Anaesthesia counts minutes."""
    minutes = line.anesthesia_minutes
    unit = "MJ" if minutes is not None else line.unit_of_measure
    units = number(minutes if minutes is not None else line.units)
    pointers = COMPONENT.join([str(each) for each in line.pointers[:4]])
    head = f"SV1*{procedure(line)}*{money(line.amount)}*{unit}*{units}*{line.place_of_service}**{pointers}"
    if not (line.emergency or line.epsdt or line.family_planning or line.copay_exempt):
        return head.rstrip(ELEMENT)
    flags = ("Y" if each else "" for each in (line.epsdt, line.family_planning))
    tail = ("", "Y" if line.emergency else "", "", *flags, "", "", "0" if line.copay_exempt else "")
    return segment(head, *tail)


def facility_service(line: ClaimLine) -> str:
    """SV2."""
    return segment(
        "SV2",
        line.revenue_code,
        procedure(line) if line.code else "",
        money(line.amount),
        line.unit_of_measure,
        number(line.units),
        "",
        money(line.noncovered) if line.noncovered is not None else "",
    )


def _quantities(line: ClaimLine) -> Iterable[str]:
    """Dates, counts and test results."""
    if line.dates:
        yield from situational.dates(line.dates)
    if line.ambulance is not None and line.ambulance.patients is not None:
        yield f"QTY*PT*{line.ambulance.patients}"
    for test in line.test_results:
        yield f"MEA*{'OG' if test.code == 'HT' else 'TR'}*{test.code}*{number(test.amount)}"
    if line.terms is not None:
        yield from situational.terms(line.terms)


def _numbers(line: ClaimLine) -> Iterable[str]:
    """References, taxes and notes, in the guide's order."""
    if line.references:
        yield from situational.references(line.references)
    yield from reference("G1", line.prior_authorization)
    yield from reference("6R", line.control_number)
    yield from reference("9F", line.referral_number)
    if line.sales_tax is not None:
        yield f"AMT*T*{money(line.sales_tax)}"
    if line.postage is not None:
        yield f"AMT*F4*{money(line.postage)}"
    if line.note:
        yield from situational.note("ADD", line.note)


def _drug(line: ClaimLine) -> Iterable[str]:
    if line.ndc:
        yield from situational.drug(
            line.ndc, line.drug_quantity, line.drug_unit, line.prescription, line.units
        )


def _professional_providers(bill: Bill, line: ClaimLine) -> Iterable[str]:
    """Loop 2420 of an 837P: only who is not already the claim's."""
    if line.rendering_provider is not None and differs(line.rendering_provider, bill.rendering_provider):
        yield from rendering(line.rendering_provider)
    if line.service_facility is not None and differs(line.service_facility, bill.service_facility):
        yield provider("77", line.service_facility)
        yield from address(line.service_facility.address)
    yield from _named("DQ", bill.supervising_provider, line.supervising_provider)
    if line.ordering_provider is not None:
        yield provider("DK", line.ordering_provider)
        yield from address(line.ordering_provider.address)
    yield from _named("DN", bill.referring_provider, line.referring_provider)
    if line.ambulance is not None:
        yield from situational.ambulance_places(line.ambulance)


def rendering(who: Provider) -> Iterable[str]:
    """Who did it, with the taxonomy."""
    yield provider("82", who)
    if who.taxonomy:
        yield f"PRV*PE*PXC*{who.taxonomy}"


def _named(code: str, claims: Provider | None, lines: Provider | None) -> Iterable[str]:
    if lines is not None and differs(lines, claims):
        yield provider(code, lines)


def differs(one: Provider, other: Provider | None) -> bool:
    """Whether two providers are not the same: by NPI, else by name."""
    if other is None:
        return True
    if one.npi or other.npi:
        return one.npi != other.npi
    return (one.family, one.given) != (other.family, other.given)
