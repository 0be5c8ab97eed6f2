"""A correction without the payer's number waits alone: until the number comes, or for long enough."""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import pytest

from services.claims.life.waiting import waiting
from services.claims.outbox.corrections import LONGEST
from services.claims.outbox.folder import HIDDEN, Folder
from services.claims.outbox.interchange import Interchange, Terms
from services.claims.outbox.writer import Writer
from services.contracts.claim import Claim, Frequency
from services.contracts.claim_event import ClaimEvent, ClaimState, EventKind
from services.contracts.codec import EventCodec
from services.contracts.events import CLAIM_EVENTS, CLAIM_MOVES, CLAIMS
from tests.claims.life.payer import Payer
from tests.claims.outbox.test_outbox import Crash, World, crash, numbers, version
from tests.claims.strategies import NOON
from tests.claims.x12.samples import claim

CODEC = EventCodec()
NEW, GONE = Frequency.REPLACEMENT, Frequency.VOID


class Office:
    """The loop in memory, and the folder of files; every run of `files` is a process of its own."""

    def __init__(self, out: Path) -> None:
        self.world, self.out = World(), out
        self.desk = Payer()

    def issue(self, *claims: Claim) -> None:
        """Claims in a batch that closes."""
        self.world.put(CLAIMS, *claims)
        self.world.close()

    def files(self, days: int = 0) -> list[Interchange]:
        """What the writer, started anew, puts into the folder so many days later."""
        told: list[ClaimEvent] = []
        with Folder(self.out) as folder:
            writer = Writer(folder, Terms(), told.extend)
            made = self.written(writer, days)
        self.world.put(CLAIM_MOVES, *told)
        return made

    def written(self, writer: Writer, days: int = 0) -> list[Interchange]:
        """What a writer writes of all that has come."""
        for record in self.world.records():
            writer.take(record, CODEC.decode(record))
        return writer.write(lambda _: False, NOON + timedelta(days=days))

    def events(self) -> Iterable[ClaimEvent]:
        """The lives' events."""
        return (CODEC.decode(each) for each in self.world.log.records(CLAIM_EVENTS))


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office that has sent two claims; of neither a number is known."""
    made = Office(tmp_path)
    made.issue(claim(1), claim(2))
    (first,) = made.files()
    assert numbers(first.text) == [("CLAIM1", "1"), ("CLAIM2", "1")]
    return made


def test_a_correction_waits_and_the_others_go_out(office: Office) -> None:
    """Whoever asks who waits is told why."""
    office.issue(claim(3), version(1, 2, NEW))
    (made,) = office.files()
    assert numbers(made.text) == [("CLAIM3", "1")]
    assert [event.kind for event in made.events] == [EventKind.BATCHED, EventKind.WRITTEN]
    rows = {each.control_number: each.cause for each in waiting(office.events(), date(2026, 4, 1))}
    assert rows["CLAIM1"] == "waits for the payer's number of the claim that it corrects"
    assert office.files() == []


@pytest.mark.parametrize(("frequency", "digit"), [(NEW, "7"), (GONE, "8")])
def test_it_goes_out_with_the_number_as_soon_as_it_comes(
    office: Office, frequency: Frequency, digit: str
) -> None:
    """In a file of its own, under a number of its own; by the same folder, whichever process looks."""
    office.issue(version(1, 2, frequency))
    (before,) = office.files()
    assert (before.text, len(before.later)) == ("", 1)
    office.world.answer(office.desk.remit(office.desk.pay(claim(1))))
    (made,) = office.files()
    assert numbers(made.text) == [("CLAIM1", digit)]
    assert "REF*F8*ICNCLAIM1~" in made.text
    assert made.batch.interchange != before.batch.interchange
    assert office.files(days=99) == []
    assert not list((office.out / HIDDEN / "corrections").iterdir())


def test_a_number_that_comes_before_the_file_is_written_is_taken(office: Office) -> None:
    """Batched without it, answered, closed: no need to wait."""
    office.world.put(CLAIMS, version(1, 2, NEW))
    office.world.answer(office.desk.remit(office.desk.pay(claim(1))))
    office.world.close()
    (made,) = office.files()
    assert ("REF*F8*ICNCLAIM1~" in made.text, made.later) == (True, ())


def test_it_goes_out_without_where_the_payer_never_says_one(office: Office) -> None:
    """The guide asks for REF*F8 only of claims that the payer has decided on."""
    office.issue(version(1, 2, NEW))
    office.files()
    assert office.files(LONGEST.days - 1) == []
    (made,) = office.files(LONGEST.days)
    assert (numbers(made.text), "REF*F8" in made.text) == ([("CLAIM1", "7")], False)


def test_a_later_version_overtakes_the_one_that_waits(office: Office) -> None:
    office.issue(version(1, 2, NEW))
    office.files()
    office.issue(version(1, 3, NEW))
    office.files()
    assert len(list((office.out / HIDDEN / "corrections").iterdir())) == 1
    office.world.answer(office.desk.remit(office.desk.pay(claim(1))))
    (made,) = office.files()
    assert numbers(made.text) == [("CLAIM1", "7")]
    gone = [each for each in office.events() if each.kind is EventKind.REJECTED]
    assert [(each.claim_version, each.after) for each in gone] == [(2, ClaimState.BATCHED)]


@pytest.mark.parametrize("at", ["_hold", "_appear"])
@pytest.mark.parametrize("turn", [1, 2])
def test_a_crash_neither_loses_nor_doubles_it(
    office: Office, at: str, turn: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While its batch is written, or while it goes out itself."""
    office.issue(claim(3), version(1, 2, NEW))
    if turn == 2:
        office.files()
        office.world.answer(office.desk.remit(office.desk.pay(claim(1))))
    with monkeypatch.context() as patched, Folder(office.out) as folder:
        patched.setattr(folder, at, crash)
        writer = Writer(folder, Terms(), list)
        if (at, turn) == ("_hold", 2):
            patched.setattr(folder, "_write", crash)
        with pytest.raises(Crash):
            office.written(writer)
    office.files()
    office.world.answer(office.desk.remit(office.desk.pay(claim(1))))
    office.files()
    texts = [file.read_text() for file in sorted(office.out.glob("*.x12"))]
    sent = sorted(row for text in texts for row in numbers(text))
    assert sent == [("CLAIM1", "1"), ("CLAIM1", "7"), ("CLAIM2", "1"), ("CLAIM3", "1")]
