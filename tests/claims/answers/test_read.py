"""999, TA1, 277CA and 835: what is read, what is refused and where; nothing makes the reader raise."""

import random
import tracemalloc
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO, RawIOBase
from time import monotonic
from typing import BinaryIO, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.claims.answers import Answers, read
from services.claims.answers.matching import Index
from services.contracts.as_json import as_json
from services.contracts.claim_event import ClaimEvent, EventKind
from tests.claims.life.payer import ISA, Payer
from tests.claims.x12.samples import claim

ACKNOWLEDGED = (
    ISA.format(n=1) + "GS*FA*PAYER*US*20260401*1200*1*X*005010X231A1~ST*999*0001*005010X231A1~"
    "AK1*HC*77*005010X222A1~AK2*837*0001*005010X222A1~IK5*A~"
    "AK2*837*0002*005010X222A1~IK3*CLM*22**8~CTX*CLM01:CLAIM9~IK4*2:1*782*1~IK5*R*5~AK9*P*2*2*1~"
    "SE*11*0001~GE*1*1~IEA*1*000000001~"
)
INTERCHANGE = ISA.format(n=2) + "TA1*000000077*260401*1200*R*024~IEA*0*000000002~"


def events(text: str) -> tuple[list[ClaimEvent], Answers]:
    """Everything that a text comes to."""
    outcome = Answers()
    return list(read(BytesIO(text.encode("latin-1")), "f", outcome)), outcome


def test_a_999_answers_each_transaction_set_with_its_errors() -> None:
    (good, bad), outcome = events(ACKNOWLEDGED)
    assert outcome.faults == []
    assert (good.kind, good.reference) == (EventKind.ACKNOWLEDGED, "77/0001")
    assert (bad.kind, bad.reference) == (EventKind.REJECTED, "77/0002")
    assert bad.errors == ("CLM 22: code 8", "claim CLAIM9", "CLM 22 element 2: code 1", "set: code 5")


def test_a_ta1_answers_an_interchange() -> None:
    (refused,), outcome = events(INTERCHANGE)
    assert outcome.faults == []
    assert (refused.kind, refused.reference, refused.errors) == (
        EventKind.REJECTED,
        "000000077",
        ("interchange: note 024",),
    )


@pytest.mark.parametrize(
    ("category", "kind"),
    [("A2:20", EventKind.ACCEPTED), ("A7:562:85", EventKind.REJECTED), ("P1:20", EventKind.PENDED)],
)
def test_a_277ca_answers_each_claim(category: str, kind: EventKind) -> None:
    (event,), outcome = events(Payer().acknowledge(claim(1), category))
    assert outcome.faults == []
    assert (event.kind, event.control_number, event.charged) == (kind, "CLAIM1", Decimal("241.00"))
    assert event.statuses[0].category == category[:2]


def test_an_835_answers_claims_and_lines() -> None:
    payer = Payer()
    (paid, part), outcome = events(payer.remit(payer.pay(claim(1)), payer.deny(claim(2), (1,), "1")))
    assert outcome.faults == []
    assert (paid.kind, paid.control_number, paid.payer_control_number) == (
        EventKind.PAID,
        "CLAIM1",
        "ICNCLAIM1",
    )
    assert (paid.charged, paid.paid, paid.patient_responsibility) == (
        Decimal("241.00"),
        Decimal("144.60"),
        Decimal("20.00"),
    )
    line = paid.lines[0]
    assert (line.control_number, line.code, line.charged, line.paid) == (
        "C1L1",
        "99213",
        Decimal("120.50"),
        Decimal("72.30"),
    )
    assert [(each.group, each.reason, each.amount) for each in line.adjustments] == [
        ("CO", "45", Decimal("38.20")),
        ("PR", "3", Decimal("10.00")),
    ]
    assert part.kind is EventKind.PARTIALLY_PAID
    assert part.lines[0].remarks == ("M62",)
    assert part.cause == "1 of 2 lines denied: CO-197"


def test_a_takeback_and_interest_are_told() -> None:
    payer = Payer()
    plb = "PLB*1999999984*20261231*WO:CLAIM7*50*L6:X*-2.5~"
    found, outcome = events(payer.remit(payer.pay(claim(1)), plb=plb, provider=Decimal("47.5")))
    assert outcome.faults == []
    assert [(each.kind, each.control_number, each.paid) for each in found[1:]] == [
        (EventKind.TAKEBACK, "CLAIM7", Decimal("-50.00")),
        (EventKind.PROVIDER_ADJUSTED, "X", Decimal("2.50")),
    ]


