"""Segments that only some claims and lines have: dates, numbers, attachments, certificates, notes."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from services.claims.x12.parties import address, reference
from services.claims.x12.text import clean, code, composite, dated, element, money, number, segment
from services.contracts.claim_parts import (
    Ambulance,
    Attachment,
    Certification,
    ContractTerms,
    Equipment,
    Pricing,
    QualifiedDate,
    Reference,
)
from services.contracts.encounter import Address

_NOTE_WIDTH: Final = 80
_DRUG = element(48)


def dates(given: Sequence[QualifiedDate]) -> Iterable[str]:
    """DTP by qualifier."""
    return (dated(code(each.qualifier), each.first, each.last) for each in sorted(given, key=_by_qualifier))


def references(given: Sequence[Reference]) -> Iterable[str]:
    """REF by qualifier."""
    for each in sorted(given, key=_by_qualifier):
        yield from reference(code(each.qualifier), each.value)


def _by_qualifier(each: QualifiedDate | Reference) -> str:
    return each.qualifier


def attachments(given: Sequence[Attachment]) -> Iterable[str]:
    """PWK; the number's qualifier AC stands only with a number."""
    for each in given:
        ident = clean(each.control_number, 50)
        yield segment(
            "PWK", code(each.report_type), code(each.transmission), "", "", "AC" if ident else "", ident
        )


def certifications(given: Sequence[Certification]) -> Iterable[str]:
    """CRC with up to five conditions."""
    for each in given:
        yield segment(
            "CRC", code(each.category), "Y" if each.applies else "N", *map(code, each.conditions[:5])
        )


def ambulance(given: Ambulance | None) -> Iterable[str]:
    """CR1 (pounds, miles)."""
    if given is not None:
        weight = given.patient_weight
        yield segment(
            "CR1",
            "LB" if weight is not None else "",
            number(weight) if weight is not None else "",
            "",
            code(given.reason),
            "DH",
            number(given.miles),
            "",
            "",
            clean(given.round_trip_purpose, _NOTE_WIDTH),
            clean(given.stretcher_purpose, _NOTE_WIDTH),
        )


def ambulance_places(given: Ambulance | None) -> Iterable[str]:
    """Loops 2310E and 2310F (2420G and 2420H of a line)."""
    if given is not None:
        yield from _place("PW", "", given.pick_up)
        yield from _place("45", given.drop_off_name, given.drop_off)


def _place(role: str, name: str, where: Address | None) -> Iterable[str]:
    if where is not None:
        yield segment("NM1", role, "2", clean(name, 60))
        yield from address(where)


def equipment(given: Equipment) -> str:
    """SV5 with the line's code put in by the caller."""
    return segment(
        "DA",
        number(given.days),
        money(given.rental_price),
        money(given.purchase_price),
        code(given.rental_unit),
    )


def equipment_certificate(given: Equipment | None) -> Iterable[str]:
    """CR3."""
    if given is not None and given.certificate:
        yield segment("CR3", code(given.certificate), "MO", number(given.months or Decimal(99)))


def terms(given: ContractTerms | None) -> Iterable[str]:
    """CN1."""
    if given is not None:
        yield segment(
            "CN1",
            code(given.kind),
            *(number(each) if each is not None else "" for each in (given.amount, given.percent)),
            clean(given.code, 50),
            number(given.discount_percent) if given.discount_percent is not None else "",
            clean(given.version, 30),
        )


def pricing(given: Pricing | None) -> Iterable[str]:
    """HCP."""
    if given is not None:
        saved = money(given.saved) if given.saved is not None else ""
        yield segment("HCP", code(given.method), money(given.allowed), saved, clean(given.organization, 50))


def note(kind: str, text: str) -> Iterable[str]:
    """NTE."""
    said = clean(text, _NOTE_WIDTH)
    if said:
        yield f"NTE*{code(kind)}*{said}"


def drug(ndc: str, quantity: Decimal, unit: str, prescription: str) -> Sequence[str]:
    """Loop 2410: LIN, CTP and the prescription's number."""
    counted = segment("CTP", "", "", "", number(quantity), code(unit) or "UN")
    return f"LIN**N4*{_DRUG(code(ndc).replace('-', ''))}", counted, *reference("XZ", prescription)


def health_codes(qualifier: str, codes: Iterable[str]) -> Iterable[str]:
    """HI with up to twelve plain codes a segment."""
    listed = [composite(qualifier, clean(code(each), 30)) for each in codes]
    for start in range(0, len(listed), 12):
        yield segment("HI", *listed[start : start + 12])
