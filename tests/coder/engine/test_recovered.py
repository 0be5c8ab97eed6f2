"""A visit about what has healed is a follow-up of it, whatever else it is not (I.C.21.c.8)."""

from datetime import date

import pytest

from services.coder.batch import Coder
from services.coder.engine.model import Encounter


@pytest.mark.parametrize(
    ("problems", "codes"),
    [
        ("1. Pneumonia, resolved.", ["Z09", "Z87.01"]),
        ("1. Cellulitis, resolved.", ["Z09"]),
        ("1. UTI, resolved.\n2. Hypertension, at goal.", ["I10"]),
        ("1. Cough, resolved.", []),
        ("1. No pneumonia.", []),
        ("1. COVID, recovered, back to work.", ["Z09", "Z86.16"]),
        ("1. Pneumonia\n   Resolved. No further treatment.", ["Z09", "Z87.01"]),
        ("1. UTI. It has cleared up after Macrobid.", ["Z09", "Z87.440"]),
        ("1. Pneumonia\n   Not yet resolved on x-ray, repeat in 4 weeks.", ["J18.9"]),
        ("1. Acute bronchitis\n   Cough has resolved, still wheezing.", ["J20.9"]),
        ("1. Heart failure with recovered EF, stable.", ["I50.30"]),
    ],
)
def test_what_has_resolved_is_followed_where_nothing_else_is_treated(
    coder: Coder, problems: str, codes: list[str]
) -> None:
    note = f"ASSESSMENT AND PLAN\n\n{problems}\n"
    assert [code.code for code in coder.code(note, Encounter(date(2026, 10, 15))).codes] == codes


@pytest.mark.parametrize(
    ("note", "codes"),
    [
        ("HPI: Here for follow up of pneumonia.\nA/P: Pneumonia has resolved.", ["Z09", "Z87.01"]),
        ("CC: follow-up of pneumonia.\nA/P:\n1. Pneumonia, resolved.", ["Z09", "Z87.01"]),
        ("HPI: Seen in follow up after a UTI.\nA/P: UTI, resolved.", ["Z09", "Z87.440"]),
        ("HPI: Here for follow up of a UTI.\nA/P: UTI, not resolved. Urine culture.", ["N39.0"]),
    ],
)
def test_what_the_patient_came_for_is_over_where_the_assessment_says_so(
    coder: Coder, note: str, codes: list[str]
) -> None:
    assert [code.code for code in coder.code(note, Encounter(date(2026, 10, 15))).codes] == codes
