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
        assert all(vocabulary.entry(code) is not None for code in rule.get("codes", ())), rule["topic"]


_SAID = {
    "heart-failure-type": "Heart failure",
    "heart-failure-acuity": "Systolic heart failure",
    "kidney-disease-stage": "Chronic kidney disease",
    "kidney-disease-stage-3": "CKD stage 3",
    "atrial-fibrillation-type": "Atrial fibrillation",
    "asthma-severity": "Asthma",
    "depression-episode": "Depression",
    "obesity-class": "Obesity",
    "anemia-kind": "Anemia",
    "diabetes-control": "Uncontrolled diabetes",
    "pneumonia-organism": "Pneumonia",
    "pressure-ulcer-stage": "Pressure ulcer of the sacrum",
    "respiratory-failure-acuity": "Respiratory failure",
    "encephalopathy-kind": "Encephalopathy",
    "malnutrition-degree": "Malnutrition",
    "urosepsis": "Urosepsis",
    "tobacco-product": "Nicotine dependence",
    "neoplasm-site": "Metastatic cancer of unknown primary",
    "rotator-cuff-tear": "Right rotator cuff tear",
    "skin-ulcer-severity": "Ulcer of the left foot",
}


def test_every_rule_asks_where_it_should(coder: Coder) -> None:
    asked = {}
    for topic, said in _SAID.items():
        note = f"DISCHARGE DIAGNOSES\n\n1. {said}.\n"
        found = coder.code(note, Encounter(date(2026, 10, 1), setting=Setting.INPATIENT)).queries
        asked[topic] = [query.topic for query in found if query.topic != "laterality"]
    assert asked == {rule["topic"]: [rule["topic"]] for rule in table("queries")}


@pytest.mark.parametrize("problem", ["Urosepsis", "Uncontrolled diabetes", "Pressure ulcer of the sacrum"])
def test_what_a_question_decides_is_seen_by_a_person(coder: Coder, problem: str) -> None:
    (answer,) = coder.answers([(1, coder.task({"note": f"ASSESSMENT\n\n1. {problem}.\n"}))])
    assert answer["queries"]
    assert {code["route"] for code in answer["codes"]} == {"review"}


def test_what_uncontrolled_means_is_not_asked_where_it_is_said(coder: Coder) -> None:
    text = "ASSESSMENT\n\n1. Uncontrolled diabetes.\nHyperglycemia most mornings, start glargine.\n"
    assert coder.code(text, Encounter(date(2026, 10, 1))).queries == ()


@pytest.mark.parametrize("problem", ["Acute left MCA stroke", "Right hip fracture", "Left breast cancer"])
def test_the_side_is_not_asked_where_it_is_coded(coder: Coder, problem: str) -> None:
    found = coder.code(f"ASSESSMENT\n\n1. {problem}.\n", Encounter(date(2026, 10, 1)))
    assert [query.topic for query in found.queries] == []


def test_what_may_be_answered_is_of_the_very_ulcer(coder: Coder) -> None:
    text = (
        "ASSESSMENT\n\n1. Pressure ulcer of sacrum.\n2. Pressure ulcer of right heel.\n3. Left foot ulcer.\n"
    )
    sacrum, heel, foot = coder.code(text, Encounter(date(2026, 10, 1))).queries
    assert (sacrum.about, heel.about, foot.about) == ("L89.159", "L89.619", "L97.529")
    assert {"L89.152", "L89.153", "L89.154"} < set(sacrum.codes)
    assert {"L89.612", "L89.613", "L89.614"} < set(heel.codes)
    assert {"L97.521", "L97.522"} < set(foot.codes)
    assert not {"L89.159", "L89.619", "L97.529"} & {*sacrum.codes, *heel.codes, *foot.codes}
