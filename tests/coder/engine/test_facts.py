"""What a sentence of the note calls for without a problem being made of it (`data/facts.yaml`)."""

from datetime import date

import pytest

from services.coder.batch import Coder
from services.coder.engine.model import Encounter, Setting

_DAY = date(2026, 10, 15)


def _codes(coder: Coder, note: str, setting: Setting = Setting.OUTPATIENT) -> set[str]:
    return {c.code for c in coder.code(note, Encounter(_DAY, 44, "female", setting)).codes}


@pytest.mark.parametrize(
    "said",
    [
        "Flu shot was given in the left arm today.",
        "Tdap and Shingrix administered.",
    ],
)
def test_a_vaccine_given_today_is_coded(coder: Coder, said: str) -> None:
    assert "Z23" in _codes(coder, f"ASSESSMENT AND PLAN\nAsthma, mild intermittent.\n- Preventive: {said}\n")


@pytest.mark.parametrize(
    "said",
    [
        "Flu shot due next month.",
        "Flu shot was given last year at the pharmacy.",
        "Tdap declined today.",
        "Her mother got the flu shot today.",
    ],
)
def test_a_vaccine_of_another_day_or_person_is_not(coder: Coder, said: str) -> None:
    assert "Z23" not in _codes(coder, f"ASSESSMENT AND PLAN\nAsthma, mild intermittent.\n- Note: {said}\n")


def test_aftercare_takes_the_place_of_what_was_operated_on(coder: Coder) -> None:
    found = _codes(coder, "Post-op visit, 2 weeks after lap chole for acute cholecystitis. Doing well.")
    assert "Z48.815" in found
    assert not {code for code in found if code.startswith(("K80", "K81"))}


def test_surveillance_makes_a_treated_cancer_history_unless_it_is_still_treated(coder: Coder) -> None:
    told = "Colon cancer, resected 2022, here for a surveillance visit, no evidence of disease."
    assert {"Z08", "Z85.038"} <= _codes(coder, told)
    assert "Z08" not in _codes(coder, told + " Breast cancer on letrozole.")


def test_tetanus_given_for_a_wound_is_an_immunization(coder: Coder) -> None:
    wound = "DX: Laceration of scalp.\n{}\n"
    given = wound.format("Stapled. Tetanus booster given as last one unknown.")
    assert "Z23" in _codes(coder, given, Setting.EMERGENCY)
    old = wound.format("Stapled. Tetanus given 2021.")
    assert "Z23" not in _codes(coder, old, Setting.EMERGENCY)


def test_a_spread_told_apart_from_the_name_of_the_cancer_is_coded(coder: Coder) -> None:
    note = (
        "IMPRESSION\n1. Metastatic ductal carcinoma of the left breast, upper outer quadrant, to bone."
        " ER 95%, PR 60%, HER2 1+. Pain from the bone metastases.\n"
    )
    assert _codes(coder, note) == {"C50.412", "C79.51", "Z17.411", "G89.3"}


@pytest.mark.parametrize(
    ("said", "severe"),
    [
        ("Sepsis due to E. coli\n2. Acute kidney injury due to sepsis", True),
        ("Sepsis due to E. coli with acute kidney injury", True),
        ("Sepsis due to E. coli\n2. Acute kidney injury due to NSAIDs", False),
    ],
)
def test_an_organ_that_fails_of_sepsis_makes_it_severe(coder: Coder, said: str, severe: bool) -> None:
    codes = _codes(coder, f"DISCHARGE DIAGNOSES\n1. {said}\n", Setting.INPATIENT)
    assert ("R65.20" in codes) is severe


def test_a_screening_that_was_had_is_not_coded_again(coder: Coder) -> None:
    told = "He had his first low dose screening CT in October.\n\nIMPRESSION\nLung nodule.\n"
    assert _codes(coder, f"HPI: {told}") == {"R91.1"}


def test_an_operation_that_is_only_proposed_has_no_aftercare(coder: Coder) -> None:
    told = "Began the week after Thanksgiving.\n\nASSESSMENT AND PLAN\n1. Herniated disc L4-5.\n"
    assert _codes(coder, f"HPI: {told}I would recommend microdiscectomy.\n") == {"M51.26"}
