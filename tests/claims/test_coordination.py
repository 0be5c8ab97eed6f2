"""The claim to the next payer: made, corrected and withdrawn by the running loop; once, whatever crashes."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from functools import cache
from io import BytesIO
from typing import Any

import pytest

from services.claims.answers import read
from services.claims.batching.handler import moves
from services.claims.handler import ClaimsHandler
from services.claims.issued import fold_claim
from services.claims.life.handler import LifeHandler
from services.claims.money.secondary import next_claim_id
from services.contracts.claim import Claim, ClaimPayer, Frequency, PayerSequence
from services.contracts.claim_event import ClaimEvent
from services.contracts.codec import EventCodec
from services.contracts.events import (
    ADJUDICATIONS,
    CLAIM_EVENTS,
    CLAIM_MOVES,
    CLAIMS,
    DEAD_LETTERS,
    PAYER_FILES,
    VALIDATED_ENCOUNTERS,
    WORK_ITEMS,
)
from services.contracts.topology import stage_of
from services.contracts.validation import Disposition
from services.contracts.work import WorkItem, WorkStatus
from services.stage.errors import AbortError, Rejected
from services.stage.loop import ABORTABLE, Bounds, Loop, Step
from services.stage.memory import MemoryLog, memory_loop
from services.stage.model import Context, Emit, Record
from tests.claims.factory import coverage, validated
from tests.claims.factory import line as service
from tests.claims.life.payer import Payer
from tests.claims.x12.samples import claim, line, payer

CODEC = EventCodec()
RECORD = Record(ADJUDICATIONS, 0, 0, None, b"x", {}, 0)
SECOND, THIRD = PayerSequence.SECONDARY, PayerSequence.TERTIARY
OPEN, CLOSED = WorkStatus.OPEN, WorkStatus.CLOSED


class Office:
    """Claims and lives side by side: what one tells, the other hears."""

    def __init__(self) -> None:
        self._claims, self._lives = ClaimsHandler(), LifeHandler()
        self._issued: dict[str, Any] = {}
        self._state: dict[str, Any] = {}

    def issue(self, each: Claim) -> None:
        """A claim is issued and batched."""
        self._issued.update(fold_claim(each))
        for move in moves(each, "batch"):
            self._live(move)

    def hear(self, *files: str) -> list[Any]:
        """What payers' files make of claims: new versions, and what a person has to watch."""
        answers = (event for text in files for event in read(BytesIO(text.encode()), "f"))
        return [made for answer in answers for told in self._live(answer) for made in self.coordinate(told)]

    def judge(self, event: Any) -> list[Any]:
        """What a validated encounter makes of claims."""
        return self.coordinate(event)

    def coordinate(self, event: Any) -> list[Any]:
        """What the service of claims emits, which is issued at once."""
        emits = list(self._claims.handle(event, Context(RECORD, self._issued)))
        for emit in emits:
            if emit.topic == CLAIMS:
                self.issue(emit.event)
        return [emit.event for emit in emits]

    def _live(self, event: ClaimEvent) -> list[ClaimEvent]:
        """Move a life; the decisions about whole claims."""
        emits = list(self._lives.handle(event, Context(RECORD, self._state)))
        for emit in emits:
            if emit.topic == CLAIM_EVENTS:
                self._state.update(self._lives.fold(emit.event))
        return [emit.event for emit in emits if emit.topic == ADJUDICATIONS]


def two_payers(*more: ClaimPayer, **changes: Any) -> Claim:
    """241 dollars to FIRST, then to SECOND."""
    return claim(1, payers=(payer("FIRST"), payer("SECOND", SECOND), *more), **changes)


def office(lead: Claim) -> Office:
    """An office that has sent this claim."""
    made = Office()
    made.issue(lead)
    return made


def told(made: Iterable[Any]) -> list[tuple[Any, ...]]:
    """Claims by payer, version and frequency; items by whether they are open."""
    return [
        (each.status,)
        if isinstance(each, WorkItem)
        else (each.payers[0].payer_id, each.version, each.frequency.value)
        for each in made
    ]


