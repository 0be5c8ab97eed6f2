"""From a clean encounter to its bills."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.claims.build import bills, digest
from services.claims.errors import Unbillable
from services.claims.issued import fold_claim, issued_for
from services.claims.lifecycle import next_claims
from services.contracts.claim import PayerSequence
from services.contracts.coding import CodeRole
from services.contracts.encounter import (
    ClaimType,
    FormPayer,
    Provider,
    ProviderRole,
    Visit,
    VisitClass,
    VisitStatus,
)
from tests.claims.factory import NOON, code, coverage, institutional, line, validated


def test_a_professional_bill_has_its_parties_lines_and_pointers() -> None:
    """Pointers are the places of the codes, the total is the sum of the lines."""
    (bill,) = bills(validated(lines=(line("a"), line("b", amount=Decimal("10.05"), pointers=("E11.9",)))))
    assert bill.claim_type is ClaimType.PROFESSIONAL
    assert bill.place_of_service == "11"
    assert [diagnosis.code for diagnosis in bill.diagnoses] == ["I10", "E11.9"]
    assert [each.pointers for each in bill.lines] == [(1, 2), (2,)]
    assert bill.total == Decimal("130.55")
    assert bill.rendering_provider is not None
    assert bill.rendering_provider.npi == "1888888884"
    assert bill.payers[0].subscriber.family == "Doe"


def test_facility_and_professional_lines_make_two_bills() -> None:
    """Each form has its own claim id, control numbers and total."""
    professional, facility = bills(validated(lines=(line("a"), institutional("b"))))
    assert (professional.claim_type, facility.claim_type) == (ClaimType.PROFESSIONAL, ClaimType.INSTITUTIONAL)
    assert professional.claim_id != facility.claim_id
    assert professional.lines[0].control_number != facility.lines[0].control_number
    assert (professional.total, facility.total) == (Decimal("120.50"), Decimal("900.00"))
    assert facility.type_of_bill == "13"
    assert facility.lines[0].revenue_code == "0450"
    assert facility.attending_provider is not None


def test_an_inpatient_bill_spans_the_stay_and_carries_its_procedures() -> None:
    """ICD-10-PCS goes on the institutional inpatient bill only; POA stays with its diagnosis."""
    stay = Visit(
        visit_class=VisitClass.INPATIENT,
        status=VisitStatus.FINISHED,
        start=NOON,
        end=datetime(2026, 10, 9, 9, tzinfo=UTC),
        admit_type="1",
        discharge_status="01",
    )
    codes = (
        code("K80.00", CodeRole.PRINCIPAL, present_on_admission="Y"),
        code("0FT44ZZ", CodeRole.PROCEDURE, system="ICD-10-PCS", performed=NOON.date()),
    )
    professional, facility = bills(validated(lines=(line(), institutional()), codes=codes, visit=stay))
    assert facility.type_of_bill == "11"
    assert (facility.statement_from, facility.statement_through) == (NOON.date(), date(2026, 10, 9))
    assert facility.admission_time == NOON
    assert [procedure.code for procedure in facility.procedures] == ["0FT44ZZ"]
    assert professional.procedures == ()
    assert facility.diagnoses[0].present_on_admission == "Y"
    assert [diagnosis.code for diagnosis in facility.diagnoses] == ["K80.00"]


def test_a_professional_claim_takes_only_the_condition_codes_of_its_form() -> None:
    both = validated(lines=(line(), institutional()), condition_codes=("09", "W2"))
    professional, facility = bills(both)
    assert (professional.condition_codes, facility.condition_codes) == (("W2",), ("09", "W2"))


def inpatient(status: str = "01", admitted_on: date | None = None) -> Visit:
    """Four days in hospital, by the clock of the place."""
    return Visit(
        visit_class=VisitClass.INPATIENT,
        status=VisitStatus.FINISHED,
        start=NOON,
        end=datetime(2026, 10, 9, 13, tzinfo=UTC),
        first_hour="0805",
        last_hour="0910",
        admit_type="1",
        discharge_status=status,
        admitted_on=admitted_on,
    )


@pytest.mark.parametrize(
    ("status", "admitted_on", "frequency", "hours"),
    [
        ("01", None, "1", ("0805", "0910")),
        ("30", None, "2", ("0805", "")),
        ("30", date(2026, 9, 5), "3", ("", "")),
        ("01", date(2026, 9, 5), "4", ("", "0910")),
    ],
)
def test_a_stay_is_billed_whole_or_in_parts(
    status: str, admitted_on: date | None, frequency: str, hours: tuple[str, str]
) -> None:
    """Interim bills have a statement period of their own and the admission's day; FL 4, 6, 12, 13, 16, 17."""
    given_ = validated(lines=(institutional(),), visit=inpatient(status, admitted_on))
    (bill,) = bills(given_)
    (claim,) = next_claims(given_, (bill,), {})
    assert claim.frequency.value == frequency
    assert (bill.admission_hour, bill.discharge_hour) == hours
    assert bill.admission_day == (admitted_on or NOON.date())
    assert (bill.statement_from, bill.statement_through) == (NOON.date(), date(2026, 10, 9))
    assert claim.frequency.first_of_its_claim


