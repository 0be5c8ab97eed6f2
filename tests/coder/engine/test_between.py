"""Diagnoses of an assessment that stand under no name of a problem."""

from datetime import date

import pytest

from services.coder.batch import Coder
from services.coder.engine.model import Encounter

_NAMED = "ASSESSMENT AND PLAN\n\n{}\n\nActinic keratoses, both temples. Seven were frozen.\n\n{}\n"


@pytest.mark.parametrize(
    ("first", "last", "codes"),
    [
        ("", "The spots on the back are seborrheic keratoses. They can be left.", {"L57.0", "L82.1"}),
        ("", "The rash on the arms is eczema.", {"L57.0", "L30.9"}),
        ("", "The rash on the arms is no eczema.", {"L57.0"}),
        ("", "The arms are better since her eczema was treated.", {"L57.0"}),
        ("HIV disease with a history of Pneumocystis, well controlled on Biktarvy.", "", {"B20", "L57.0"}),
        ("She is a woman with a history of gout who comes for her skin.", "", {"L57.0"}),
    ],
)
def test_a_paragraph_that_states_a_diagnosis(coder: Coder, first: str, last: str, codes: set[str]) -> None:
    found = coder.code(_NAMED.format(first, last), Encounter(date(2026, 10, 15), 60)).codes
    assert {code.code for code in found} == codes
