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


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("She has a bad cold and should drink more.", "J00"),
        ("He had a heart attack in 2018.", "I25.2"),
        ("She is three years out from her heart attack.", "I25.2"),
        ("Her pressure runs high, so I added amlodipine.", "I10"),
        ("She is here to follow up on her blood pressure. It is fine on losartan.", "I10"),
        ("Her cholesterol is too high and I started rosuvastatin.", "E78.00"),
        ("Her mother had breast cancer at 45; yearly mammograms from now on.", "Z80.3"),
        ("Because of her father's colon cancer a colonoscopy is ordered.", "Z80.0"),
        ("The mass in her left breast turned out to be a simple cyst.", "N60.02"),
        ("She used to smoke.", "Z87.891"),
    ],
)
def test_what_prose_says_in_everyday_words_is_coded(coder: Coder, said: str, code: str) -> None:
    assert code in _codes(coder, f"Assessment and plan:\n{said} Her COPD is stable.")


@pytest.mark.parametrize(
    "said",
    [
        "When she has a cold she coughs for weeks. Her hands are cold.",
        "Her brother had a heart attack in 2018.",
        "She had a heart attack last week.",
        "Her pressure was low, so we stopped the amlodipine.",
        "If her blood pressure stays up we will start losartan.",
        "Her cholesterol is normal and she needs no statin.",
        "Her mother had no breast cancer, so the screening can wait.",
        "Her husband's father had colon cancer; he was referred for a colonoscopy.",
        "Pulmonary pressures are high on the echo.",
    ],
)
def test_what_prose_only_touches_on_is_not(coder: Coder, said: str) -> None:
    wrong = {"J00", "I25.2", "I10", "E78.00", "Z80.3", "Z80.0", "R03.0"}
    assert _codes(coder, f"Assessment and plan:\n{said} Her COPD is stable.").isdisjoint(wrong)


def test_what_the_author_does_not_name_waits_for_a_person(coder: Coder) -> None:
    note = "Assessment and plan:\nHer blood pressure is at goal on lisinopril. Her COPD is stable."
    found = {c.code: c.confidence for c in coder.code(note, Encounter(_DAY, 64, "female")).codes}
    assert found["I10"] < coder.threshold


def test_what_a_migraine_shows_and_a_depression_feels_like_is_part_of_it(coder: Coder) -> None:
    note = "Assessment and plan:\nMigraine with flashing lights first. Major depression; she is feeling down."
    assert not {code for code in _codes(coder, note) if code.startswith(("H53", "R45"))}
