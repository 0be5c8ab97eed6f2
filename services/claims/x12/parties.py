"""Who stands in an 837: names, addresses, numbers (loops 1000, 2000, 2010, 2310, 2330, 2420)."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from services.claims.x12.text import ELEMENT, code, day, digits, element, segment
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

HOME: Final = frozenset({"", "US", "USA"})
"""Countries that an address does not state."""
NAME, GIVEN, MIDDLE, SUFFIX = element(60), element(35), element(25), element(10)
STREET, CITY, STATE, POSTAL, COUNTRY = element(55), element(30), element(2), element(15), element(3)
IDENT, GROUP, REFERENCE = element(80), element(50), element(50)
_ORGANISATIONS: Final = 4_096
"""Payers and submitters that are kept as they are written."""


def person(role: str, who: Person, qualifier: str = "", ident: str = "") -> str:
    """NM1 of a person; the id's qualifier stands only with an id."""
    middle, suffix = who.middle and MIDDLE(who.middle), who.suffix and SUFFIX(who.suffix)
    name = f"NM1*{role}*1*{NAME(who.family)}*{GIVEN(who.given)}*{middle}**{suffix}"
    if ident:
        name = f"{name}*{qualifier}*{IDENT(ident)}"
    return name.rstrip(ELEMENT)


def provider(role: str, who: Provider) -> str:
    """NM1 of a provider: a person if it has a given name, else an organisation."""
    kind, npi = "1" if who.given else "2", who.npi
    name = f"NM1*{role}*{kind}*{NAME(who.family)}*{GIVEN(who.given)}"
    return f"{name}****XX*{digits(npi)}".rstrip(ELEMENT) if npi else name.rstrip(ELEMENT)


@lru_cache(_ORGANISATIONS)
def organisation(role: str, name: str, qualifier: str, ident: str) -> str:
    """NM1 of an organisation."""
    return segment(
        "NM1",
        role,
        "2",
        NAME(name),
        "",
        "",
        "",
        "",
        qualifier if ident else "",
        IDENT(ident),
    )


def address(where: Address) -> Sequence[str]:
    """N3 and N4; nothing where there is no street or city."""
    line1, town = where.line1, where.city
    if not (line1 and town):
        return ()
    street = f"N3*{STREET(line1)}*{where.line2 and STREET(where.line2)}"
    city = f"N4*{CITY(town)}*{STATE(where.state)}"
    country = where.country
    if country not in HOME:
        country = COUNTRY(country)
    if country in HOME:
        city = f"{city}*{digits(where.postal_code)[:9]}"
    else:
        city = f"{city}*{POSTAL(where.postal_code)}*{country}"
    return street.rstrip(ELEMENT), city.rstrip(ELEMENT)


def demographics(who: Person) -> Sequence[str]:
    """DMG; nothing where the birth date is not known."""
    birth = who.birth_date
    return (f"DMG*D8*{day(birth)}*{SEX[who.sex]}",) if birth is not None else ()


def reference(qualifier: str, value: str) -> Sequence[str]:
    """REF; nothing where there is no value."""
    text = value and REFERENCE(value)
    return (f"REF*{qualifier}*{text}",) if text else ()


def is_patient(payer: ClaimPayer) -> bool:
    """Whether the patient is the subscriber: then there is no patient loop."""
    return payer.relationship == "self"


def filing(payer: ClaimPayer, claim_type: ClaimType) -> str:
    """SBR09. Medicare's institutional claims are part A's, also for outpatients (MA)."""
    given = payer.filing_indicator
    kind = code(given) if given else FILING.get(payer.payer_kind, "ZZ")
    return "MA" if kind == "MB" and claim_type is ClaimType.INSTITUTIONAL else kind


def subscriber(payer: ClaimPayer, claim_type: ClaimType, relationship: str) -> str:
    """SBR; a plan's name stands where there is no group number."""
    group = payer.group_number and GROUP(payer.group_number)
    plan = "" if group else NAME(payer.plan_name)
    kind = payer.insurance_type and code(payer.insurance_type)
    return f"SBR*{payer.sequence}*{relationship}*{group}*{plan}*{kind}****{filing(payer, claim_type)}"


def billing(bill: Bill) -> list[str]:
    """Loops 2000A (without its HL), 2010AA and 2010AB."""
    who = bill.billing_provider
    out = [f"PRV*BI*PXC*{code(who.taxonomy)}"] if who.taxonomy else []
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
    who = payer.subscriber
    out = [subscriber(payer, bill.claim_type, "18" if same else "")]
    if same:
        out += patient_facts(bill)
    out.append(person("IL", who, "MI", payer.member_id))
    if same:
        out += address(who.address)
        out += demographics(who)
        out += reference("Y4", payer.property_casualty_number)
    out.append(organisation("PR", payer.payer_name, "PI", payer.payer_id))
    if payer.payer_address is not None:
        out += address(payer.payer_address)
    for number in payer.provider_numbers:
        out += reference(code(number.qualifier), number.value)
    return out


def patient_facts(bill: Bill, relationship: str = "") -> Sequence[str]:
    """PAT: the relationship in the patient's loop; death, weight and pregnancy where known."""
    death, weight = bill.patient.death_date, bill.patient_weight
    if not (relationship or death or weight is not None or bill.pregnant):
        return ()
    if bill.claim_type is ClaimType.INSTITUTIONAL:
        return (f"PAT*{relationship}",) if relationship else ()
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
    return (text,)


def dependent(bill: Bill) -> Sequence[str]:
    """Loops 2000C (without its HL) and 2010CA; nothing where the patient is the subscriber."""
    payer = bill.payers[0]
    if is_patient(payer):
        return ()
    who: Patient = bill.patient
    return [
        *patient_facts(bill, RELATIONSHIP.get(payer.relationship, "G8")),
        person("QC", who),
        *address(who.address),
        *demographics(who),
        *reference("Y4", payer.property_casualty_number),
    ]
