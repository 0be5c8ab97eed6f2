"""Original, replacement, void, nothing."""

from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.claims.handler import ClaimsHandler
from services.contracts.claim import Claim, Frequency
from services.contracts.validation import Disposition, ValidatedEncounter
from services.stage.model import Context, Record
from tests.claims.factory import coverage, line, validated

HANDLER = ClaimsHandler()
RECORD = Record("validated-encounters", 0, 0, None, b"x", {}, 0)


class Desk:
    """The claims service at one partition, with its state folded from what it issued."""

    def __init__(self) -> None:
        self.state: dict[str, Any] = {}
        self.issued: list[Claim] = []

    def take(self, event: ValidatedEncounter) -> list[Claim]:
        """What the event makes the service issue."""
        claims = [emit.event for emit in HANDLER.handle(event, Context(RECORD, self.state))]
        for claim in claims:
            self.state.update(HANDLER.fold(claim))
        self.issued += claims
        return claims


def test_an_unchanged_encounter_gives_nothing_new() -> None:
    """Twice the same event, once the claim."""
    desk = Desk()
    (claim,) = desk.take(validated())
    assert (claim.version, claim.frequency) == (1, Frequency.ORIGINAL)
    assert desk.take(validated()) == []
    assert desk.take(validated(version=2)) == []


def test_a_corrected_encounter_replaces_its_claim() -> None:
    """Same claim id and control number, next version, frequency 7."""
    desk = Desk()
    (first,) = desk.take(validated())
    (second,) = desk.take(validated(version=2, lines=(line(amount=Decimal("99.00")),)))
    assert (second.version, second.frequency) == (2, Frequency.REPLACEMENT)
    assert second.claim_id == first.claim_id
    assert second.patient_control_number == first.patient_control_number
    assert second.lines[0].control_number == first.lines[0].control_number


def test_a_cancelled_encounter_voids_what_was_billed_as_it_was_billed() -> None:
    """Frequency 8 with the lines and dollars of the original; a second cancellation does nothing."""
    desk = Desk()
    (first,) = desk.take(validated())
    (void,) = desk.take(validated(Disposition.NOT_BILLABLE, version=2, lines=()))
    assert (void.version, void.frequency, void.total) == (2, Frequency.VOID, first.total)
    assert void.lines == first.lines
    assert desk.take(validated(Disposition.NOT_BILLABLE, version=3, lines=())) == []


def test_after_a_void_the_encounter_can_be_billed_anew() -> None:
    """The next bill is an original again and goes on counting."""
    desk = Desk()
    desk.take(validated())
    desk.take(validated(Disposition.NOT_BILLABLE, version=2))
    (anew,) = desk.take(validated(version=3))
    assert (anew.version, anew.frequency) == (3, Frequency.ORIGINAL)


def test_another_payer_voids_the_first_payers_claim() -> None:
    """The new payer gets an original, the old one a void, and both know of each other."""
    desk = Desk()
    (first,) = desk.take(validated())
    new, void = desk.take(validated(version=2, coverages=(coverage(payer="OTHER"),)))
    assert (new.frequency, new.version) == (Frequency.ORIGINAL, 1)
    assert (void.claim_id, void.frequency, void.version) == (first.claim_id, Frequency.VOID, 2)
    assert new.encounter_claims == void.encounter_claims == tuple(sorted({first.claim_id, new.claim_id}))


def test_a_hold_leaves_the_issued_claim_in_force() -> None:
    """Nothing is issued until a person has decided; then the correction replaces."""
    desk = Desk()
    desk.take(validated())
    assert desk.take(validated(Disposition.HELD, version=2, lines=(line(amount=Decimal(1)),))) == []
    (claim,) = desk.take(validated(version=2, lines=(line(amount=Decimal(1)),)))
    assert claim.frequency is Frequency.REPLACEMENT


def test_an_older_version_changes_nothing() -> None:
    """Wrong order: what is newer stands."""
    desk = Desk()
    desk.take(validated(version=5))
    assert desk.take(validated(version=4, lines=(line(amount=Decimal(1)),))) == []


EVENTS = st.builds(
    lambda disposition, version, cents, payer: validated(
        disposition,
        version=version,
        lines=(line(amount=Decimal(cents).scaleb(-2)),),
        coverages=(coverage(payer=payer),),
    ),
    st.sampled_from(Disposition),
    st.integers(1, 4),
    st.sampled_from([100, 200]),
    st.sampled_from(["A", "B"]),
)


@settings(max_examples=50)
@given(st.lists(EVENTS, max_size=12))
def test_whatever_comes_versions_are_gapless_and_one_claim_is_in_force(
    events: list[ValidatedEncounter],
) -> None:
    """Any order, any repetition: at most one claim of the encounter stands, and it bills what came last."""
    desk = Desk()
    for event in events:
        desk.take(event)
    by_id: dict[str, list[Claim]] = {}
    for claim in desk.issued:
        by_id.setdefault(claim.claim_id, []).append(claim)
    for claims in by_id.values():
        assert [claim.version for claim in claims] == list(range(1, len(claims) + 1))
        for before, after in pairwise(claims):
            assert (before.frequency is Frequency.VOID) == (after.frequency is Frequency.ORIGINAL)
    standing = [claims[-1] for claims in by_id.values() if claims[-1].frequency is not Frequency.VOID]
    assert len(standing) <= 1


@settings(max_examples=40)
@given(st.lists(EVENTS, max_size=8))
def test_a_replay_issues_the_same_bytes(events: list[ValidatedEncounter]) -> None:
    """The same events give equal claims."""
    first, second = Desk(), Desk()
    for event in events:
        assert first.take(event) == second.take(event)
