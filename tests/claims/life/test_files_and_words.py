"""What life makes of payers' files, of answers about files of ours, and of people's words."""

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.claims.batching.handler import moves
from services.claims.life.decided import Word, decided
from services.claims.life.handler import LifeHandler
from services.claims.life.payer_files import FILE_HEADER, ident_of
from services.claims.life.waiting import waiting
from services.contracts.claim import Claim
from services.contracts.claim_event import ClaimEvent, ClaimState, EventKind
from services.contracts.dead_letter import REPLAY_OF, DeadLetter
from services.contracts.events import CLAIM_EVENTS, CLAIM_MOVES, DEAD_LETTERS, PAYER_FILES
from services.contracts.keys import control_number
from services.contracts.topics import TOPICS
from services.contracts.topology import stage_of
from services.stage.memory import MemoryLog, run
from services.stage.model import Emit
from tests.claims.life.payer import ISA, Payer
from tests.claims.outbox.test_outbox import CODEC
from tests.claims.x12.samples import claim

AT = datetime(2026, 4, 2, 12, tzinfo=UTC)
WORD = Word("Uploaded", "biller", AT)
TAKEN = ISA.format(n=9) + "TA1*000000077*260401*1200*A*000~IEA*0*000000009~"


class Office:
    """Life on a log of four partitions."""

    def __init__(self, *claims: Claim) -> None:
        self._log = MemoryLog({topic.name: topic.partitions for topic in TOPICS})
        self.take(*(move for each in claims for move in moves(each, "batch")))
        self.take(*(written(number, each) for number, each in enumerate(claims, start=1)))

    def take(self, *events: ClaimEvent) -> None:
        """Moves, worked off."""
        for event in events:
            made = CODEC.encode(Emit(CLAIM_MOVES, event))
            self._log.append(CLAIM_MOVES, made.value, key=made.partition_key)
        run(self._log, [stage_of("life", LifeHandler)])

    def file(self, text: str, **headers: bytes) -> None:
        """A payer's file."""
        content = text.encode()
        named = {FILE_HEADER: b"a.835", **headers}
        self._log.append(PAYER_FILES, content, key=ident_of(content), headers=named)
        self.take()

    def events(self, topic: str = CLAIM_EVENTS) -> list[Any]:
        """What life said."""
        return [CODEC.decode(record) for record in self._log.records(topic)]

    def states(self) -> dict[str, ClaimState | None]:
        """Where the claims stand."""
        return {event.control_number: event.after for event in self.events() if event.life}


def written(number: int, each: Claim) -> ClaimEvent:
    """The claim went out in set `number` of interchange 77."""
    return ClaimEvent(
        event_id=f"written-{number}",
        kind=EventKind.WRITTEN,
        reference=f"77/{number:04d}",
        interchange="77",
        control_numbers=(each.patient_control_number,),
    )


def test_a_file_is_read_once_whatever_its_name() -> None:
    office, payer = Office(claim(1)), Payer()
    text = payer.remit(payer.pay(claim(1)))
    office.file(text)
    before = office.events()
    office.file(text, file=b"again.835")
    assert office.events() == before
    assert office.states() == {"CLAIM1": ClaimState.PAID}
    (received,) = [event for event in before if event.kind is EventKind.RECEIVED]
    assert received.cause == "a.835: 1 transaction sets, 1 answers"


def test_what_does_not_balance_is_a_dead_letter_with_the_difference_beside_what_does() -> None:
    """The first remittance of the interchange is off; the second is believed."""
    office, payer = Office(claim(1), claim(2)), Payer()
    good = payer.remit(payer.pay(claim(2)))
    bad = payer.remit(payer.pay(claim(1))).replace("BPR*I*144.60", "BPR*I*144.50")
    body = bad[bad.index("ST*") : bad.index("GE*")]
    office.file(
        good.replace("ST*835*0001", body.replace("0001~", "0002~") + "ST*835*0001").replace("GE*1*", "GE*2*")
    )
    assert office.states() == {"CLAIM1": ClaimState.BATCHED, "CLAIM2": ClaimState.PAID}
    (letter,) = office.events(DEAD_LETTERS)
    assert isinstance(letter, DeadLetter)
    assert letter.source_topic == PAYER_FILES
    assert ["difference -0.10" in error.message for error in letter.errors] == [True]
    assert letter.errors[0].path.startswith("a.835:segment ")


