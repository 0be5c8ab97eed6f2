"""Who stands in an 837: names, addresses, numbers (loops 1000, 2000, 2010, 2310, 2330, 2420)."""

from typing import Final

from services.claims.x12.text import clean, day, digits, segment
from services.contracts.claim import Bill, ClaimPayer
from services.contracts.encounter import Address, ClaimType, Patient, Person, Provider, Sex

RELATIONSHIP: Final = {
    "self": "18",
    "spouse": "01",
    "child": "19",
    "employee": "20",
    "unknown": "21",
    "organ donor": "39",
    "cadaver donor": "40",
    "life partner": "53",
    "other": "G8",
}
"""FHIR-like words to X12's individual relationship code (element 1069)."""

FILING: Final = {"medicare": "MB", "medicaid": "MC", "commercial": "CI", "self_pay": "09"}
"""Claim filing indicator (element 1032) by kind of payer, where the site does not state one."""

SEX: Final = {Sex.FEMALE: "F", Sex.MALE: "M", Sex.UNKNOWN: "U"}

_NAME_WIDTH: Final = 60
_GIVEN_WIDTH: Final = 35
_MIDDLE_WIDTH: Final = 25
_SUFFIX_WIDTH: Final = 10
_ADDRESS_WIDTH: Final = 55
_CITY_WIDTH: Final = 30
_ID_WIDTH: Final = 80
_GROUP_WIDTH: Final = 50
_REFERENCE_WIDTH: Final = 50


def person(code: str, who: Person, qualifier: str = "", ident: str = "") -> str:
    """NM1 of a person; the id's qualifier stands only with an id."""
    return segment(
        "NM1",
        code,
        "1",
        clean(who.family, _NAME_WIDTH),
        clean(who.given, _GIVEN_WIDTH),
        clean(who.middle, _MIDDLE_WIDTH),
        "",
        clean(who.suffix, _SUFFIX_WIDTH),
        qualifier if ident else "",
        clean(ident, _ID_WIDTH),
    )


def provider(code: str, who: Provider) -> str:
    """NM1 of a provider: a person if it has a given name, else an organisation."""
    kind = "1" if who.given else "2"
    return segment(
        "NM1",
        code,
        kind,
        clean(who.family, _NAME_WIDTH),
        clean(who.given, _GIVEN_WIDTH),
        "",
        "",
        "",
        "XX" if who.npi else "",
        digits(who.npi),
    )


def organisation(code: str, name: str, qualifier: str, ident: str) -> str:
    """NM1 of an organisation."""
    return segment(
        "NM1",
        code,
        "2",
        clean(name, _NAME_WIDTH),
        "",
        "",
        "",
        "",
        qualifier if ident else "",
        clean(ident, _ID_WIDTH),
    )


def address(where: Address) -> list[str]:
    """N3 and N4; nothing where there is no street or city."""
    if not (where.line1 and where.city):
        return []
    country = where.country.strip().upper()[:3]
    abroad = country not in ("", "US", "USA")
    return [
        segment("N3", clean(where.line1, _ADDRESS_WIDTH), clean(where.line2, _ADDRESS_WIDTH)),
        segment(
            "N4",
            clean(where.city, _CITY_WIDTH),
            clean(where.state, 2),
            clean(where.postal_code, 15) if abroad else digits(where.postal_code)[:9],
            country if abroad else "",
        ),
    ]


def demographics(who: Person) -> list[str]:
    """DMG; nothing where the birth date is not known."""
    if who.birth_date is None:
        return []
    return [f"DMG*D8*{day(who.birth_date)}*{SEX[who.sex]}"]


def reference(qualifier: str, value: str) -> list[str]:
    """REF; nothing where there is no value."""
    if not value:
        return []
    text = clean(value, _REFERENCE_WIDTH)
    return [f"REF*{qualifier}*{text}"] if text else []


def is_patient(payer: ClaimPayer) -> bool:
    """Whether the patient is the subscriber: then there is no patient loop."""
    return payer.relationship == "self"


def filing(payer: ClaimPayer, claim_type: ClaimType) -> str:
    """SBR09. Medicare's institutional claims are part A's, also for outpatients (MA)."""
    code = payer.filing_indicator or FILING.get(payer.payer_kind, "ZZ")
    return "MA" if code == "MB" and claim_type is ClaimType.INSTITUTIONAL else code


def subscriber(payer: ClaimPayer, claim_type: ClaimType, relationship: str) -> str:
    """SBR; a plan's name stands where there is no group number."""
    group = clean(payer.group_number, _GROUP_WIDTH)
    return segment(
        "SBR",
        payer.sequence.value,
        relationship,
        group,
        "" if group else clean(payer.plan_name, _NAME_WIDTH),
        payer.insurance_type,
        "",
        "",
        "",
        filing(payer, claim_type),
    )


def billing(bill: Bill) -> list[str]:
    """Loops 2000A (without its HL), 2010AA and 2010AB."""
    who = bill.billing_provider
    out = [f"PRV*BI*PXC*{who.taxonomy}"] if who.taxonomy else []
    out.append(provider("85", who))
    out += address(who.address)
    out += reference("EI", digits(who.tax_id))
    if bill.pay_to_address is not None:
        out.append("NM1*87*2")
        out += address(bill.pay_to_address)
    return out


def billed_subscriber(bill: Bill) -> list[str]:
    """Loops 2000B (without its HL), 2010BA and 2010BB, for the payer that is billed."""
    payer = bill.payers[0]
    same = is_patient(payer)
    out = [subscriber(payer, bill.claim_type, "18" if same else "")]
    if same:
        out += patient_facts(bill)
    out.append(person("IL", payer.subscriber, "MI", payer.member_id))
    if same:
        out += address(payer.subscriber.address) + demographics(payer.subscriber)
    out += reference("Y4", payer.property_casualty_number) if same else []
    out.append(organisation("PR", payer.payer_name, "PI", payer.payer_id))
    out += address(payer.payer_address) if payer.payer_address else []
    for number in payer.provider_numbers:
        out += reference(number.qualifier, number.value)
    return out


def patient_facts(bill: Bill, relationship: str = "") -> list[str]:
    """PAT: the relationship in the patient's loop; death, weight and pregnancy where known."""
    death, weight = bill.patient.death_date, bill.patient_weight
    if bill.claim_type is ClaimType.INSTITUTIONAL:
        return [f"PAT*{relationship}"] if relationship else []
    text = segment(
        "PAT",
        relationship,
        "",
        "",
        "",
        "D8" if death else "",
        day(death) if death else "",
        "01" if weight is not None else "",
        f"{weight.normalize():f}" if weight is not None else "",
        "Y" if bill.pregnant else "",
    )
    return [text] if text != "PAT" else []


def patient(bill: Bill) -> list[str]:
    """Loops 2000C (without its HL) and 2010CA, where the patient is not the subscriber."""
    payer = bill.payers[0]
    who: Patient = bill.patient
    return [
        *patient_facts(bill, RELATIONSHIP.get(payer.relationship, "G8")),
        person("QC", who),
        *address(who.address),
        *demographics(who),
        *reference("Y4", payer.property_casualty_number),
    ]
