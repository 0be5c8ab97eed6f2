"""Derived ids."""

from hypothesis import given
from hypothesis import strategies as st

from services.contracts.keys import claim_id, derived_id, patient_key

PARTS = st.lists(st.text(max_size=8), max_size=4)


@given(PARTS, PARTS)
def test_different_parts_give_different_ids(left: list[str], right: list[str]) -> None:
    """Equal parts, equal ids; anything else, another id."""
    assert (derived_id(*left) == derived_id(*right)) == (left == right)


def test_ids_never_change() -> None:
    """A claim's id is what a replay must find again, years later."""
    assert claim_id("enc-1", "MEDICARE", "professional") == "d13388252f937b394efcec89"
    assert patient_key("ehr", "p1") != patient_key("ehr", "p2")
