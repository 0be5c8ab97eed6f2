"""Scoring divisions by overlap of words."""

from math import isnan

from services.coder.evaluation.sections import score


def test_words_in_the_right_division_count() -> None:
    note = "HPI\n\nSore throat.\n\nPLAN\n\nRest and fluids."
    divisions = {
        "subjective": "HPI Sore throat.",
        "objective_exam": "objective_exam: #####EMPTY#####.",
        "assessment_and_plan": "PLAN Rest and more fluids.",
    }
    counts = score([{"note": note, "divisions": divisions}])
    assert counts["subjective"].f1 == 1
    assert isnan(counts["objective_exam"].f1)
    assert counts["assessment_and_plan"].recall == 0.8
    assert counts["assessment_and_plan"].precision == 1