def test_a_corrected_part_of_a_stay_is_replaced_like_any_claim() -> None:
    first = validated(lines=(institutional(),), visit=inpatient("30"))
    (claim,) = next_claims(first, bills(first), {})
    state = dict(fold_claim(claim))
    second = validated(lines=(institutional(amount=Decimal(1)),), visit=inpatient("30"), version=2)
    (again,) = next_claims(second, bills(second), issued_for(state, "enc-1"))
    assert (again.frequency.value, again.part_of_stay) == ("7", "2")


def test_a_payer_may_be_another_on_institutional_claims() -> None:
    """Medicare's part A beside its part B; what the site does not say is the same."""
    part_a = FormPayer(payer_name="Part A", filing_indicator="MA")
    both = (coverage(payer_name="Part B", filing_indicator="MB", institutional=part_a),)
    professional, facility = bills(validated(lines=(line(), institutional()), coverages=both))
    assert [
        (p.payer_id, p.payer_name, p.filing_indicator) for p in (*professional.payers, *facility.payers)
    ] == [
        ("PAYER1", "Part B", "MB"),
        ("PAYER1", "Part A", "MA"),
    ]


def test_payers_stand_in_paying_order() -> None:
    """The first is billed and gives the claim its id."""
    turned = (coverage(2, "SECOND"), coverage(1, "FIRST"))
    (bill,) = bills(validated(coverages=turned))
    assert [(payer.sequence, payer.payer_id) for payer in bill.payers] == [
        (PayerSequence.PRIMARY, "FIRST"),
        (PayerSequence.SECONDARY, "SECOND"),
    ]
    (again,) = bills(validated(coverages=(coverage(1, "FIRST"),)))
    assert again.claim_id == bill.claim_id


def test_at_most_twelve_diagnoses_and_four_pointers_on_a_professional_bill() -> None:
    """X12 HI holds twelve, SV107 four; a pointer to a diagnosis that fell off is not made."""
    codes = tuple(code(f"Z{number}", CodeRole.SECONDARY) for number in range(10, 30))
    (bill,) = bills(validated(codes=codes, lines=(line(pointers=tuple(c.code for c in reversed(codes))),)))
    assert len(bill.diagnoses) == 12
    assert bill.lines[0].pointers == (12, 11, 10, 9)


def test_without_billing_provider_there_is_no_bill() -> None:
    """The error names what is missing."""
    providers = (Provider(role=ProviderRole.RENDERING, npi="1888888884"),)
    with pytest.raises(Unbillable, match="billing provider"):
        bills(validated(providers=providers))


def test_the_digest_sees_what_is_billed_and_not_what_explains_it() -> None:
    """A better reason is the same bill; a cent is another."""
    plain = bills(validated())[0]
    explained = bills(validated(codes=(code("I10", CodeRole.FIRST_LISTED, reason="why"), code("E11.9"))))[0]
    dearer = bills(validated(lines=(line(amount=Decimal("120.51")),)))[0]
    assert digest(explained) == digest(plain)
    assert digest(dearer) != digest(plain)


@settings(max_examples=40)
@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=60))
def test_dollars_and_control_numbers(cents: list[int]) -> None:
    """Whatever the lines: the total is exact, numbers run from 1, control numbers are unique."""
    lines = tuple(line(f"l{n}", amount=Decimal(c).scaleb(-2)) for n, c in enumerate(cents))
    (bill,) = bills(validated(lines=lines))
    assert bill.total == Decimal(sum(cents)).scaleb(-2)
    assert [each.number for each in bill.lines] == list(range(1, len(cents) + 1))
    assert len({each.control_number for each in bill.lines}) == len(cents)
    assert len(bill.patient_control_number) <= 20