@pytest.mark.parametrize(
    ("before", "after", "place", "message", "told"),
    [
        ("BPR*I*144.60*", "BPR*I*144.61*", "BPR02", "difference 0.01", 0),
        ("*120.50*72.30~", "*120.50*72.31~", "segment 14:SVC", "difference -0.01", 0),
        ("CLP*CLAIM1*1*241.00", "CLP*CLAIM1*1*242.00", "segment 12:CLP", "difference 1.00", 0),
        ("*120.50*72.30~", "*120.50*7x~", "SVC03", "no amount", 0),
        ("BPR*", "BPX*", "BPR", "no total payment", 0),
        ("SE*2", "SE*9", "SE01", "segments; there are", 0),
        ("IEA*1*000000001", "IEA*1*000000002", "IEA02", "not the control number", 1),
        ("CHK************20260401", "CHK************20261401", "BPR16", "no day", 1),
        ("PER*BL", "PER*CX", "PER*BL", "missing", 1),
    ],
)
def test_what_does_not_balance_is_refused_with_the_difference(
    before: str, after: str, place: str, message: str, told: int
) -> None:
    payer = Payer()
    text = payer.remit(payer.pay(claim(1)))
    assert before in text, text
    found, outcome = events(text.replace(before, after, 1))
    assert len(found) == told
    faults = [fault for fault in outcome.faults if place in fault.path and message in fault.message]
    assert faults, outcome.faults


def test_a_claim_that_does_not_balance_leaves_the_others() -> None:
    payer = Payer()
    text = payer.remit(payer.pay(claim(1)), payer.pay(claim(2))).replace(
        "CLP*CLAIM1*1*241.00", "CLP*CLAIM1*1*242.00"
    )
    found, outcome = events(text)
    assert [event.control_number for event in found] == ["CLAIM2"]
    assert len(outcome.faults) == 1


def test_a_transaction_that_ends_early_is_not_believed() -> None:
    payer = Payer()
    text = payer.remit(payer.pay(claim(1)))
    found, outcome = events(text[: text.index("CAS*PR")])
    assert found == []
    assert outcome.refused == 1
    assert outcome.faults[0].message == "the file ends inside of a transaction set"


def test_many_interchanges_with_other_delimiters_in_one_file() -> None:
    payer = Payer()
    other = payer.remit(payer.pay(claim(2))).translate(str.maketrans("*~:", "|\n>"))
    found, outcome = events(ACKNOWLEDGED + "\r\n" + other + "\n" + INTERCHANGE)
    assert outcome.faults == []
    assert [event.source.document for event in found] == ["999", "999", "835", "TA1"]


def test_the_same_answer_has_the_same_id_and_another_has_another() -> None:
    payer = Payer()
    text = payer.remit(payer.pay(claim(1)), payer.pay(claim(2)))
    first, second = events(text)[0]
    assert [event.event_id for event in events(text)[0]] == [first.event_id, second.event_id]
    assert first.event_id != second.event_id


@pytest.mark.parametrize(
    "text", ["", "hello", "ISA", "ISA*", "ISA" + "*" * 300, "\0" * 1000, "ISA*00*" * 500]
)
def test_what_is_no_x12_is_one_located_fault(text: str) -> None:
    found, outcome = events(text)
    assert found == []
    assert outcome.faults


def test_answers_about_a_set_reach_each_of_its_claims() -> None:
    """Our own files say which set carried which claim."""
    index = Index.of([claim(1), claim(2), claim(3)])
    file = "GS*HC*US*PAYER*20260401*1200*{}*X*1~ST*837*{}~{}SE*1*1~GE*1*1~IEA*1*1~"
    for group, one, claims in (("77", "0002", "CLM*CLAIM1*1~CLM*CLAIM2*1~"), ("78", "0001", "CLM*CLAIM3*1~")):
        index.sent(BytesIO((ISA.format(n=int(group)) + file.format(group, one, claims)).encode()))
    told = [each for event in events(ACKNOWLEDGED + INTERCHANGE)[0] for each in index.match(event)]
    assert [(each.kind.value, each.control_number) for each in told] == [
        ("unmatched", ""),
        ("rejected", "CLAIM1"),
        ("rejected", "CLAIM2"),
        ("rejected", "CLAIM1"),
        ("rejected", "CLAIM2"),
    ]
    assert len({each.event_id for each in told}) == len(told)


def test_what_is_told_is_what_the_contract_says() -> None:
    """The reader makes its events without validation: validated, each is the same, as object and as JSON."""
    told = [event for text in _sources() for event in events(text)[0]]
    assert {event.source.document for event in told} == {"999", "TA1", "277CA", "835"}
    for event in told:
        again = ClaimEvent.model_validate_json(as_json(event))
        assert again == event
        assert ClaimEvent.model_validate(event.model_dump()).model_dump_json() == event.model_dump_json()


