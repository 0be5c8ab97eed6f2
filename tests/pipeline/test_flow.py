"""Encounters in, claims out: the examples, corrections, cancellations, decisions; in memory and on Kafka."""

from datetime import UTC, datetime

from services.contracts.claim import Frequency
from services.contracts.events import DECISIONS, WORK_ITEMS
from services.contracts.keys import patient_key
from services.contracts.resources import folder
from services.contracts.work import Decision, DecisionAction, WorkStatus
from services.pipeline.inbox import files
from services.pipeline.ledger import State
from services.stage.model import Emit
from tests.pipeline.visits import encounter_field, line_twice, net, visit
from tests.pipeline.worlds import MemoryWorld, World


def test_a_correction_replaces_and_a_cancellation_voids(world: World) -> None:
    """One claim id, versions 1, 2, 3: original, replacement, void; then nothing is billable."""
    ident = f"life{world.unique}"
    for version, change in enumerate((net(214.0), net(200.0)), start=1):
        world.publish(visit(ident, change, version=version), key=ident)
    world.publish(visit(ident, encounter_field("status", "cancelled"), version=3), key=ident)
    seen = world.until(lambda seen: len(seen.claims(ident)) == 3)
    claims = seen.claims(ident)
    assert [claim.frequency for claim in claims] == [
        Frequency.ORIGINAL,
        Frequency.REPLACEMENT,
        Frequency.VOID,
    ]
    assert [claim.version for claim in claims] == [1, 2, 3]
    assert len({claim.claim_id for claim in claims}) == 1
    seen = world.until(lambda seen: seen.outcomes()[ident].state is State.NOT_BILLABLE)
    assert seen.outcomes()[ident].claim_ids == ()


def test_an_older_version_that_comes_late_changes_nothing(world: World) -> None:
    """Wrong order: version 2 stands."""
    ident, marker = f"order{world.unique}", f"marker{world.unique}"
    world.publish(visit(ident, net(200.0), version=2, patient=ident), key=ident)
    world.publish(visit(ident, net(100.0), version=1, patient=ident), key=ident)
    world.publish(visit(marker, patient=ident, version=1), key=ident)
    seen = world.until(lambda seen: {ident, marker} <= seen.outcomes().keys())
    assert [str(claim.total) for claim in seen.claims(ident)] == ["238.00"]


def test_a_persons_decision_releases_the_claim_and_closes_the_item(world: World) -> None:
    """A line charged twice holds; a biller's override lets it go and is recorded on the claim."""
    ident = f"override{world.unique}"

    world.publish(visit(ident, line_twice), key=ident)
    seen = world.until(lambda seen: ident in seen.outcomes())
    assert seen.outcomes()[ident].state is State.HELD
    (item,) = [item for item in seen.events[WORK_ITEMS] if item.encounter_id == ident]
    assert item.status is WorkStatus.OPEN
    assert item.dollars == seen.outcomes()[ident].charged
    decision = Decision(
        decision_id=f"d-{ident}",
        encounter_id=ident,
        patient_key=item.patient_key,
        action=DecisionAction.OVERRIDE,
        reason="two specimens, both documented",
        role="biller",
        decided_at=datetime(2026, 11, 1, tzinfo=UTC),
    )
    encoded = seen.codec.encode(Emit(DECISIONS, decision))
    world.publish(encoded.value, key=encoded.partition_key, topic=DECISIONS)
    seen = world.until(lambda seen: seen.outcomes()[ident].state is State.CLAIMED)
    (claim,) = seen.claims(ident)
    assert [applied.decision_id for applied in claim.decisions] == [f"d-{ident}"]
    closed = [item for item in seen.events[WORK_ITEMS] if item.encounter_id == ident][-1]
    assert closed.status is WorkStatus.CLOSED


STATES = {
    "before-icd-10": (State.NOT_BILLABLE, "118.00"),
    "broken-encounter": (State.DEAD, "98.00"),
    "broken-neighbour-good": (State.CLAIMED, "142.00"),
    "cancellation": (State.NOT_BILLABLE, "252.00"),
    "correction": (State.CLAIMED, "180.00"),
    "emergency-visit": (State.CLAIMED, "1725.00"),
    "inpatient-stay": (State.CLAIMED, "5844.40"),
    "joint-injection": (State.CLAIMED, "415.00"),
    "missing-member-id": (State.HELD, "142.00"),
    "office-visit": (State.CLAIMED, "252.00"),
    "overcoded-visit": (State.HELD, "350.00"),
    "secondary-coverage": (State.CLAIMED, "142.00"),
    "self-pay": (State.NOT_BILLABLE, "142.00"),
    "telehealth": (State.CLAIMED, "142.00"),
    "telephone-visit": (State.CLAIMED, "142.00"),
    "unmapped-charge-code": (State.HELD, "237.00"),
}
"""The table of examples/README.md."""


def test_each_example_ends_as_its_table_says() -> None:
    """State and dollars of every encounter of examples/bundles."""
    world = MemoryWorld()
    for file in files([folder("examples") / "bundles"]):
        world.publish(file.read_bytes(), key="one-partition-keeps-the-order")
    ended = world.until(lambda seen: not seen.ledger.waiting()).outcomes()
    assert {ident: (outcome.state, str(outcome.charged)) for ident, outcome in ended.items()} == STATES
    told = (folder("examples") / "README.md").read_text()
    assert all(file.name in told for file in files([folder("examples") / "bundles"]))


def test_the_patients_key_tells_nothing(world: World) -> None:
    """Records are partitioned by a hash, and the claim carries it."""
    ident = f"key{world.unique}"
    world.publish(visit(ident), key=ident)
    seen = world.until(lambda seen: bool(seen.claims(ident)))
    (claim,) = seen.claims(ident)
    assert claim.patient_key == patient_key("riverbend", f"patient-of-{ident}")