def test_a_replayed_dead_letter_is_read_again_and_moves_nothing_twice() -> None:
    office, payer = Office(claim(1)), Payer()
    text = payer.remit(payer.pay(claim(1))).replace("GE*1*", "GE*2*")
    office.file(text)
    office.file(text)
    office.file(text, **{REPLAY_OF: b"payer-files/0/0"})
    assert len(office.events(DEAD_LETTERS)) == 2
    assert Counter(event.kind for event in office.events() if event.life)[EventKind.PAID] == 1


def test_an_answer_about_an_interchange_reaches_each_of_its_claims() -> None:
    office = Office(claim(1), claim(2))
    office.file(TAKEN)
    assert office.states() == dict.fromkeys(("CLAIM1", "CLAIM2"), ClaimState.ACKNOWLEDGED)


def test_an_answer_about_a_set_reaches_its_claims_only() -> None:
    office = Office(claim(1), claim(2))
    office.file(
        ISA.format(n=8) + "GS*FA*PAYER*US*20260401*1200*1*X*005010X231A1~ST*999*0001*005010X231A1~"
        "AK1*HC*77*X~AK2*837*0002*X~IK5*R*5~AK9*R*1*1*0~SE*6*0001~GE*1*1~IEA*1*000000008~"
    )
    assert office.states() == {"CLAIM1": ClaimState.BATCHED, "CLAIM2": ClaimState.REJECTED}


def test_an_answer_about_an_unknown_interchange_is_kept() -> None:
    office = Office()
    office.file(TAKEN)
    (event,) = [each for each in office.events() if each.kind is EventKind.UNMATCHED]
    assert "interchange 000000077: accepted" in event.cause


def test_a_person_says_that_a_file_was_handed_over() -> None:
    office = Office(claim(1), claim(2))
    office.take(decided("000000077", EventKind.SENT, WORD))
    assert set(office.states().values()) == {ClaimState.SENT}
    assert {(event.role, event.cause) for event in office.events() if event.after is ClaimState.SENT} == {
        ("biller", "Uploaded")
    }


def test_a_persons_illegal_move_is_refused_and_the_same_word_twice_is_one() -> None:
    office, payer = Office(claim(1)), Payer()
    office.take(decided("CLAIM1", EventKind.APPEALED, WORD))
    assert office.events()[-1].kind is EventKind.REFUSED
    assert office.events()[-1].cause == "appealed refused: a claim that is batched cannot be appealed"
    office.file(payer.remit(payer.deny(claim(1))))
    again = decided("CLAIM1", EventKind.APPEALED, Word("Records sent", "denials", AT, "u7"))
    office.take(again, again)
    (appealed,) = [each for each in office.events() if each.kind is EventKind.APPEALED]
    assert (appealed.after, appealed.life.open, appealed.decided_by) == (
        ClaimState.APPEALED,
        claim(1).total,
        "u7",
    )


@pytest.mark.parametrize(
    ("ident", "number"), [("0" * 23 + "a", control_number("0" * 23 + "a")), ("CLAIM1", "CLAIM1")]
)
def test_a_claim_is_named_by_its_id_or_its_control_number(ident: str, number: str) -> None:
    assert decided(ident, EventKind.SENT, WORD).control_number == number


def test_who_waits_is_listed_with_an_age() -> None:
    """Since the day that its state began; what is paid waits no more."""
    office, payer = Office(claim(1), claim(2), claim(3)), Payer()
    office.take(decided("CLAIM2", EventKind.SENT, WORD))
    office.file(payer.remit(payer.pay(claim(3))))
    found = waiting(office.events(), date(2026, 4, 12))
    assert [(each.control_number, each.state, each.days) for each in found] == [
        ("CLAIM1", ClaimState.BATCHED, 38),
        ("CLAIM2", ClaimState.SENT, 10),
    ]
    assert found[0].open == claim(1).total
