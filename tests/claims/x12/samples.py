"""Plain claims with readable numbers."""

from datetime import date
from decimal import Decimal
from typing import Any

from services.claims.build import digest
from services.contracts.claim import (
    Bill,
    Claim,
    ClaimDiagnosis,
    ClaimLine,
    ClaimPayer,
    Frequency,
    PayerSequence,
)
from services.contracts.encounter import (
    Address,
    ClaimType,
    Patient,
    Person,
    Provider,
    ProviderRole,
    Sex,
)
from tests.claims.strategies import NOON

FIRST = PayerSequence.PRIMARY
HOME = Address(line1="1 Main St", city="Boston", state="MA", postal_code="021180001")
PATIENT = Patient(
    patient_id="p1",
    patient_key="key-1",
    family="Doe",
    given="Ann",
    birth_date=date(1980, 1, 2),
    sex=Sex.FEMALE,
    address=HOME,
)
BILLING = Provider(
    role=ProviderRole.BILLING,
    npi="1999999984",
    taxonomy="261QM1300X",
    family="Clinic",
    tax_id="043000000",
    address=HOME,
    phone="6175550100",
)
DOCTOR = Provider(
    role=ProviderRole.RENDERING, npi="1888888884", family="Roe", given="Kim", taxonomy="207Q00000X"
)


def payer(
    ident: str = "PAYER", sequence: PayerSequence = PayerSequence.PRIMARY, **changes: Any
) -> ClaimPayer:
    """A payer that the patient has a coverage with."""
    values: dict[str, Any] = {
        "sequence": sequence,
        "payer_id": ident,
        "payer_name": f"Plan {ident}",
        "payer_kind": "commercial",
        "member_id": "M1",
        "subscriber": Person(**{name: getattr(PATIENT, name) for name in Person.model_fields}),
    }
    return ClaimPayer(**values | changes)


def line(number: int, claim: int, **changes: Any) -> ClaimLine:
    """A line of 120.50 dollars."""
    values: dict[str, Any] = {
        "number": number,
        "control_number": f"C{claim}L{number}",
        "code": "99213",
        "amount": Decimal("120.50"),
        "pointers": (1, 2),
        "service_date": date(2026, 3, 5),
        "ndc": "00002751001" if number == 1 else "",
        "drug_quantity": Decimal(1) if number == 1 else None,
        "drug_unit": "ML" if number == 1 else "",
    }
    return ClaimLine(**values | changes)


def claim(number: int, claim_type: ClaimType = ClaimType.PROFESSIONAL, **changes: Any) -> Claim:
    """A claim of two lines and 241 dollars, numbered `CLAIM<number>`."""
    institutional = claim_type is ClaimType.INSTITUTIONAL
    lines = tuple(line(at, number, revenue_code="0450" if institutional else "") for at in (1, 2))
    form: dict[str, Any] = {"place_of_service": "11", "rendering_provider": DOCTOR}
    if institutional:
        form = {
            "type_of_bill": "13",
            "attending_provider": DOCTOR,
            "admit_type": "1",
            "discharge_status": "01",
        }
    values: dict[str, Any] = {
        "claim_id": f"{number:024d}",
        "claim_type": claim_type,
        "patient_control_number": f"CLAIM{number}",
        "patient": PATIENT,
        "payers": (payer(),),
        "billing_provider": BILLING,
        "diagnoses": (
            ClaimDiagnosis(code="I10", role="first_listed"),
            ClaimDiagnosis(code="E11.9", role="secondary"),
        ),
        "lines": lines,
        "statement_from": date(2026, 3, 5),
        "statement_through": date(2026, 3, 5),
        **form,
    }
    values |= {key: value for key, value in changes.items() if key in Bill.model_fields}
    rest = {key: value for key, value in changes.items() if key not in Bill.model_fields}
    values.setdefault("total", sum((each.amount for each in values["lines"]), Decimal("0.00")))
    bill = Bill(**values)
    whole: dict[str, Any] = {
        "version": 1,
        "frequency": Frequency.ORIGINAL,
        "encounter_id": f"e{number}",
        "encounter_claims": (bill.claim_id,),
        "encounter_version": 1,
        "patient_key": "key-1",
        "event_time": NOON,
        "digest": digest(bill),
    }
    return Claim(**dict(bill) | whole | rest)
