"""Pressure ulcers that a note lists by site and stage."""

from datetime import date

import pytest

from services.coder.batch import Coder
from services.coder.engine.model import Encounter

_ENCOUNTER = Encounter(date(2026, 10, 15), 80, "male")


@pytest.mark.parametrize(
    ("note", "codes"),
    [
        (
            "Site, stage\nSacrum stage 3 pressure injury\nLeft heel | DTI\nR ischium | Unstageable",
            {"L89.153", "L89.626", "L89.310"},
        ),
        (
            "ASSESSMENT\nPressure injuries: sacrum stage 4, L hip stage 2, R heel unstageable",
            {"L89.154", "L89.222", "L89.610"},
        ),
        (
            "ASSESSMENT\n1. Pressure injuries: DTI both heels, stage 2 right buttock",
            {"L89.616", "L89.626", "L89.312"},
        ),
        ("ASSESSMENT\nDecubitus ulcer of the sacrum, stage 3. CKD stage 3.", {"L89.153", "N18.30"}),
        ("Exam: no pressure ulcers, no stage 1 change of the heels.\nASSESSMENT: UTI", {"N39.0"}),
    ],
)
def test_each_ulcer_of_a_list_has_its_site_and_stage(coder: Coder, note: str, codes: set[str]) -> None:
    assert {code.code for code in coder.code(note, _ENCOUNTER).codes} == codes