def test_a_paid_claim_is_sent_on_once() -> None:
    """Repeats of the file, and the same answer under other control numbers, make nothing more."""
    lead, desk = two_payers(), Payer()
    desk_of = office(lead)
    file = desk.remit(desk.pay(lead))
    (made,) = desk_of.hear(file, file)
    assert told([made]) == [("SECOND", 1, "1")]
    assert (made.follows, made.encounter_id) == (lead.claim_id, lead.encounter_id)
    assert made.encounter_claims == tuple(sorted((lead.claim_id, made.claim_id)))
    assert made.event_time.date() == date(2026, 4, 1)  # the day of the decision
    assert desk_of.hear(file, desk.remit(desk.pay(lead))) == []


def test_payers_are_asked_one_after_the_other() -> None:
    """Each next one hears what all before it decided."""
    lead, desk = two_payers(payer("THIRD", THIRD)), Payer()
    desk_of = office(lead)
    (second,) = desk_of.hear(desk.remit(desk.pay(lead)))
    (third,) = desk_of.hear(desk.remit(desk.pay(second)))
    assert [each.payer_id for each in third.payers] == ["THIRD", "SECOND", "FIRST"]
    assert [each.payer_id for each in third.lines[0].adjudications] == ["FIRST", "SECOND"]
    assert third.follows == second.claim_id
    assert desk_of.hear(desk.remit(desk.pay(third))) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("*1*241", "*19*241"),
        lambda text: text.replace("~NM1*QC", "~NM1*TT*2*PLAN*****PI*X9~NM1*QC"),
        lambda text: text.replace("*DOE*ANN~", "*DOE*ANN~MOA***MA18~"),
    ],
)
def test_what_the_payer_sends_on_itself_is_not_sent_again(change: Callable[[str], str]) -> None:
    lead, desk = two_payers(), Payer()
    file = desk.remit(desk.pay(lead))
    assert change(file) != file
    assert office(lead).hear(change(file)) == []


def test_nothing_is_asked_where_nothing_is_left_or_nobody_is_next() -> None:
    """Denied for a reason of ours; paid without a part of the patient's; no further payer."""
    lead, desk = two_payers(), Payer()
    assert office(lead).hear(desk.remit(desk.deny(lead))) == []
    contract = desk.remit(desk.pay(lead)).replace("CAS*PR*3*", "CAS*CO*45*")
    assert office(lead).hear(contract) == []
    alone = claim(2)
    assert office(alone).hear(desk.remit(desk.pay(alone))) == []


def test_a_denial_that_leaves_the_patient_to_pay_is_sent_on() -> None:
    lead, desk = two_payers(), Payer()
    (made,) = office(lead).hear(desk.remit(desk.deny(lead)).replace("CAS*CO*197*", "CAS*PR*96*"))
    assert told([made]) == [("SECOND", 1, "1")]
    assert made.payers[1].adjudication.remaining == lead.total


def test_a_payment_taken_back_is_watched_until_the_next_decision_corrects_the_claim() -> None:
    """Reversed: an item for a person. Paid anew: a replacement, and the item is done with."""
    lead, desk = two_payers(), Payer()
    desk_of = office(lead)
    desk_of.hear(desk.remit(desk.pay(lead)))
    (item,) = desk_of.hear(desk.remit(desk.pay(lead, sign=-1)))
    assert (item.status, item.dollars, item.reasons[0].rule) == (OPEN, lead.total, "coordination.reversed")
    anew = desk.remit(desk.pay(lead)).replace("ICNCLAIM1", "ICN2")
    made, done = desk_of.hear(anew)
    assert told([made, done]) == [("SECOND", 2, "7"), (CLOSED,)]
    assert (made.payers[1].adjudication.control_number, done.item_id) == ("ICN2", item.item_id)


def test_a_decision_that_leaves_nothing_withdraws_the_claim() -> None:
    """And one that asks again begins anew, under the same id."""
    lead, desk = two_payers(), Payer()
    desk_of = office(lead)
    (first,) = desk_of.hear(desk.remit(desk.pay(lead)))
    made = desk_of.hear(desk.remit(desk.pay(lead, sign=-1), desk.deny(lead)))
    assert told(made) == [(OPEN,), ("SECOND", 2, "8"), (CLOSED,)]
    assert made[1].lines == first.lines
    again = desk_of.hear(desk.remit(desk.pay(lead)))  # after an appeal
    assert told(again) == [("SECOND", 3, "1")]