def _sources() -> list[str]:
    payer = Payer()
    return [
        ACKNOWLEDGED,
        INTERCHANGE,
        payer.acknowledge(claim(1)),
        payer.remit(payer.pay(claim(1)), payer.deny(claim(2)), plb="PLB*1*20261231*L6*0~"),
    ]


def mutated(text: str, choose: random.Random) -> str:
    """Bytes flipped, segments dropped, doubled or swapped, the end cut off."""
    segments = text.split("~")
    at = choose.randrange(len(segments))
    what = choose.randrange(6)
    if what == 0:
        place = choose.randrange(len(text))
        return text[:place] + chr(choose.randrange(256)) + text[place + 1 :]
    if what == 1:
        del segments[at]
    elif what == 2:
        segments.insert(at, segments[at])
    elif what == 3:
        other = choose.randrange(len(segments))
        segments[at], segments[other] = segments[other], segments[at]
    elif what == 4:
        return text[: choose.randrange(len(text))]
    else:
        elements = segments[at].split("*")
        elements[choose.randrange(len(elements))] = choose.choice(
            ["", "9" * 30, "-1", "1E5", "NaN", "\u00e9", "1_0", ".", "20261399", "A" * 500]
        )
        segments[at] = "*".join(elements)
    return "~".join(segments)


def test_ten_thousand_mutations_neither_crash_nor_invent_money() -> None:
    """What is told of a broken remittance balances, or it is not told."""
    choose = random.Random(7)
    sources = _sources()
    for number in range(10_000):
        text = mutated(sources[number % len(sources)], choose)
        for _ in range(choose.randrange(3)):
            text = mutated(text, choose) if text else text
        for event in events(text)[0]:
            if event.source.document == "835" and event.charged is not None:
                lines = [each for line in event.lines for each in line.adjustments]
                adjusted = sum(each.amount for each in (*event.adjustments, *lines))
                assert event.charged == (event.paid or 0) + adjusted


@settings(max_examples=300)
@given(st.text(alphabet="ISAGTE*~:^0159\n ", max_size=400))
def test_noise_is_never_more_than_faults(text: str) -> None:
    found, outcome = events(text)
    assert found == [] or outcome.transactions


class Endless(RawIOBase):
    """A remittance made as it is read, so that the test holds none of it."""

    def __init__(self, claims: int) -> None:
        super().__init__()
        self._claims = claims
        self._rest = self._text()
        self._buffer = b""

    def _text(self) -> Iterator[bytes]:
        payer = Payer()
        whole = payer.remit(payer.pay(claim(1)))
        start, end = whole.index("CLP*"), whole.index("SE*")
        body = whole[start:end]
        count = whole[:end].count("~") - 2 + 1 + (self._claims - 1) * body.count("~")
        total = Decimal("144.60") * self._claims
        yield whole[:start].replace("BPR*I*144.60", f"BPR*I*{total}").encode()
        for number in range(self._claims):
            yield body.replace("CLAIM1", f"CLAIM{number}").encode()
        yield whole[end:].replace(whole[end : end + 6], f"SE*{count}*", 1).encode()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return 0

    def seek(self, offset: int, whence: int = 0) -> int:
        self._rest, self._buffer = self._text(), b""
        return offset + whence

    def read(self, size: int = -1) -> bytes:
        while len(self._buffer) < size:
            piece = next(self._rest, b"")
            if not piece:
                break
            self._buffer += piece
        out, self._buffer = self._buffer[:size], self._buffer[size:]
        return out


def consume(claims: int) -> tuple[int, int, float]:
    """Read a remittance of that many claims: events, peak bytes, seconds."""
    outcome = Answers()
    tracemalloc.start()
    began = monotonic()
    count = sum(1 for _ in read(cast("BinaryIO", Endless(claims)), "f", outcome))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert outcome.faults == []
    return count, peak, monotonic() - began


def test_memory_does_not_grow_with_the_file() -> None:
    """More claims than are held, and more than twice as many: the same peak but for the caches of values."""
    (few, low, _), (many, high, _) = consume(520), consume(1_200)
    assert (few, many) == (520, 1_200)
    assert high < low + 2 * 1024 * 1024


@pytest.mark.soak
def test_twenty_five_thousand_claims_are_read_in_bounded_time_and_memory() -> None:
    count, peak, seconds = consume(25_000)
    assert count == 25_000
    assert peak < 32 * 1024 * 1024
    assert seconds < 300
