"""Diagnosis lines written blind: what the coder reached on them is kept.

One test a half over all of its lines: the gold is an independent coder's (see the README beside it).
"""

import csv
from pathlib import Path
from time import process_time

import pytest

from services.coder.batch import Coder, encounter_of

_LINES = Path(__file__).parent / "phrases.csv"
_MOST_MILLISECONDS = 12
"""Processor time for one line; some three are needed on the machine where this was written."""


def _rows(split: str) -> list[dict[str, str]]:
    with _LINES.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["split"] == split]


@pytest.mark.parametrize(("split", "least"), [("dev", 0.96), ("held", 0.89)])
def test_lines_give_their_codes(coder: Coder, split: str, least: float) -> None:
    rows = _rows(split)
    right = wrong = 0
    started = process_time()
    for row in rows:
        gold = set() if row["codes"] == "-" else set(row["codes"].split())
        encounter = encounter_of({"date": "2026-11-01", "class": row["class"]})
        found = {code.code for code in coder.code(f"ASSESSMENT\n\n{row['phrase']}\n", encounter).codes}
        right += len(gold & found)
        wrong += len(gold ^ found)
    milliseconds = 1000 * (process_time() - started) / len(rows)
    assert 2 * right / (2 * right + wrong) >= least
    assert milliseconds <= _MOST_MILLISECONDS
