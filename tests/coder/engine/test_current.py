"""What is told as a history and is treated today is a disease of today (IV.J, I.C.21.c.4)."""

from datetime import date

import pytest

from services.coder.batch import Coder
from services.coder.engine.model import Encounter


def codes_of(coder: Coder, note: str) -> list[str]:
    return [code.code for code in coder.code(note, Encounter(date(2026, 10, 15), 74)).codes]


@pytest.mark.parametrize(
    ("note", "codes"),
    [
        ("He has a history of gout on febuxostat, no attack this year.", ["M10.9"]),
        ("Established patient with hx of hypothyroidism on levothyroxine here for labs.", ["E03.9"]),
        ("Here for follow-up. History of asthma, taking Flovent daily, no wheezing.", ["J45.909"]),
        ("HPI: Follow-up. She has a history of depression, on sertraline.\nA/P: Continue it.", ["F32.A"]),
        ("HPI: History of gout on allopurinol, hypertension on lisinopril.\nA/P: Well.", ["I10", "M10.9"]),
        ("Medication refill. Hypertension and gout are stable, refills sent.", ["I10", "M10.9"]),
        ("History of PE on Xarelto, here for follow-up.", ["Z86.711", "Z79.01"]),
        ("History of gout, no flares in years, off allopurinol.", ["Z87.39"]),
    ],
)
def test_a_history_that_is_treated_is_a_disease_of_today(coder: Coder, note: str, codes: list[str]) -> None:
    assert sorted(codes_of(coder, note)) == sorted(codes)


@pytest.mark.parametrize(
    ("note", "codes"),
    [
        ("Annual physical exam. New heart murmur heard on exam, echo ordered.", ["Z00.01", "R01.1"]),
        ("Annual physical. New diagnosis of type 2 diabetes, A1c 7.4.", ["Z00.01", "E11.9"]),
        ("Annual physical. Hyperlipidemia at goal on atorvastatin. No new problems.", ["Z00.00", "E78.5"]),
        ("Annual wellness visit. Exam notable for an enlarged thyroid.", ["Z00.01", "E04.9"]),
        ("ASSESSMENT\n1. Annual physical\n2. Hypertension, uncontrolled", ["Z00.01", "I10"]),
        ("ASSESSMENT\n1. Annual physical\n2. Hypertension, well controlled", ["Z00.00", "I10"]),
        (
            "Annual physical. BP 152/96, elevated without a diagnosis of hypertension; recheck.",
            ["Z00.01", "R03.0"],
        ),
    ],
)
def test_what_an_examination_came_upon_is_an_abnormal_finding(
    coder: Coder, note: str, codes: list[str]
) -> None:
    assert codes_of(coder, note) == codes


@pytest.mark.parametrize(
    ("note", "codes"),
    [
        ("S/p hysterectomy in 2010, here for left knee pain.", ["M25.562", "Z90.710"]),
        ("OSA suspected: sleepy during the day, home study ordered.", []),
        ("Asthma suspected given her wheezing. PFTs.", ["R06.2"]),
    ],
)
def test_why_the_patient_came_is_coded_and_what_is_suspected_is_not(
    coder: Coder, note: str, codes: list[str]
) -> None:
    assert sorted(codes_of(coder, note)) == codes
