"""What reads as a condition and is none: a test called by what it looks for, a team by its emergency."""

import pytest

from services.coder.batch import Coder, encounter_of


def codes_of(coder: Coder, text: str) -> list[str]:
    note = text if "\n" in text else f"ASSESSMENT AND PLAN\n\n1. {text}\n"
    row = {"note": note, "date": "2026-10-15", "class": "emergency"}
    return sorted(code.code for code in coder.code(note, encounter_of(row)).codes)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Impression: bleeding duodenal ulcer.\nRecs: PPI, H pylori serology.", ["K26.4"]),
        ("Gastritis\nPlan: PPI, H pylori stool antigen", ["K29.70"]),
        ("Stroke alert called", []),
        ("Sepsis bolus given", []),
        ("STEMI alert cancelled", []),
        ("DVT US: negative", []),
    ],
)
def test_a_test_or_a_team_is_not_what_it_is_called_by(coder: Coder, text: str, codes: list[str]) -> None:
    assert codes_of(coder, text) == codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("COVID PCR positive", ["U07.1"]),
        ("COVID swab +", ["U07.1"]),
        ("C diff toxin positive", ["A04.72"]),
    ],
)
def test_its_result_is(coder: Coder, text: str, codes: list[str]) -> None:
    assert codes_of(coder, text) == codes


@pytest.mark.parametrize(
    ("follow_up", "code"),
    [("F/u hand clinic 1 wk.", "S62.336A"), ("Follow up with ortho in 5-7 days.", "S62.336A")],
)
def test_a_follow_up_that_is_planned_is_no_return(coder: Coder, follow_up: str, code: str) -> None:
    text = f"Punched a wall. Splint placed. {follow_up}\nDx: Boxer's fracture R hand"
    assert codes_of(coder, text) == [code]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Sepsis. PCN allergy (rash)", ["A41.9", "Z88.0"]),
        ("Sepsis. Allergies: PCN - hives, sulfa (anaphylaxis)", ["A41.9", "Z88.0"]),
        ("Allergic to sulfa (rash)", ["Z88.2"]),
    ],
)
def test_what_an_allergy_once_did_is_none_of_today(coder: Coder, text: str, codes: list[str]) -> None:
    assert codes_of(coder, text) == codes
