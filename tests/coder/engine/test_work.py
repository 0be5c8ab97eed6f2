"""How much work a note is, in calls: what costs a third more is noticed, on any machine, under any load."""

import os
import subprocess
import sys

from services.coder.native import SWITCH

CALLS = 12_400
"""What the note took, interpreted, when this was written; what is cheap when compiled may take calls here."""


def test_a_note_takes_few_more_calls_than_it_did() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.coder.engine.work"],
        env={**os.environ, SWITCH: "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    codes, calls = map(int, done.stdout.split())
    assert codes >= 8
    assert calls < 1.3 * CALLS
