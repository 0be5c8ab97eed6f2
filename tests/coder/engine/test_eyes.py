"""Glaucoma by eye and stage (I.C.7.a.3)."""

import pytest

from services.coder.batch import Coder


@pytest.mark.parametrize(
    ("problem", "codes"),
    [
        ("POAG OD moderate, OS mild - pressures at target", {"H40.1112", "H40.1121"}),
        ("Primary open angle glaucoma, severe OS, mild OD", {"H40.1111", "H40.1123"}),
        ("Primary open-angle glaucoma, moderate stage, both eyes", {"H40.1132"}),
        ("POAG, right eye, mild stage", {"H40.1111"}),
    ],
)
def test_eyes_in_different_stages_are_coded_apart(coder: Coder, problem: str, codes: set[str]) -> None:
    row = {"id": "eyes", "note": f"EYE CLINIC\nIOP 15/14.\n\nASSESSMENT\n1. {problem}\n", "age": 63}
    assert {code["code"] for code in coder.answer(row)["codes"]} == codes
