"""The ledger: one end state an encounter, whatever the order of the events."""

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from services.claims.handler import ClaimsHandler
from services.contracts.base import Contract
from services.contracts.claim import Claim
from services.contracts.dead_letter import DeadLetter, LocatedError
from services.contracts.encounter import Charge, Encounter
from services.contracts.validation import Disposition, ValidatedEncounter
from services.pipeline.ledger import Ledger, State, balance
from services.stage.model import Context, Record
from tests.claims.factory import facts, line, validated

NOON = datetime(2026, 10, 5, 12, tzinfo=UTC)


def claim_of(event: ValidatedEncounter) -> Claim:
    """The claim that the claims service makes of a clean encounter."""
    record = Record("validated-encounters", 0, 0, None, b"x", {}, 0)
    (emit,) = ClaimsHandler().handle(event, Context(record, {}))
    claim: Claim = emit.event
    return claim


def encounter(ident: str, dollars: str, version: int = 1) -> Encounter:
    """An encounter with one charge."""
    charge = Charge(charge_id="c", amount=Decimal(dollars))
    return Encounter(**dict(facts(encounter_id=ident, version=version, charges=(charge,))))


def letter(ident: str, dollars: str | None = None) -> DeadLetter:
    """A dead letter of an encounter."""
    return DeadLetter(
        letter_id=f"ehr-inbound/0/0/{ident}",
        stage="ingest",
        source_topic="ehr-inbound",
        source_partition=0,
        source_offset=0,
        errors=(LocatedError(path="Encounter.period", message="no start"),),
        original=b"{}",
        original_size=2,
        encounter_id=ident,
        charged=None if dollars is None else Decimal(dollars),
    )


CLEAN = validated(encounter_id="clean", lines=(line(amount=Decimal("10.00")),))
HELD = validated(Disposition.HELD, encounter_id="held", lines=(line(amount=Decimal("20.00")),))
REJECTED = validated(Disposition.REJECTED, encounter_id="rejected", lines=(line(amount=Decimal("30.00")),))
NOTHING = validated(Disposition.NOT_BILLABLE, encounter_id="nothing", lines=(line(amount=Decimal("40.00")),))
EVENTS: list[Contract] = [
    encounter("clean", "10.00"),
    CLEAN,
    claim_of(CLEAN),
    encounter("held", "20.00"),
    HELD,
    REJECTED,
    NOTHING,
    letter("dead", "50.00"),
    encounter("dead-later", "60.00"),
    letter("dead-later"),
    encounter("waiting", "70.00"),
]


@given(st.permutations(EVENTS))
def test_the_order_of_events_does_not_matter(events: list[Contract]) -> None:
    """Every encounter in its state, dollars by state, and who still waits."""
    ledger = Ledger()
    for event in events:
        ledger.add(event)
    states = {outcome.encounter_id: outcome.state for outcome in ledger.outcomes()}
    assert states == {
        "clean": State.CLAIMED,
        "held": State.HELD,
        "rejected": State.HELD,
        "nothing": State.NOT_BILLABLE,
        "dead": State.DEAD,
        "dead-later": State.DEAD,
    }
    assert ledger.waiting() == ["waiting"]
    found = balance(ledger.outcomes())
    assert found.dollars == {
        State.CLAIMED: Decimal("10.00"),
        State.HELD: Decimal("50.00"),
        State.DEAD: Decimal("110.00"),
        State.NOT_BILLABLE: Decimal("40.00"),
    }
    assert found.total_encounters == 6


def test_a_clean_encounter_without_its_claim_has_not_ended() -> None:
    """What the validator passed is not claimed before the claim is there."""
    ledger = Ledger()
    ledger.add(CLEAN)
    assert ledger.waiting() == ["clean"]
    ledger.add(claim_of(CLEAN))
    (outcome,) = ledger.outcomes()
    assert outcome.claim_ids == (claim_of(CLEAN).claim_id,)


def test_the_newest_version_decides() -> None:
    """A correction that is held counts as held, with its own dollars."""
    ledger = Ledger()
    for event in (
        validated(Disposition.HELD, version=2, lines=(line(amount=Decimal("7.00")),)),
        validated(Disposition.NOT_BILLABLE, version=1),
    ):
        ledger.add(event)
    (outcome,) = ledger.outcomes()
    assert (outcome.state, outcome.charged) == (State.HELD, Decimal("7.00"))
