"""The condition for which an operation is planned is coded where the note clears for it (IV.M)."""

from datetime import date

import pytest

from services.coder.batch import Coder
from services.coder.engine.model import Encounter


def codes_of(coder: Coder, note: str) -> set[str]:
    return {code.code for code in coder.code(note, Encounter(date(2026, 10, 15), 66)).codes}


@pytest.mark.parametrize(
    ("story", "code"),
    [
        ("He will undergo laparoscopic cholecystectomy for gallstones on 5/3.", "K80.20"),
        ("Req: ortho. R total hip sched 3/9, primary OA R hip.", "M16.11"),
        ("Cataract surgery of the left eye is planned (age-related nuclear cataract).", "H25.12"),
        ("Asked by urology before a planned TURP for BPH.", "N40.0"),
    ],
)
def test_the_condition_that_is_operated_on(coder: Coder, story: str, code: str) -> None:
    note = f"Pre-op clearance\n{story}\nA/P: Preop clearance - low risk."
    assert codes_of(coder, note) == {"Z01.818", code}


@pytest.mark.parametrize(
    "story",
    [
        "Scheduled for knee replacement. He had an appendectomy for appendicitis.",
        "Scheduled for knee replacement. His brother needs surgery for colon cancer.",
        "Scheduled for knee replacement. Surgery for possible carpal tunnel syndrome is not planned.",
    ],
)
def test_no_other_operation_tells_a_condition(coder: Coder, story: str) -> None:
    note = f"Preoperative evaluation\n{story}\nAssessment: Preoperative evaluation, low risk."
    assert codes_of(coder, note) == {"Z01.818"}


def test_a_note_that_clears_for_nothing_codes_what_it_assesses(coder: Coder) -> None:
    note = "Surgery for a bunion is planned next year.\nAssessment: osteoarthritis of the right knee."
    assert codes_of(coder, note) == {"M17.11"}
