"""Codes that an Excludes1 note keeps apart: one stays, and a person sees it (I.A.12.a)."""

from datetime import date

import pytest

from services.coder.batch import Coder
from services.coder.engine.model import Encounter


@pytest.mark.parametrize(
    ("problems", "stays", "leaves", "owner"),
    [
        ("1. Iron deficiency anemia.\n2. Iron deficiency.", "D50.9", "E61.1", "E61.1"),
        ("1. Vocal cord paralysis, one side.\n2. Stridor.", "J38.01", "R06.1", "J38.01"),
    ],
)
def test_the_code_with_the_note_gives_way_and_symptoms_do(
    coder: Coder, problems: str, stays: str, leaves: str, owner: str
) -> None:
    (code,) = coder.code(f"ASSESSMENT\n\n{problems}\n", Encounter(date(2026, 10, 1))).codes
    assert code.code == stays
    assert code.asked
    assert (
        leaves,
        f"Excludes1 note of {owner}: only together where unrelated (I.A.12.a)",
    ) in code.alternatives


def test_codes_without_such_a_note_stay_together(coder: Coder) -> None:
    found = coder.code("ASSESSMENT\n\n1. Hypothyroidism.\n2. Gout.\n", Encounter(date(2026, 10, 1))).codes
    assert [(code.code, code.asked) for code in found] == [("E03.9", False), ("M10.9", False)]


def test_what_stands_for_a_condition_in_pregnancy_goes_with_it(coder: Coder) -> None:
    note = "HPI: She is 30 weeks pregnant.\nASSESSMENT\n\n1. Iron deficiency anemia.\n2. Iron deficiency.\n"
    found = coder.code(note, Encounter(date(2026, 10, 1), 29, "female")).codes
    assert {code.code for code in found} == {"O99.013", "D50.9", "Z3A.30"}
