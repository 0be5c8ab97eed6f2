"""Whole claims of every kind, drawn by hypothesis: also the largest that the forms hold."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from services.claims.build import digest
from services.contracts.claim import (
    Bill,
    Claim,
    ClaimDiagnosis,
    ClaimLine,
    ClaimPayer,
    ClaimProcedure,
    Frequency,
    PayerSequence,
)
from services.contracts.claim_parts import (
    Adjustment,
    Ambulance,
    Attachment,
    Certification,
    ClaimAdjudication,
    CodedAmount,
    CodedPeriod,
    LineAdjudication,
    QualifiedDate,
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

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)
DIAGNOSES = ("I10", "E11.9", "J06.9", "M54.50", "K21.9", "F41.9", "E78.5", "N39.0", "R05.9", "Z00.00",
             "G43.909", "H10.9", "L20.9", "D64.9", "J45.909", "R51.9")  # fmt: skip
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz '-.éüñçÅøß*~:^"


def npi(number: int) -> str:
    """The NPI that begins with these nine digits."""
    first = f"{number:09d}"
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(first))]
    total = 24 + sum(value - 9 if value > 9 else value for value in doubled)
    return first + str(-total % 10)


names = st.text(LETTERS, min_size=1, max_size=70).map(lambda text: "Az" + text)
idents = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=2, max_size=20)
npis = st.integers(200_000_000, 299_999_999).map(npi)
days = st.integers(0, 300).map(lambda count: date(2026, 1, 1) + timedelta(days=count))
cents = st.integers(0, 99_999_99).map(lambda count: Decimal(count).scaleb(-2))
addresses = st.builds(
    Address,
    line1=names,
    line2=st.just("") | names,
    city=names,
    state=st.sampled_from(["MA", "CA", "TX", "NY"]),
    postal_code=st.sampled_from(["02118", "021180001", "94110-1234"]),
)
people = st.builds(
    Person,
    family=names,
    given=names,
    middle=st.just("") | names,
    suffix=st.sampled_from(["", "JR", "III"]),
    birth_date=st.just(date(1980, 2, 29)),
    sex=st.sampled_from(Sex),
    address=addresses,
)


def full(where: Address) -> Address:
    """With the nine digits that a billing provider's ZIP code has."""
    return where.model_copy(update={"postal_code": "021180001"})


def providers(role: ProviderRole, *, organisation: bool = False) -> st.SearchStrategy[Provider]:
    """A provider in a role."""
    return st.builds(
        Provider,
        role=st.just(role),
        npi=npis,
        taxonomy=st.sampled_from(["207Q00000X", "208D00000X"]),
        family=names,
        given=st.just("") if organisation else names,
        tax_id=st.just("043000000"),
        address=addresses.map(full) if role is ProviderRole.BILLING else addresses,
        phone=st.just("617-555-0100"),
    )


