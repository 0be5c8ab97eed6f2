"""No code from what is denied, doubted, a relative's, or only feared; details only from what is asserted."""

from datetime import date

import pytest

from services.coder.batch import Coder
from services.coder.engine.model import Encounter, Setting

DAY = Encounter(date(2026, 10, 1))


def codes(coder: Coder, text: str, encounter: Encounter = DAY) -> list[str]:
    return [code.code for code in coder.code(text, encounter).codes]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("No evidence of pneumonia.", []),
        ("Probable pneumonia.", []),
        ("Cough, possible pneumonia.", ["R05.9"]),
        ("Left ankle pain with possible stress fracture.", ["M25.572"]),
        ("Migraine without aura.", ["G43.009"]),
        ("Diabetic ketoacidosis, type 1, no coma.", ["E10.10"]),
        ("Family history of breast cancer.", ["Z80.3"]),
        ("History of breast cancer.", ["Z85.3"]),
        ("Three years out from right hemicolectomy for cecal adenocarcinoma, no disease.", ["Z85.038"]),
        ("Seen by Derm last month.", []),
        ("Contact Derm.", ["L25.9"]),
    ],
)
def test_what_is_asserted_in_the_assessment(coder: Coder, line: str, expected: list[str]) -> None:
    assert codes(coder, f"ASSESSMENT\n\n1. {line}\n") == expected


def test_an_uncertain_diagnosis_is_coded_at_the_end_of_an_inpatient_stay(coder: Coder) -> None:
    note = "DISCHARGE DIAGNOSES\n\n1. Probable pneumonia.\n"
    assert codes(coder, note) == []
    assert codes(coder, note, Encounter(date(2026, 10, 1), setting=Setting.INPATIENT)) == ["J18.9"]


def test_what_is_doubted_here_and_plain_there_is_coded(coder: Coder) -> None:
    note = (
        "ASSESSMENT\n\nRight foot pain, consistent with a Lisfranc fracture.\n\n"
        "PLAN\n\nI explained that the x-rays show a Lisfranc fracture of the right foot.\n"
    )
    assert codes(coder, note) == ["S93.324A"]


def test_the_side_comes_from_the_sentence_that_names_the_body_part(coder: Coder) -> None:
    note = (
        "CHIEF COMPLAINT\n\nRight knee pain after a fall on the left hand.\n\nASSESSMENT\n\n1. Knee sprain.\n"
    )
    assert codes(coder, note) == ["S83.91XA"]


def test_symptoms_give_way_to_the_disease_that_explains_them(coder: Coder) -> None:
    note = "ASSESSMENT\n\n1. Cough.\n2. Fever.\n3. Community acquired pneumonia.\n4. Headache.\n"
    assert codes(coder, note) == ["J18.9", "R51.9"]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("She is up to date with influenza and pneumococcus. Gout.", ["M10.9"]),
        ("He was vaccinated against measles, mumps and rubella. Gout.", ["M10.9"]),
        ("Dermoscopy shows milia like cysts. Impression: seborrheic keratosis.", ["L82.1"]),
    ],
)
def test_what_only_reads_like_a_disease_is_none(coder: Coder, told: str, expected: list[str]) -> None:
    assert codes(coder, told) == expected


def test_a_cancer_that_has_not_come_back_is_history(coder: Coder) -> None:
    told = "Basal cell carcinoma of the nose in 2018, taken care of by Mohs, has not come back."
    assert codes(coder, f"ASSESSMENT\n\n1. {told}\n") == ["Z85.828"]


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ("Oncologic history: Left breast, upper outer quadrant, invasive ductal.", "C50.412"),
        ("Oncologic history: Right breast, upper outer quadrant, invasive ductal.", "C50.912"),
        ("Exam: No mass in the upper outer quadrant of the left breast.", "C50.912"),
    ],
)
def test_the_history_tells_the_quadrant_of_a_breast_cancer(coder: Coder, history: str, expected: str) -> None:
    assert expected in codes(coder, f"{history}\n\nASSESSMENT\n\n1. Left breast cancer on letrozole.\n")


def test_letters_in_bold_before_a_dash_are_headings(coder: Coder) -> None:
    told = "**S** - Rolled it.\n\n**O** - Bruise over the right ankle.\n\n**A** - Right ankle sprain.\n"
    assert codes(coder, told) == ["S93.401A"]