def test_a_reversal_of_what_was_never_sent_on_is_nobodys_work() -> None:
    lead, desk = two_payers(), Payer()
    file = desk.remit(desk.deny(lead), desk.pay(lead, sign=-1))
    assert office(lead).hear(file) == []


def test_a_claim_that_is_answered_in_parts_is_sent_on_when_all_are_there() -> None:
    """Sixty lines are two claims to the payer, in two files; the next payer hears of every line."""
    lines = tuple(line(number, 1) for number in range(1, 61))
    lead, desk = two_payers(lines=lines), Payer()
    desk_of = office(lead)
    parts = [
        lead.model_copy(
            update={
                "patient_control_number": number,
                "lines": part,
                "total": sum((each.amount for each in part), Decimal(0)),
            }
        )
        for number, part in (("CLAIM1", lines[:50]), ("CLAIM1-2", lines[50:]))
    ]
    assert desk_of.hear(desk.remit(desk.pay(parts[0]))) == []
    (made,) = desk_of.hear(desk.remit(desk.pay(parts[1])))
    assert made.payers[1].adjudication.remaining == Decimal(600)
    assert all(len(each.adjudications) == 1 for each in made.lines)


def test_lines_are_known_by_code_and_charge_where_their_number_does_not_come_back() -> None:
    lead, desk = two_payers(), Payer()
    bare = tuple(each.model_copy(update={"control_number": ""}) for each in lead.lines)
    (made,) = office(lead).hear(desk.remit(desk.pay(lead.model_copy(update={"lines": bare}))))
    assert all(len(each.adjudications) == 1 for each in made.lines)


def test_two_coverages_with_one_payer_are_two_claims() -> None:
    lead, desk = claim(1, payers=(payer("FIRST"), payer("FIRST", SECOND))), Payer()
    (made,) = office(lead).hear(desk.remit(desk.pay(lead)))
    assert made.claim_id == next_claim_id(lead.encounter_id, lead, lead.payers[1]) != lead.claim_id


def test_a_decision_about_another_version_changes_nothing() -> None:
    """The corrected claim has other dollars; what is said of the first one is not about it."""
    lead, desk = two_payers(), Payer()
    desk_of = office(lead)
    late = desk.remit(desk.pay(lead))
    corrected = two_payers(version=2, frequency=Frequency.REPLACEMENT, lines=lead.lines[:1])
    desk_of.issue(corrected)
    assert desk_of.hear(late) == []
    assert told(desk_of.hear(desk.remit(desk.pay(lead, sign=-1), desk.pay(corrected)))) == [
        ("SECOND", 1, "1")
    ]


def test_a_decision_about_a_claim_that_is_not_known_is_a_dead_letter() -> None:
    stranger = ClaimEvent(event_id="e", kind="paid", claim_id="none")
    with pytest.raises(Rejected, match="not issued here"):
        Office().coordinate(stranger)


def encounter(
    *payers: str, version: int = 1, disposition: Disposition = Disposition.CLEAN, **changes: Any
) -> Any:
    """A clean encounter of one line with these coverages, in this order; `changes` are the line's."""
    listed = tuple(coverage(place, name) for place, name in enumerate(payers, start=1))
    return validated(disposition, lines=(service(**changes),), coverages=listed, version=version)


def sent_on(desk: Payer) -> tuple[Office, Claim, Claim]:
    """An encounter whose claim was paid and sent on."""
    desk_of = Office()
    (lead,) = desk_of.judge(encounter("FIRST", "SECOND"))
    (made,) = desk_of.hear(desk.remit(desk.pay(lead)))
    return desk_of, lead, made


def test_a_corrected_encounter_leaves_the_second_claim_to_the_first_payers_answer() -> None:
    desk = Payer()
    desk_of, lead, made = sent_on(desk)
    changed = encounter("FIRST", "SECOND", version=2, modifiers=("25",))
    assert told(desk_of.judge(changed)) == [("FIRST", 2, "7")]
    heard = desk_of.hear(desk.remit(desk.pay(lead, sign=-1), desk.pay(lead)))
    assert told(heard) == [(OPEN,), ("SECOND", 2, "7"), (CLOSED,)]
    assert (heard[1].claim_id, heard[1].lines[0].modifiers) == (made.claim_id, ("25",))


