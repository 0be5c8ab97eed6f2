"""Where records go must never change: state lies where they went."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.stage.partition import partition_of


@pytest.mark.parametrize(
    ("key", "count", "partition"), [("", 4, 0), ("patient-1", 4, 0), ("Zoë", 7, 4), ("a", 1, 0)]
)
def test_known_places_stay(key: str, count: int, partition: int) -> None:
    assert partition_of(key, count) == partition


@given(st.text(), st.integers(min_value=1, max_value=1_000))
def test_a_place_is_a_partition(key: str, count: int) -> None:
    assert 0 <= partition_of(key, count) < count


def test_keys_spread_evenly() -> None:
    found = Counter(partition_of(f"patient-{number}", 8) for number in range(8_000))
    assert min(found.values()) > 900
    assert max(found.values()) < 1_100
