"""Queries: asked where the documentation leaves open what matters, with what is missing, why, and where."""

from datetime import date

import pytest

from services.coder.batch import Coder
from services.coder.engine.model import Encounter, Setting
from services.coder.engine.tables import table
from services.coder.terminology.index import Terminology


@pytest.mark.parametrize(
    ("problem", "topics"),
    [
        ("Heart failure", ["heart-failure-type"]),
        ("Chronic systolic heart failure", []),
        ("Knee osteoarthritis", []),
        ("Carpal tunnel syndrome", ["laterality"]),
        ("Right carpal tunnel syndrome", []),
        ("Chronic kidney disease", ["kidney-disease-stage"]),
        ("Asthma", ["asthma-severity"]),
        ("Hypertension", []),
    ],
)
def test_a_vague_problem_is_asked_about(coder: Coder, problem: str, topics: list[str]) -> None:
    text = f"ASSESSMENT\n\n1. {problem}.\n"
    found = coder.code(text, Encounter(date(2026, 10, 1)))
    assert [query.topic for query in found.queries] == topics
    for query in found.queries:
        assert query.question.endswith("?")
        assert query.why
        assert query.codes
        assert all(text[quote.start : quote.end] == quote.text for quote in query.evidence)


def test_some_are_asked_of_inpatients_only(coder: Coder) -> None:
    text = "DISCHARGE DIAGNOSES\n\n1. Pneumonia.\n"
    assert coder.code(text, Encounter(date(2026, 10, 1))).queries == ()
    asked = coder.code(text, Encounter(date(2026, 10, 1), setting=Setting.INPATIENT)).queries
    assert [query.topic for query in asked] == ["pneumonia-organism"]


def test_every_rule_is_complete_and_names_codes_that_exist(vocabulary: Terminology) -> None:
    for rule in table("queries"):
        assert rule["topic"]
        assert rule["question"].endswith("?")
        assert rule["why"]
        assert all(vocabulary.entry(code) is not None for code in rule["codes"]), rule["topic"]
