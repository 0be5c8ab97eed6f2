"""Dollars claimed = paid + adjusted + patient + denied + written off + open, after every event."""

import random
from collections.abc import Iterable
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.claims.answers import Answers, read
from services.claims.batching.handler import moves
from services.claims.life.handler import PREFIX, LifeHandler
from services.claims.life.machine import STATELESS, balanced, step, table
from services.contracts.claim import Claim, Frequency, PayerSequence
from services.contracts.claim_event import ClaimEvent, ClaimLife, ClaimState, EventKind
from services.contracts.keys import derived_id
from services.stage.model import Context, Record
from tests.claims.life.payer import Payer
from tests.claims.x12.samples import claim
from tests.claims.x12.samples import payer as a_payer

RECORD = Record("claim-moves", 0, 0, None, b"x", {}, 0)
HANDLER = LifeHandler()


class Office:
    """The stage at one partition; every life is balanced after every event."""

    def __init__(self) -> None:
        self.state: dict[str, Any] = {}
        self.out: list[ClaimEvent] = []

    def take(self, *events: ClaimEvent) -> list[ClaimEvent]:
        """What the events make of their claims."""
        made: list[ClaimEvent] = []
        for event in events:
            emitted = [emit.event for emit in HANDLER.handle(event, Context(RECORD, self.state))]
            for each in emitted:
                self.state.update(HANDLER.fold(each))
                assert each.life is None or balanced(each.life), each
            made += emitted
        self.out += made
        return made

    def issue(self, each: Claim) -> list[ClaimEvent]:
        """A claim is made and batched."""
        return self.take(*moves(each, "batch"))

    def life(self, each: Claim) -> ClaimLife:
        """Where the claim stands."""
        life: ClaimLife = self.state[PREFIX + each.patient_control_number][1]
        return life


def answers(*files: str) -> Iterable[ClaimEvent]:
    """The events of payers' files, all of which are sound."""
    for text in files:
        outcome = Answers()
        yield from read(BytesIO(text.encode()), "f", outcome)
        assert outcome.faults == []


def own(each: Claim, kind: EventKind) -> ClaimEvent:
    """Something that the office decides."""
    return ClaimEvent(
        event_id=derived_id("own", each.claim_id, kind.value),
        kind=kind,
        control_number=each.patient_control_number,
    )


def test_a_payer_that_answers_in_every_way() -> None:
    """Twelve claims, every kind of answer; dollars agree with the payer's own account, claim by claim."""
    office, payer = Office(), Payer()
    claims = [claim(number) for number in range(1, 13)]
    for each in claims:
        office.issue(each)
    taken = payer.remit(payer.pay(claims[5]), payer.pay(claims[6]))
    office.take(
        *answers(
            *(payer.acknowledge(each) for each in claims[:9]),
            payer.acknowledge(claims[9], "A7:562:85"),
            payer.acknowledge(claims[10], "P1:20"),
            payer.remit(payer.pay(claims[0]), payer.deny(claims[1])),
            payer.remit(payer.deny(claims[2], (1,), "1"), payer.deny(claims[3]), payer.deny(claims[4])),
            taken,
            payer.remit(payer.pay(claims[5], sign=-1), payer.deny(claims[5])),
            payer.remit(payer.pay(claims[6], sign=-1), plb="PLB*1999999984*20261231*WO:CLAIM7*0~"),
        )
    )
    office.take(own(claims[3], EventKind.APPEALED), own(claims[4], EventKind.WRITTEN_OFF))
    states = {each.claim_id: office.life(each).state for each in claims}
    assert [states[each.claim_id].value for each in claims] == [
        "paid", "denied", "partially_paid", "appealed", "written_off", "denied", "reversed",
        "accepted", "accepted", "rejected", "pended", "batched",
    ]  # fmt: skip
    total = Decimal(0)
    for each in claims:
        life, account = office.life(each), payer.accounts.get(each.claim_id)
        assert life.charged == each.total
        if account is not None:
            assert (life.paid, life.patient, life.contractual) == (
                account.paid,
                account.patient,
                account.contractual,
            )
        total += (
            life.paid
            + life.contractual
            + life.other
            + life.patient
            + life.denied
            + life.written_off
            + life.open
        )
    assert total == sum(each.total for each in claims)


