"""Negation in sentences that others wrote: those that were read for tuning, and those that only judge."""

import csv
from pathlib import Path

import pytest

from services.coder.evaluation.context import assertion_in
from services.coder.evaluation.counts import Counts

HERE = Path(__file__).parent


def sentences(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((HERE / name).read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize(("name", "least"), [("negations.csv", 0.98), ("negations_held.csv", 0.975)])
def test_f1(name: str, least: float) -> None:
    counts = Counts()
    for row in sentences(name):
        assertion = assertion_in(row["sentence"], row["concept"])
        assert assertion is not None, row["id"]
        counts = counts.add(said=assertion.negated, is_so=row["negated"] == "true")
    assert counts.true_positive + counts.false_negative >= 100
    assert counts.f1 >= least
