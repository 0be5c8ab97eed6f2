"""A fracture named by its region takes the bone from the findings; an operation to come is active care."""

from datetime import date

import pytest

from services.coder.batch import Coder
from services.coder.engine.model import Encounter

_DAY = date(2026, 10, 15)
_WRIST = "ASSESSMENT\nRight wrist fracture, closed."


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        ("RESULTS\nX-ray: extra-articular fracture of the distal radius.", "S52.551A"),
        ("RESULTS\nNo scaphoid fracture. Buckle fracture of the distal radius.", "S52.521A"),
        ("PAST MEDICAL HISTORY\nDistal radius fracture 2012.\n\nRESULTS\nTriquetral fracture.", "S62.111A"),
        ("RESULTS\nPossible scaphoid fracture.", "S62.101A"),
        ("RESULTS\nFracture of the left distal radius, old.", "S62.101A"),
        ("RESULTS\nFracture of the distal radius. Scaphoid fracture.", "S62.101A"),
    ],
)
def test_the_findings_tell_the_bone(coder: Coder, findings: str, code: str) -> None:
    assert _codes(coder, f"{findings}\n\n{_WRIST}") == {code}


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        ("Recommend arthroscopy with repair, after which he will be on crutches.", "S83.241A"),
        ("Continue therapy, strength is coming back.", "S83.241D"),
        ("She needs no surgery.", "S83.241D"),
        ("If it locks again we will schedule arthroscopy.", "S83.241D"),
    ],
)
def test_an_operation_to_come_is_active_treatment(coder: Coder, plan: str, code: str) -> None:
    told = f"HPI\nHere for follow-up of a right knee tear.\n\nASSESSMENT\n1. Medial meniscus tear\n{plan}"
    assert _codes(coder, told) == {code}


def test_the_findings_tell_the_kind_of_tear(coder: Coder) -> None:
    told = "MRI: bucket-handle tear of the medial meniscus.\n\nASSESSMENT\n1. Right knee medial meniscus tear"
    assert _codes(coder, told) == {"S83.211A"}


def _codes(coder: Coder, note: str) -> set[str]:
    return {found.code for found in coder.code(note, Encounter(_DAY, 45, "male")).codes}
