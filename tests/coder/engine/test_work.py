"""How much work a note is, in calls: what costs a third more is noticed, on any machine, under any load."""

import os
import subprocess
import sys

import pytest

from services.coder.native import SWITCH
from tests.coder.engine.work import GROWTH

CALLS = 13_000
"""What the note took, interpreted, when this was written; what is cheap when compiled may take calls here."""


@pytest.fixture(scope="module", name="lines")
def counted() -> list[list[str]]:
    """What the count of calls prints, by line and word."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.coder.engine.work"],
        env={**os.environ, SWITCH: "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    return [line.split() for line in done.stdout.splitlines()]


def test_a_note_takes_few_more_calls_than_it_did(lines: list[list[str]]) -> None:
    codes, calls = map(int, lines[0])
    assert codes >= 8
    assert calls < 1.3 * CALLS


def test_what_is_said_over_and_over_takes_calls_in_proportion(lines: list[list[str]]) -> None:
    grown = {name: int(large) / int(small) for name, small, large in lines[1:]}
    assert len(grown) > 4
    assert {name for name, growth in grown.items() if growth > 1.05 * GROWTH} == set()
