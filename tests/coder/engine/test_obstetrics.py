"""Conditions of a pregnant patient take the codes of chapter 15 (I.C.15.a.1)."""

from datetime import date

import pytest

from services.coder.batch import Coder
from services.coder.engine.model import Encounter

_ENCOUNTER = Encounter(date(2026, 10, 15), 29, "female")


@pytest.mark.parametrize(
    ("told", "codes"),
    [
        ("She is 20 weeks pregnant.", {"O23.42", "Z3A.20"}),
        ("29 yo, currently pregnant at 12 weeks.", {"O23.41", "Z3A.12"}),
        ("G2P1 at 34w1d.", {"O23.43", "Z3A.34"}),
        ("Her sister is 20 weeks pregnant.", {"N39.0"}),
        ("She is not pregnant, her last period was 4 weeks ago.", {"N39.0"}),
        ("She had one when she was 22 weeks pregnant with her son.", {"N39.0"}),
    ],
)
def test_a_pregnancy_that_is_told(coder: Coder, told: str, codes: set[str]) -> None:
    found = coder.code(f"HPI: {told} Burning for two days.\n\nASSESSMENT\n\n1. UTI.\n", _ENCOUNTER).codes
    assert {code.code for code in found} == codes


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("Diet alone is doing the work. She knows we may need insulin later.", "O24.410"),
        ("Diet controlled. Will start insulin if fasting values rise.", "O24.410"),
        ("On metformin. Might add insulin.", "O24.415"),
        ("On insulin. We will increase insulin if the morning values stay high.", "O24.414"),
        ("Start insulin tonight.", "O24.414"),
    ],
)
def test_a_gestational_diabetes_is_controlled_by_what_is_taken(coder: Coder, told: str, code: str) -> None:
    note = f"G2P1 at 30w2d.\n\nASSESSMENT\n\n1. Gestational diabetes.\n- {told}\n"
    assert {each.code for each in coder.code(note, _ENCOUNTER).codes} == {code, "Z3A.30"}


def test_a_birth_that_is_only_planned_is_none_yet(coder: Coder) -> None:
    note = (
        "37yo G1P0 @ 31w3d, chronic hypertension.\n\nIMPRESSION\nChronic hypertension with superimposed "
        "preeclampsia with severe features. Class 3 obesity, BMI 41.\n\nPLAN\nMagnesium. "
        "Expectant to 34 weeks if stable, cesarean for presentation then."
    )
    found = {code.code for code in coder.code(note, _ENCOUNTER).codes}
    assert "O11.3" in found
    assert "O11.4" not in found
    assert not any(code.startswith("Z68") for code in found)  # I.B.14: no BMI code during pregnancy
