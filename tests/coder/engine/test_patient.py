"""The patient's age, where only the note tells it."""

from datetime import date

import pytest

from services.coder.batch import Coder
from services.coder.engine.model import Encounter
from services.coder.engine.patient import described
from services.coder.reading import read

DAY = date(2026, 10, 15)


@pytest.mark.parametrize(
    ("introduced", "age"),
    [
        ("Ms. Hollis is a 57-year-old woman who presents for follow-up.", 57),
        ("HPI: 44 y.o. male with knee pain.", 44),
        ("57M here for back pain.", 57),
        ("Age: 31. Sex: F.", 31),
        ("Mr. Ruben Aldersgate, 44, roofer.", 44),
        ("Mateo is nine months old today.", 0),
        ("An 18-month-old boy with a fever.", 1),
        ("Baby boy Haverstock, born here on Tuesday.", 0),
        ("She came with her 12-year-old son. The patient is a 40-year-old woman.", 40),
        ("Appendectomy at age 9. She feels well.", None),
        ("As a 10-year-old she broke her arm.", None),
        ("Thirty-six year old roofer.", None),
        ("Back pain for 12 years.", None),
        ("Health examination for newborn under 8 days old.", None),
    ],
)
def test_the_age_is_the_patients_own(introduced: str, age: int | None) -> None:
    assert described(read(introduced), Encounter(DAY)).age == age


def test_what_the_visit_tells_stands() -> None:
    assert described(read("A 57-year-old woman."), Encounter(DAY, 58)).age == 58


@pytest.mark.parametrize(
    ("aged", "code"), [("28-year-old ", "Z34.83"), ("38-year-old ", "O09.523"), ("", "Z34.83")]
)
def test_an_age_that_nobody_tells_makes_nobody_older(coder: Coder, aged: str, code: str) -> None:
    note = f"HPI: {aged}G2P1 for a prenatal visit.\n\nASSESSMENT AND PLAN\n\n1. Pregnancy at 30 weeks.\n"
    assert [each.code for each in coder.code(note, Encounter(DAY)).codes] == [code, "Z3A.30"]


@pytest.mark.parametrize(
    ("problems", "codes"),
    [
        ("1. Pregnancy, 12 weeks, routine visit.", ["Z34.81", "Z3A.12"]),
        ("1. G2P1 at 28 weeks gestation, normal pregnancy.", ["Z34.83", "Z3A.28"]),
        ("1. Ankle sprain, right.\n2. Pregnancy, 20 weeks.", ["S93.401A", "Z33.1", "Z3A.20"]),
    ],
)
def test_a_pregnancy_is_supervised_unless_the_visit_is_for_an_injury(
    coder: Coder, problems: str, codes: list[str]
) -> None:
    note = f"HPI: 28-year-old G2P1.\n\nASSESSMENT AND PLAN\n\n{problems}\n"
    assert [each.code for each in coder.code(note, Encounter(DAY)).codes] == codes
