"""Claims as a practice bills them in a week, and the remittance that answers them.

Every patient has a name, an address and numbers of their own and comes three times; doctors, diagnoses and
procedures repeat as they do in life. Each claim goes through JSON once, so that it shares no object with
another, as if it had been decoded from its topic.
"""

from datetime import date, timedelta
from decimal import Decimal

from services.contracts.claim import Claim, ClaimDiagnosis, ClaimLine
from services.contracts.encounter import Address, Patient, Person, Sex
from tests.claims.life.payer import Payer
from tests.claims.strategies import DIAGNOSES, npi
from tests.claims.x12.samples import DOCTOR, claim, line, payer

LINES = 2
"""Service lines of each claim."""
_VISITS = 3
_FAMILIES = ("Abbott", "Brandt", "Castellanos", "Dupré", "Eriksen", "Fitzgerald", "García", "Hollingsworth",
             "Iverson", "Jankowski", "Kim", "Lindqvist", "McAllister", "Nguyen", "O'Brien", "Petrov",
             "Quigley", "Ramírez-Soto", "Sandoval")  # fmt: skip
_GIVENS = ("Ada", "Benjamin", "Chloé", "Dmitri", "Elena", "Francis", "Grace", "Hiroshi", "Imani", "Jorge",
           "Keiko", "Liam", "Mei", "Noah", "Olivia", "Priya", "Quentin", "Rosa", "Samuel", "Tomás", "Uma",
           "Victor", "Wanda")  # fmt: skip
_CITIES = ("Boston", "Cambridge", "Somerville", "Quincy", "Worcester", "Springfield", "Lowell")
_CHARGES = 240
"""Prices in the charge master."""
_STREETS = ("Main St", "Elm Street", "Harvard Ave", "River Road", "Massachusetts Avenue Apt 4")
_PROCEDURES = ("99213", "99214", "80053", "93000", "36415", "90471", "85025", "71046")
_DOCTORS = tuple(
    DOCTOR.model_copy(update={"npi": npi(200_000_000 + at), "family": family})
    for at, family in enumerate(_FAMILIES[:12])
)


def claims(count: int) -> list[Claim]:
    """Professional claims of two lines to one payer."""
    return [Claim.model_validate_json(_claim(number).model_dump_json()) for number in range(count)]


def remittance(given: list[Claim]) -> str:
    """The 835 that pays them: each line in part, with two adjustments."""
    desk = Payer()
    return desk.remit(*(desk.pay(each) for each in given))


def _claim(number: int) -> Claim:
    patient = _patient(number // _VISITS)
    subscriber = Person(**{name: getattr(patient, name) for name in Person.model_fields})
    day = date(2026, 3, 2) + timedelta(days=number % 5)
    return claim(
        number,
        patient=patient,
        payers=(payer(member_id=f"W{patient.patient_id}", subscriber=subscriber),),
        rendering_provider=_DOCTORS[number % len(_DOCTORS)],
        diagnoses=tuple(
            ClaimDiagnosis(code=DIAGNOSES[(number + at) % len(DIAGNOSES)], role="secondary")
            for at in range(2 + number % 3)
        ),
        lines=tuple(_line(at, number, day) for at in range(1, LINES + 1)),
        statement_from=day,
        statement_through=day,
    )


def _line(at: int, number: int, day: date) -> ClaimLine:
    place = number * LINES + at
    return line(
        at,
        number,
        control_number=f"L{place:011d}",
        code=_PROCEDURES[place % len(_PROCEDURES)],
        amount=Decimal(5_000 + place % _CHARGES * 137).scaleb(-2),
        service_date=day,
    )


def _patient(number: int) -> Patient:
    return Patient(
        patient_id=f"{700_000 + number}",
        patient_key=f"key-{number}",
        mrn=f"MRN{700_000 + number}",
        family=_FAMILIES[number % len(_FAMILIES)],
        given=_GIVENS[number % len(_GIVENS)],
        birth_date=date(1940, 1, 1) + timedelta(days=number * 61 % 29_000),
        sex=Sex.FEMALE if number % 2 else Sex.MALE,
        address=Address(
            line1=f"{number % 900 + 1} {_STREETS[number % len(_STREETS)]}",
            city=_CITIES[number % len(_CITIES)],
            state="MA",
            postal_code=f"02{number % 1_000:03d}{number % 10_000:04d}",
        ),
    )
