"""Counts and their measures: a measure without cases is no number, and is not shown as one."""

from math import isnan

from hypothesis import given
from hypothesis import strategies as st

from services.coder.evaluation.counts import Counts, shown

CODES = st.sets(st.sampled_from(["A", "B", "C", "D"]))


@given(CODES, CODES)
def test_sets_are_counted_as_their_members_are(gold: set[str], found: set[str]) -> None:
    one_by_one = Counts()
    for code in gold | found:
        one_by_one = one_by_one.add(said=code in found, is_so=code in gold)
    assert Counts.of(gold, found) == one_by_one


def test_counts_add_up() -> None:
    total = Counts.sum([Counts(1, 2, 3, 4), Counts(10, 20, 30, 40)])
    assert total == Counts(11, 22, 33, 44)
    assert total.measures() == {"precision": 0.3333, "recall": 0.25, "f1": 0.2857, "positive": 44}
    assert Counts.sum([]) == Counts()


def test_without_cases_there_is_no_measure() -> None:
    assert isnan(Counts().f1)
    assert isnan(Counts(0, 1, 0).recall)
    assert (Counts(0, 1, 0).precision, Counts(0, 1, 0).f1) == (0, 0)
    assert [shown(Counts().precision), shown(0.25), shown(0.25, ".3f"), shown(12760)] == [
        "-",
        "0.25",
        "0.250",
        "12760",
    ]