def test_the_same_file_twice_moves_nothing_twice() -> None:
    office, payer, one = Office(), Payer(), claim(1)
    office.issue(one)
    file = payer.remit(payer.pay(one))
    office.take(*answers(file))
    before = office.life(one)
    assert office.take(*answers(file)) == []
    assert office.life(one) == before


def test_a_payer_that_it_was_sent_on_to_pays_out_of_the_patients_part() -> None:
    """Crossover: under the first payer's number, as second payer. Its number is not the first one's."""
    office, payer, one = Office(), Payer(), claim(1)
    office.issue(one)
    office.take(*answers(payer.remit(payer.pay(one))))
    second = "CLP*CLAIM1*2*241*15*5*12*OTHER~NM1*QC*1*DOE*ANN~CAS*OA*23*221~CAS*PR*2*5~"
    (told,) = office.take(*answers(payer.remit(second)))
    life = office.life(one)
    assert (told.kind, life.state) == (EventKind.CROSSED_OVER, ClaimState.PAID)
    assert (life.paid, life.crossover, life.patient) == (Decimal("144.60"), Decimal(15), Decimal(5))
    assert (life.payer_control_number, len(life.answers)) == ("ICNCLAIM1", 1)
    again = second.replace("*15*5*", "*30*5*").replace("CAS*OA*23*221", "CAS*OA*23*206")
    (refused,) = office.take(*answers(payer.remit(again)))
    assert (refused.kind, "5.00 were left" in refused.cause) == (EventKind.REFUSED, True)
    back = "CLP*CLAIM1*22*-241*-15*-5*12*OTHER~NM1*QC*1*DOE*ANN~CAS*OA*23*-221~CAS*PR*2*-5~"
    office.take(*answers(payer.remit(back)))
    life = office.life(one)
    assert (life.state, life.crossover, life.patient) == (ClaimState.PAID, Decimal(0), Decimal(20))


def test_what_a_further_payer_settles_is_nobodys() -> None:
    """Medicaid pays nothing and leaves nothing: the patient's part is settled by its contract."""
    office, payer, one = Office(), Payer(), claim(1)
    office.issue(one)
    settled = "CLP*CLAIM1*2*241*0*0*12*OTHER~NM1*QC*1*DOE*ANN~CAS*OA*23*221~CAS*CO*45*20~"
    office.take(*answers(payer.remit(payer.pay(one)), payer.remit(settled)))
    life = office.life(one)
    assert (life.patient, life.contractual) == (Decimal(0), Decimal("96.40"))


def test_a_second_payer_answers_its_own_claim_as_any() -> None:
    """And what comes before the billed payer has decided is the billed payer's, whatever it calls itself."""
    payer = Payer()
    for one in (
        claim(1, payers=(a_payer("B", PayerSequence.SECONDARY), a_payer("A"))),
        claim(2),
    ):
        office = Office()
        office.issue(one)
        (told,) = office.take(*answers(payer.remit(payer.pay(one).replace("*1*241", "*2*241"))))
        assert (told.kind, office.life(one).paid) == (EventKind.PAID, Decimal("144.60"))


def test_a_second_payment_of_what_is_paid_is_refused() -> None:
    """Other control numbers, so it is no repeat; there is nothing open that it could pay."""
    office, payer, one = Office(), Payer(), claim(1)
    office.issue(one)
    office.take(*answers(payer.remit(payer.pay(one))))
    (refused,) = office.take(*answers(payer.remit(payer.pay(one, keep=False))))
    assert refused.kind is EventKind.REFUSED
    assert "0.00 are open" in refused.cause
    assert office.life(one).paid == payer.accounts[one.claim_id].paid


def test_a_reversal_of_what_was_never_paid_is_refused() -> None:
    office, payer, one = Office(), Payer(), claim(1)
    office.issue(one)
    (refused,) = office.take(*answers(payer.remit(payer.pay(one, sign=-1, keep=False))))
    assert refused.kind is EventKind.REFUSED
    assert office.life(one).open == one.total


