"""Service lines: loop 2400 of both forms, with drugs, providers and other payers' decisions."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from services.claims.x12 import situational
from services.claims.x12.adjudicated import line_decisions
from services.claims.x12.parties import address, provider, reference
from services.claims.x12.rarely import Rarely
from services.claims.x12.text import (
    COMPONENT,
    ELEMENT,
    clean,
    code,
    composite,
    dated,
    element,
    money,
    number,
    segment,
)
from services.contracts.claim import Bill, ClaimLine
from services.contracts.encounter import ClaimType, Provider

_DESCRIPTION = element(80)
_KEPT: Final = 16_384
"""Codes that are kept as they are written: a practice bills the same again and again."""
INPATIENT_BILLS: Final = ("11", "12", "18", "21", "22", "28", "41", "65", "66", "86")
"""First two digits of the types of bill of inpatient stays (NUBC's numbers)."""


_SITUATION: Final = Rarely(
    ClaimLine,
    *("equipment", "attachments", "ambulance", "certifications"),
    *("dates", "test_results", "terms", "references", "prior_authorization", "referral_number"),
    *("sales_tax", "postage", "note", "pricing"),
    *("rendering_provider", "service_facility", "supervising_provider", "ordering_provider"),
    *("referring_provider", "adjudications", "anesthesia_minutes"),
    *("emergency", "epsdt", "family_planning", "copay_exempt"),
)


def professional(bill: Bill, lines: Sequence[ClaimLine]) -> list[str]:
    """The lines of an 837P, numbered from 1."""
    out: list[str] = []
    for place, line in enumerate(lines, start=1):
        special = _SITUATION.said(line)
        out += (f"LX*{place}", service(line, special=special))
        if special:
            out += _certificates(line)
        out.append(dated("472", line.service_date, line.service_end))
        out += _facts(line) if special else reference("6R", line.control_number)
        if line.ndc:
            out += _drug(line)
        if special:
            out += _professional_providers(bill, line)
            out += line_decisions(line, ClaimType.PROFESSIONAL)
    return out


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
        if line.ndc:
            yield from _drug(line)
        yield from _named("72", bill.operating_provider, line.operating_provider)
        yield from _named("82", bill.rendering_provider, line.rendering_provider)
        yield from _named("DN", bill.referring_provider, line.referring_provider)
        yield from line_decisions(line, ClaimType.INSTITUTIONAL)


def procedure(line: ClaimLine) -> str:
    """The composite of the code, its modifiers and its description."""
    modifiers, described = line.modifiers, line.description
    if not (modifiers or described):
        return f"HC:{_done(line.code)}".rstrip(COMPONENT)
    sent = [code(each) for each in modifiers[:4]]
    if described:
        sent += [""] * (4 - len(sent))
    return composite("HC", _done(line.code), *sent, _DESCRIPTION(described))


@lru_cache(_KEPT)
def _done(value: str) -> str:
    return clean(code(value), 48)


def service(line: ClaimLine, *, special: bool) -> str:
    """SV1. Anaesthesia counts minutes."""
    quantity = f"{code(line.unit_of_measure)}*{number(line.units)}"
    if special and line.anesthesia_minutes is not None:
        quantity = f"MJ*{line.anesthesia_minutes}"
    charged, pointers = money(line.amount), _pointing(line.pointers)
    place = line.place_of_service and code(line.place_of_service)
    head = f"SV1*{procedure(line)}*{charged}*{quantity}*{place}**{pointers}"
    return segment(head, *_flags(line)) if special else head.rstrip(ELEMENT)


def _flags(line: ClaimLine) -> Sequence[str]:
    """SV108 to SV115."""
    emergency, screening = "Y" if line.emergency else "", "Y" if line.epsdt else ""
    planning, exempt = "Y" if line.family_planning else "", "0" if line.copay_exempt else ""
    return "", emergency, "", screening, planning, "", "", exempt


@lru_cache
def _pointing(pointers: tuple[int, ...]) -> str:
    return COMPONENT.join([str(each) for each in pointers[:4]])


def facility_service(line: ClaimLine) -> str:
    """SV2."""
    return segment(
        "SV2",
        code(line.revenue_code),
        procedure(line) if line.code else "",
        money(line.amount),
        code(line.unit_of_measure),
        number(line.units),
        "",
        money(line.noncovered) if line.noncovered is not None else "",
    )


def _certificates(line: ClaimLine) -> Iterable[str]:
    """Equipment, reports, transport and certified conditions: what stands before the day."""
    if line.equipment is not None:
        yield f"SV5*{procedure(line)}*{situational.equipment(line.equipment)}"
    yield from situational.attachments(line.attachments)
    yield from situational.ambulance(line.ambulance)
    yield from situational.equipment_certificate(line.equipment)
    yield from situational.certifications(line.certifications)


def _facts(line: ClaimLine) -> Iterable[str]:
    """What stands between the day and the drug, in the guide's order."""
    yield from _quantities(line)
    yield from _numbers(line)
    yield from situational.pricing(line.pricing)


def _quantities(line: ClaimLine) -> Iterable[str]:
    """Dates, counts, test results and terms."""
    yield from situational.dates(line.dates)
    if line.ambulance is not None and line.ambulance.patients is not None:
        yield f"QTY*PT*{line.ambulance.patients}"
    for test in line.test_results:
        yield f"MEA*{'OG' if test.code == 'HT' else 'TR'}*{code(test.code)}*{number(test.amount)}"
    yield from situational.terms(line.terms)


def _numbers(line: ClaimLine) -> Iterable[str]:
    """References, taxes and notes, in the guide's order."""
    yield from situational.references(line.references)
    yield from reference("G1", line.prior_authorization)
    yield from reference("6R", line.control_number)
    yield from reference("9F", line.referral_number)
    if line.sales_tax is not None:
        yield f"AMT*T*{money(line.sales_tax)}"
    if line.postage is not None:
        yield f"AMT*F4*{money(line.postage)}"
    yield from situational.note("ADD", line.note)


def _drug(line: ClaimLine) -> Sequence[str]:
    quantity = line.units if line.drug_quantity is None else line.drug_quantity
    return situational.drug(line.ndc, quantity, line.drug_unit, line.prescription)


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
    yield from situational.ambulance_places(line.ambulance)


def rendering(who: Provider) -> Sequence[str]:
    """Who did it, with the taxonomy."""
    name, taxonomy = provider("82", who), who.taxonomy
    return (name, _specialty(taxonomy)) if taxonomy else (name,)


@lru_cache(_KEPT)
def _specialty(taxonomy: str) -> str:
    return f"PRV*PE*PXC*{code(taxonomy)}"


def _named(role: str, claims: Provider | None, lines: Provider | None) -> Iterable[str]:
    if lines is not None and differs(lines, claims):
        yield provider(role, lines)


def differs(one: Provider, other: Provider | None) -> bool:
    """Whether two providers are not the same: by NPI, else by name."""
    if other is None:
        return True
    if one.npi or other.npi:
        return one.npi != other.npi
    return (one.family, one.given) != (other.family, other.given)