def test_a_withdrawn_encounter_takes_both_claims_back() -> None:
    desk_of, _, _ = sent_on(Payer())
    gone = desk_of.judge(encounter("FIRST", "SECOND", version=2, disposition=Disposition.NOT_BILLABLE))
    assert sorted(told(gone), key=str) == [("FIRST", 2, "8"), ("SECOND", 2, "8"), (CLOSED,)]


def test_a_coverage_that_is_gone_takes_its_claim_with_it() -> None:
    desk_of, _, _ = sent_on(Payer())
    assert told(desk_of.judge(encounter("FIRST", version=2))) == [
        ("FIRST", 2, "7"),
        ("SECOND", 2, "8"),
        (CLOSED,),
    ]


def test_payers_that_change_places_change_their_claims() -> None:
    """What was second is now first: its claim is replaced under its id; the other is withdrawn."""
    desk_of, _, made = sent_on(Payer())
    turned = desk_of.judge(encounter("SECOND", "FIRST", version=2))
    assert told(turned) == [("SECOND", 2, "7"), (CLOSED,), ("FIRST", 2, "8")]
    assert (turned[0].claim_id, turned[0].follows) == (made.claim_id, "")


TOPICS = (VALIDATED_ENCOUNTERS, CLAIMS, WORK_ITEMS, CLAIM_MOVES, CLAIM_EVENTS, PAYER_FILES, ADJUDICATIONS)
HANDLERS = {"claims": ClaimsHandler, "life": LifeHandler}


class Crash(BaseException):
    """The process is gone."""


@cache
def records() -> tuple[tuple[str, bytes, str], ...]:
    """An encounter, its life so far, and a file: paid, taken back, paid anew; topic, value, key."""
    desk, event = Payer(), encounter("FIRST", "SECOND")
    (lead,) = Office().judge(event)
    emits = [Emit(VALIDATED_ENCOUNTERS, event), *(Emit(CLAIM_MOVES, each) for each in moves(lead, "batch"))]
    made = [CODEC.encode(emit) for emit in emits]
    file = desk.remit(desk.pay(lead), desk.pay(lead, sign=-1), desk.pay(lead).replace("*ICN", "*NEW"))
    return (
        *((each.topic, each.value, each.partition_key) for each in made),
        (PAYER_FILES, file.encode(), "file"),
    )


def filled() -> MemoryLog:
    """The topics before the two services begin."""
    log = MemoryLog(dict.fromkeys((*TOPICS, DEAD_LETTERS), 1))
    for topic, value, key in records():
        log.append(topic, value, key=key)
    return log


def finish(log: MemoryLog, probe: Callable[[Step], None] = lambda _step: None) -> None:
    """Both services until nothing is left to do; claims first, so that each decision finds its claim."""
    loops: list[Loop] = []
    for name, handler in HANDLERS.items():
        loop = memory_loop(log, stage_of(name, handler), bounds=Bounds(records=8), probe=probe)
        loop.open()
        loops.append(loop)
    quiet = 0
    while quiet < 3:
        quiet = 0 if sum(loop.turn(0.0) for loop in loops) else quiet + 1


def outcome(log: MemoryLog) -> list[bytes]:
    """Everything that the two services said of claims."""
    return [r.value for topic in (CLAIMS, WORK_ITEMS, ADJUDICATIONS) for r in log.records(topic)]


def test_a_crash_at_every_step_makes_each_claim_once() -> None:
    whole, steps = filled(), list[Step]()
    finish(whole, steps.append)
    expected = outcome(whole)
    assert told(CODEC.decode(each) for each in whole.records(CLAIMS)) == [
        ("FIRST", 1, "1"),
        ("SECOND", 1, "1"),
        ("SECOND", 2, "7"),
    ]
    assert not list(whole.records(DEAD_LETTERS))
    for error in (Crash, AbortError):
        for at, step in enumerate(steps, start=1):
            if error is Crash or step in ABORTABLE:
                assert outcome(interrupted(at, error)) == expected, (error, at, step)


def interrupted(at: int, error: type[BaseException]) -> MemoryLog:
    """The same, with an error at a step, and another process that goes on."""
    log, seen = filled(), list[Step]()

    def probe(step: Step) -> None:
        seen.append(step)
        if len(seen) == at:
            raise error("injected")

    try:
        finish(log, probe)
    except Crash:
        finish(log)
    return log