def test_answers_in_the_wrong_order_end_the_same() -> None:
    """Paid before it is acknowledged: a missing acknowledgement is a waiting state, not a rejection."""
    office, payer, one = Office(), Payer(), claim(1)
    office.issue(one)
    paid, taken = payer.remit(payer.pay(one)), payer.acknowledge(one)
    office.take(*answers(paid, taken))
    assert office.life(one).state is ClaimState.PAID
    assert office.out[-1].after is ClaimState.PAID


def test_what_belongs_to_no_claim_is_kept_and_told() -> None:
    office, payer = Office(), Payer()
    (event,) = office.take(*answers(payer.remit(payer.pay(claim(99)))))
    assert (event.kind, event.paid) == (EventKind.UNMATCHED, Decimal("144.60"))


def test_a_corrected_claim_after_payment() -> None:
    """Replaced, the old payment reversed, the new one paid: the payer's number is known for REF*F8."""
    office, payer, one = Office(), Payer(), claim(1)
    office.issue(one)
    office.take(*answers(payer.remit(payer.pay(one))))
    lines = (one.lines[0],)
    two = claim(1, version=2, frequency=Frequency.REPLACEMENT, lines=lines)
    office.issue(two)
    life = office.life(one)
    assert (life.payer_control_number, life.state) == ("ICNCLAIM1", ClaimState.BATCHED)
    office.take(*answers(payer.remit(payer.pay(one, sign=-1), payer.pay(two))))
    life = office.life(two)
    assert (life.state, life.charged, life.open) == (ClaimState.PAID, Decimal("120.50"), Decimal("0.00"))
    assert life.paid == payer.accounts[one.claim_id].paid


def test_a_void_returns_everything() -> None:
    office, payer, one = Office(), Payer(), claim(1)
    office.issue(one)
    office.take(*answers(payer.remit(payer.pay(one))))
    office.issue(claim(1, version=2, frequency=Frequency.VOID))
    assert office.life(one).state is ClaimState.VOIDED
    office.take(*answers(payer.remit(payer.pay(one, sign=-1))))
    life = office.life(one)
    assert (life.charged, life.paid, life.open) == (Decimal(0), Decimal(0), Decimal(0))


@pytest.mark.parametrize("seed", range(12))
def test_any_order_of_everything_conserves_dollars(seed: int) -> None:
    """Files shuffled and repeated: each life is balanced after each event (`Office.take` asserts it)."""
    choose = random.Random(seed)
    office, payer = Office(), Payer()
    claims = [claim(number) for number in range(1, 6)]
    for each in claims:
        office.issue(each)
    files = []
    for each in claims:
        files += [
            payer.acknowledge(each, choose.choice(["A2:20", "A7:562", "P1:20", "A1:20"])),
            payer.remit(payer.pay(each) if choose.random() < 0.5 else payer.deny(each)),
            payer.remit(payer.pay(each, sign=-1)),
        ]
    choose.shuffle(files)
    office.take(*answers(*files, *choose.sample(files, 5)))
    assert sum(office.life(each).charged for each in claims) == sum(each.total for each in claims)
    for life in map(office.life, claims):
        assert sum(each.charged for each in life.answers) == life.charged - life.open
    assert {event.kind for event in office.out} <= set(EventKind)


@given(st.sampled_from(ClaimState), st.sampled_from(EventKind))
def test_every_move_is_in_the_table_or_refused(state: ClaimState, kind: EventKind) -> None:
    """No event leads anywhere that the table does not say."""
    life = ClaimLife(state=state, claim_version=1)
    event = ClaimEvent(event_id="e", kind=kind, claim_version=2)
    allowed = table().get(state, {})
    if kind in STATELESS:
        assert step(life, event).state is state
    elif kind in allowed:
        assert step(life, event).state is allowed[kind]
    else:
        with pytest.raises(Exception, match="cannot be"):
            step(life, event)


def test_every_state_can_be_reached_and_names_its_moves() -> None:
    assert set(table()) == set(ClaimState)
    reached = {after for moves_ in table().values() for after in moves_.values()}
    assert reached == set(ClaimState) - {ClaimState.NONE}
