"""The body mass index is coded with a diagnosis of weight only, a child's by its percentile (I.B.14)."""

from datetime import date

import pytest

from services.coder.batch import Coder
from services.coder.engine.model import Encounter


@pytest.mark.parametrize(
    ("age", "note", "code"),
    [
        (40, "Vitals: BMI 36.2\nAssessment: Obesity, low calorie diet.", "Z68.36"),
        (40, "Vitals: BMI of 52\nAssessment: Morbid obesity.", "Z68.43"),
        (40, "Vitals: BMI 17.9\nAssessment: Severe malnutrition.", "Z68.18"),
        (40, "Vitals: BMI 19.2\nAssessment: Severe malnutrition.", "Z68.19"),
        (8, "Growth: BMI 19.1, 90th percentile.\nAssessment: Overweight.", "Z68.53"),
        (8, "Assessment: Overweight\n- BMI at the 90th percentile, was at the 84th a year ago.", "Z68.53"),
        (9, "BMI 97%ile\nAssessment: Obesity.", "Z68.54"),
        (9, "BMI 30, 99th percentile, 125% of the 95th percentile\nAssessment: Obesity.", "Z68.55"),
        (9, "BMI 36, 144% of the 95th percentile\nAssessment: Obesity.", "Z68.56"),
        (4, "BMI is below the 3rd percentile.\nAssessment: Failure to thrive.", "Z68.51"),
    ],
)
def test_measured_beside_a_diagnosis(coder: Coder, age: int, note: str, code: str) -> None:
    codes = {each.code for each in coder.code(note, Encounter(date(2026, 10, 15), age)).codes}
    assert {each for each in codes if each.startswith("Z68")} == {code}


@pytest.mark.parametrize(
    ("age", "note"),
    [
        (None, "Assessment: Overweight\n- BMI at the 90th percentile."),
        (40, "BMI 36.2\nAssessment: Gout."),
        (1, "BMI 90th percentile\nAssessment: Overweight."),
        (8, "BMI 19.1\nAssessment: Overweight."),
        (40, "BMI goal 25.0-29.9\nAssessment: Overweight."),
    ],
)
def test_no_measurement_or_nothing_that_calls_for_it(coder: Coder, age: int | None, note: str) -> None:
    codes = {each.code for each in coder.code(note, Encounter(date(2026, 10, 15), age)).codes}
    assert not {each for each in codes if each.startswith("Z68")}


def test_below_twenty_before_the_code_was_divided(coder: Coder) -> None:
    note = "Vitals: BMI 17.9\nAssessment: Severe malnutrition."
    codes = {each.code for each in coder.code(note, Encounter(date(2026, 9, 30), 40)).codes}
    assert codes == {"E43", "Z68.1"}
