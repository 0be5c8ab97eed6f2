"""Diagnosis pointers: the order's reasons, else the problem under which the note speaks of the service."""

from tests.coder.charges.build import line
from tests.coder.encounter.build import CPT, ICD, Life, charge, diagnosis, encounter

NOTE = (
    "ASSESSMENT AND PLAN\n1. Essential hypertension. Continue lisinopril.\n"
    "2. Type 2 diabetes mellitus without complications. Check A1c today, continue metformin.\n"
)
DIABETES = diagnosis("Type 2 diabetes mellitus without complications", "d2", ICD, "E11.9")
PRESSURE = diagnosis("Essential (primary) hypertension", "d1", ICD, "I10")


def test_a_test_points_to_the_problem_it_was_ordered_under() -> None:
    coded = Life().code(
        encounter(PRESSURE, DIABETES, note=NOTE, charges=[charge(), charge("83036", CPT, ident="c2")])
    )
    assert line(coded, "83036").pointers == ("E11.9",)
    assert line(coded, "99213").pointers == ("I10", "E11.9")


def test_the_order_of_the_ehrs_reasons_is_kept() -> None:
    reasons = ("d2", "d1")
    coded = Life().code(encounter(PRESSURE, DIABETES, charges=[charge(diagnosis_ids=reasons)]))
    assert coded.lines[0].pointers == ("E11.9", "I10")
