"""Expected payment, underpayment, denials with their suggestions, and the next payer's claim."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest

from services import codesets
from services.claims.answers import read
from services.claims.errors import BadTerms
from services.claims.money.denials import denials, suggestion
from services.claims.money.expected import expected, underpayments
from services.claims.money.secondary import next_bill, next_payer
from services.claims.money.terms import Contracts, Terms, read_contracts
from services.contracts.claim import PayerSequence
from services.contracts.claim_event import ClaimEvent
from services.contracts.keys import claim_id
from services.validator.rulebook import RuleSpec
from tests.claims.life.payer import Payer
from tests.claims.x12.oracles import pyx12_errors, written
from tests.claims.x12.samples import claim, line, payer

SETS = codesets.load()
FEES = Contracts(contracts=(Terms(payer_id="PAYER", basis="fees", fees={"99213": Decimal("95.00")}),))


def answer(text: str) -> ClaimEvent:
    """The only event of a file."""
    (event,) = read(BytesIO(text.encode()), "f")
    return event


@pytest.mark.parametrize(
    ("terms", "amount", "why"),
    [
        ({"basis": "fees", "fees": {"99213": "95"}}, "95.00", "contract fee"),
        ({"basis": "percent_of_charge", "percent": "62.5"}, "75.31", "percent of charge"),
        ({"basis": "fees", "fees": {}}, None, "no fee for the code"),
        ({"basis": "fees", "fees": {"99213": "95"}, "to": "2026-01-31"}, None, "no contract on that day"),
    ],
)
def test_what_a_contract_promises(terms: dict[str, object], amount: str | None, why: str) -> None:
    contracts = Contracts.model_validate({"contracts": [{"payer_id": "PAYER", **terms}]})
    bill = claim(1)
    found = expected(bill, bill.lines[0], contracts, SETS)
    assert found.amount == (Decimal(amount) if amount else None)
    assert why in found.why


def test_what_depends_on_other_surgery_is_not_guessed() -> None:
    bill = claim(1)
    found = expected(bill, line(1, 1, modifiers=("50",)), FEES, SETS)
    assert (found.amount, found.why) == (None, "modifier 50 is paid by the case")


def test_an_underpaid_line_is_found_and_the_patients_part_is_none() -> None:
    """Paid 72.30 and the patient owes 10: allowed 82.30 of 95."""
    bill = claim(1)
    desk = Payer()
    found = list(underpayments(bill, answer(desk.remit(desk.pay(bill))), FEES, SETS))
    assert [(each.expected, each.allowed, each.patient, each.short) for each in found] == [
        (Decimal("95.00"), Decimal("82.30"), Decimal("10.00"), Decimal("12.70"))
    ] * 2
    enough = Contracts(
        contracts=(FEES.contracts[0].model_copy(update={"fees": {"99213": Decimal("82.34")}}),)
    )
    assert not list(underpayments(bill, answer(desk.remit(desk.pay(bill))), enough, SETS))
    assert not list(underpayments(bill, answer(desk.remit(desk.deny(bill))), FEES, SETS))


def test_contracts_name_what_is_wrong_with_them(tmp_path: Path) -> None:
    file = tmp_path / "contracts.yaml"
    file.write_text("contracts:\n  - {payer_id: A, basis: guess}\n")
    with pytest.raises(BadTerms, match=r"contracts\.0\.basis"):
        read_contracts(file)
    file.write_text(
        "contracts:\n  - {payer_id: A, basis: fees, from: 2026-01-01, fees: {'99213': '95.00'}}\n"
    )
    terms = read_contracts(file).with_payer("A", date(2026, 1, 1))
    assert terms is not None
    assert terms.fees == {"99213": Decimal("95.00")}


def test_a_denial_has_its_cause_and_the_edit_that_foresees_it() -> None:
    bill, desk = claim(1), Payer()
    event = answer(desk.remit(desk.deny(bill, (1,), "1"))).model_copy(update={"payer_id": "PAYER"})
    (denial,) = denials(event, bill, {"197": ["commercial.imaging_authorisation"]})
    assert (denial.stage, denial.carc, denial.rarcs, denial.amount, denial.line) == (
        "authorisation",
        "197",
        ("M62",),
        Decimal("120.50"),
        "C1L1",
    )
    assert denial.caught_by == ("commercial.imaging_authorisation",)
    assert suggestion(denial) is None


def test_a_denial_that_nothing_foresees_suggests_a_rule_in_shadow() -> None:
    """What is suggested is a rule that the validator reads."""
    bill, desk = claim(1), Payer()
    event = answer(desk.remit(desk.deny(bill, (1,), "1"))).model_copy(update={"payer_id": "PAYER"})
    (denial,) = denials(event, bill, {})
    rule = RuleSpec.model_validate(suggestion(denial))
    assert rule.shadow
    assert (rule.id, rule.scope.payers, rule.scope.codes) == (
        "learned.payer_carc_197_99213",
        ("PAYER",),
        ("99213",),
    )
    assert rule.require == 'claim.prior_authorization != ""'


def test_the_next_payers_claim_carries_what_the_first_decided(tmp_path: Path) -> None:
    """Balanced line by line, billed to the second payer, asked for the patient's part."""
    second = payer("SECOND", PayerSequence.SECONDARY)
    bill, desk = claim(1, payers=(payer("FIRST"), second)), Payer()
    made = next_bill(bill, answer(desk.remit(desk.pay(bill))))
    assert made is not None
    assert made.claim_id == claim_id(bill.encounter_id, "SECOND", "professional")
    assert [each.payer_id for each in made.payers] == ["SECOND", "FIRST"]
    decided = made.payers[1].adjudication
    assert decided is not None
    assert (decided.paid, decided.remaining, decided.control_number) == (
        Decimal("144.60"),
        Decimal("20.00"),
        "ICNCLAIM1",
    )
    assert made.total == bill.total
    assert next_payer(made) is None
    assert next_bill(bill, answer(desk.remit(desk.pay(bill)))) == made
    sent = bill.model_copy(update=dict(made))
    (file,) = written([sent], tmp_path).files
    assert pyx12_errors(file.path) == []
    assert "SVD*FIRST*72.3*HC:99213**1" in file.path.read_text()


def test_nothing_is_asked_where_nothing_is_left() -> None:
    bill, desk = claim(1, payers=(payer("FIRST"), payer("SECOND", PayerSequence.SECONDARY))), Payer()
    assert next_bill(bill, answer(desk.remit(desk.deny(bill)))) is None
    assert next_bill(claim(2), answer(desk.remit(desk.pay(claim(2))))) is None
