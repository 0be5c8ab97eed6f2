"""The overlay is what the state would be, and the state is what the merge makes of it."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.stage.state import NOTHING, Overlay, Store, fold_into

keys = st.sampled_from("abcde")
rows = st.dictionaries(keys, st.integers())
changes = st.lists(st.tuples(keys, st.none() | st.integers()))


@given(rows, changes)
def test_an_overlay_reads_like_the_merged_state(base: dict[str, Any], edits: list[tuple[str, Any]]) -> None:
    overlay = Overlay(dict(base))
    overlay.apply(edits)
    merged = dict(base)
    fold_into(merged, edits)
    assert dict(overlay) == merged
    assert len(overlay) == len(merged)
    assert {key for key in "abcde" if key in overlay} == merged.keys()


@given(rows, changes)
def test_committed_rows_change_only_with_the_merge(
    base: dict[str, Any], edits: list[tuple[str, Any]]
) -> None:
    store = Store()
    store.open(3, dict(base))
    overlay = store.overlay(3)
    overlay.apply(edits)
    assert store.rows(3) == base
    store.merge(3, overlay.changes)
    assert store.rows(3) == dict(overlay)
    assert store.sizes() == {3: len(overlay)}


def test_a_closed_partition_is_forgotten() -> None:
    store = Store()
    store.open(1, {"a": 1})
    store.close(1)
    store.close(2)
    assert 1 not in store
    assert dict(NOTHING) == {}