def optional(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Or nothing."""
    return st.none() | strategy


@st.composite
def payers(draw: st.DrawFn, patient: Patient, most: int = 4) -> tuple[ClaimPayer, ...]:
    """One to four payers; those after the first have decided when the last is billed."""
    count = draw(st.integers(1, most))
    sequences = list(PayerSequence)[:count]
    billed = draw(st.integers(0, count - 1))
    order = [sequences[billed], *(each for each in sequences if each != sequences[billed])]
    return tuple(draw(_payer(patient, sequence, decided=at > 0)) for at, sequence in enumerate(order))


@st.composite
def _payer(draw: st.DrawFn, patient: Patient, sequence: PayerSequence, *, decided: bool) -> ClaimPayer:
    relationship = draw(st.sampled_from(["self", "spouse", "child", "other"]))
    own = Person(**{name: getattr(patient, name) for name in Person.model_fields})
    adjudication = None
    if decided and draw(st.booleans()):
        adjudication = ClaimAdjudication(
            paid=draw(cents),
            adjudicated_on=date(2026, 4, 1),
            control_number=draw(idents),
            remaining=draw(cents),
        )
    return ClaimPayer(
        sequence=sequence,
        payer_id=f"P{sequence.value}{draw(st.integers(100, 999))}",
        payer_name=draw(names),
        payer_kind=draw(st.sampled_from(["medicaid", "commercial", "other"])),
        filing_indicator=draw(st.sampled_from(["", "CI", "BL", "MC"])),
        member_id=draw(idents),
        group_number=draw(st.just("") | idents),
        plan_name=draw(st.just("") | names),
        relationship=relationship,
        subscriber=own if relationship == "self" else draw(people),
        adjudication=adjudication,
    )


@st.composite
def lines(draw: st.DrawFn, claim_type: ClaimType, dx: int, payers_: tuple[ClaimPayer, ...]) -> Any:
    """One to fifty lines."""
    count = draw(st.integers(1, 4) | st.just(50))
    first = draw(_line(claim_type, dx, payers_))
    made = [first] if count == 1 else [first, draw(_line(claim_type, dx, payers_))]
    return tuple(
        made[at % len(made)].model_copy(update={"number": at + 1, "control_number": f"LINE{at + 1:04d}"})
        for at in range(count)
    )


@st.composite
def _line(draw: st.DrawFn, claim_type: ClaimType, dx: int, payers_: tuple[ClaimPayer, ...]) -> ClaimLine:
    institutional = claim_type is ClaimType.INSTITUTIONAL
    amount = draw(cents)
    day = draw(days)
    drug = draw(st.booleans())
    decided = tuple(
        LineAdjudication(
            payer_id=payer.payer_id,
            paid=Decimal("1.00"),
            adjustments=(
                Adjustment(group="CO", reason="45", amount=amount - Decimal("3.50")),
                Adjustment(group="PR", reason="1", amount=Decimal("2.50")),
            ),
            adjudicated_on=date(2026, 4, 1),
        )
        for payer in payers_[1:]
        if payer.adjudication is not None and amount > Decimal("3.50")
    )
    return ClaimLine(
        number=1,
        control_number="L1",
        code=draw(st.sampled_from(["99213", "J3490", "80053", "93000"])),
        modifiers=draw(st.sampled_from([(), ("25",), ("25", "59", "GA", "Q6")])),
        revenue_code="0450" if institutional else "",
        units=draw(st.sampled_from([Decimal(1), Decimal("2.5"), Decimal(120)])),
        amount=amount,
        pointers=tuple(draw(st.lists(st.integers(1, dx), min_size=1, max_size=4, unique=True))),
        service_date=day,
        service_end=draw(optional(st.just(day + timedelta(days=2)))),
        ndc="00002751001" if drug else "",
        drug_quantity=Decimal("1.5") if drug else None,
        drug_unit="ML" if drug else "",
        prescription=draw(st.just("") | idents) if drug else "",
        note=draw(st.just("") | names),
        emergency=draw(st.booleans()) and not institutional,
        attachments=draw(
            st.just(()) | st.just((Attachment(report_type="OZ", transmission="EL", control_number="A1"),))
        ),
        rendering_provider=draw(optional(providers(ProviderRole.RENDERING))),
        adjudications=decided,
    )


def as_x12sdk_reads(claim: Claim) -> Claim:
    """Without what the guides allow and x12sdk 2.2.0 refuses.

    Sex U, a second payer's decision on a line; on an 837I also the note ADD, a line's period, a drug without
    prescription.
    """
    sex = {"sex": Sex.FEMALE}
    payers_ = tuple(
        payer.model_copy(update={"subscriber": payer.subscriber.model_copy(update=sex)})
        for payer in claim.payers
    )
    changes: dict[str, Any] = {"patient": claim.patient.model_copy(update=sex), "payers": payers_}
    institutional = claim.claim_type is ClaimType.INSTITUTIONAL
    if institutional:
        changes["note_kind"] = "DCP"
    changes["lines"] = tuple(_plainer(line, institutional=institutional) for line in claim.lines)
    return claim.model_copy(update=changes)


def _plainer(line: ClaimLine, *, institutional: bool) -> ClaimLine:
    changes: dict[str, Any] = {"adjudications": line.adjudications[:1]}
    if institutional:
        changes |= {"service_end": None, "prescription": "RX1"}
    return line.model_copy(update=changes)


@st.composite
def claims(draw: st.DrawFn, claim_type: ClaimType | None = None) -> Claim:
    """A claim that can be written."""
    kind = claim_type or draw(st.sampled_from(ClaimType))
    who = draw(people)
    patient = Patient(**dict(who), patient_id="p1", patient_key="k1", mrn=draw(st.just("") | idents))
    billed = draw(payers(patient))
    most = draw(st.sampled_from([1, 3, 12]))
    service = draw(lines(kind, most, billed))
    bill = Bill(
        claim_id=draw(st.text("0123456789abcdef", min_size=24, max_size=24)),
        claim_type=kind,
        patient_control_number=draw(st.text("0123456789ABCDEF", min_size=20, max_size=20)),
        patient=patient,
        payers=billed,
        billing_provider=draw(providers(ProviderRole.BILLING, organisation=True)),
        diagnoses=tuple(ClaimDiagnosis(code=code, role="secondary") for code in DIAGNOSES[:most]),
        lines=service,
        total=sum((line.amount for line in service), Decimal("0.00")),
        statement_from=date(2026, 1, 1),
        statement_through=date(2026, 11, 1),
        referring_provider=draw(optional(providers(ProviderRole.REFERRING))),
        service_facility=draw(optional(providers(ProviderRole.FACILITY, organisation=True))),
        prior_authorization=draw(st.just("") | idents),
        note=draw(st.just("") | names),
        **draw(_professional() if kind is ClaimType.PROFESSIONAL else _institutional()),
    )
    frequency = draw(st.sampled_from(Frequency))
    return Claim(
        **dict(bill),
        version=1 if frequency is Frequency.ORIGINAL else 2,
        frequency=frequency,
        original_reference="" if frequency is Frequency.ORIGINAL else draw(idents),
        encounter_id="e1",
        encounter_claims=(bill.claim_id,),
        encounter_version=1,
        patient_key="k1",
        event_time=NOON,
        digest=digest(bill),
    )


def _professional() -> st.SearchStrategy[dict[str, Any]]:
    transport = Ambulance(
        reason="A",
        miles=Decimal("12.5"),
        patient_weight=Decimal(160),
        pick_up=Address(line1="1 Mill St", city="Boston", state="MA", postal_code="02118"),
        drop_off=Address(line1="2 Mill St", city="Boston", state="MA", postal_code="02118"),
        drop_off_name="Hospital",
    )
    return st.fixed_dictionaries(
        {
            "place_of_service": st.sampled_from(["11", "21", "41"]),
            "rendering_provider": optional(providers(ProviderRole.RENDERING)),
            "supervising_provider": optional(providers(ProviderRole.SUPERVISING)),
            "ambulance": optional(st.just(transport)),
            "certifications": st.just(()) | st.just((Certification(category="07", conditions=("01", "05")),)),
            "dates": st.just(()) | st.just((QualifiedDate(qualifier="431", first=date(2026, 1, 1)),)),
            "patient_paid": optional(cents),
            "accident": st.sampled_from(["", "AA", "OA"]),
        }
    ).map(lambda values: values | _accident(values["accident"]))


def _accident(cause: str) -> dict[str, Any]:
    if not cause:
        return {}
    return {"accident_date": date(2026, 1, 2), "accident_state": "MA" if cause == "AA" else ""}


def _institutional() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "type_of_bill": st.sampled_from(["11", "13"]),
            "admit_type": st.just("1"),
            "admit_source": st.just("1"),
            "discharge_status": st.just("01"),
            "admission_day": st.just(date(2026, 1, 1)),
            "admission_hour": st.sampled_from(["", "1430"]),
            "discharge_hour": st.sampled_from(["", "0900"]),
            "attending_provider": providers(ProviderRole.ATTENDING),
            "operating_provider": optional(providers(ProviderRole.OPERATING)),
            "drg": st.sampled_from(["", "291"]),
            "value_codes": st.just(()) | st.just((CodedAmount(code="A1", amount=Decimal("12.50")),)),
            "occurrence_codes": st.just(()) | st.just((CodedPeriod(code="11", first=date(2026, 1, 1)),)),
            "occurrence_spans": st.just(())
            | st.just((CodedPeriod(code="72", first=date(2026, 1, 1), last=date(2026, 1, 2)),)),
            "condition_codes": st.sampled_from([(), ("09", "D1")]),
            "procedures": st.sampled_from(
                [(), (ClaimProcedure(code="0FT44ZZ", performed=date(2026, 1, 2)),) * 3]
            ),
        }
    )
