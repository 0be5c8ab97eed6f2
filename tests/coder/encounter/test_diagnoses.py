"""The EHR's diagnoses: ICD-10-CM taken over and checked by date, SNOMED CT read by its text, situations left
out.
"""

from datetime import UTC, datetime

import pytest

from services.contracts.coding import Route
from tests.coder.encounter.build import ICD, Life, codes, diagnosis, encounter, trusting


@pytest.mark.parametrize(
    ("display", "code"),
    [
        ("Essential hypertension (disorder)", "I10"),
        ("Prediabetes (finding)", "R73.03"),
        ("Acute viral pharyngitis (disorder)", "J02.9"),
        ("Chronic kidney disease stage 2 (disorder)", "N18.2"),
        ("Gingivitis (disorder)", "K05.10"),
        ("Stress (finding)", "Z73.3"),
        ("Laceration of thigh (disorder)", "S71.119A"),
    ],
)
def test_a_clear_snomed_diagnosis_is_coded_without_a_person(display: str, code: str) -> None:
    coded = Life(trusting()).code(encounter(diagnosis(display)))
    assert codes(coded) == [code]
    assert coded.route is Route.AUTO
    assert coded.codes[0].diagnosis_ids == ("d1",)


@pytest.mark.parametrize(
    "display",
    [
        "Medication review due (situation)",
        "Full-time employment (finding)",
        "Received higher education (finding)",
    ],
)
def test_a_situation_gives_no_code(display: str) -> None:
    assert codes(Life().code(encounter(diagnosis(display)))) == []


def test_an_icd_code_is_taken_over() -> None:
    coded = Life(trusting()).code(encounter(diagnosis("Type 2 diabetes", system=ICD, code="E119")))
    assert codes(coded) == ["E11.9"]
    assert coded.route is Route.AUTO


@pytest.mark.parametrize(("code", "word"), [("E11", "header"), ("E11.99", "unknown"), ("R05.9", "")])
def test_an_icd_code_that_cannot_be_billed_goes_to_a_person(code: str, word: str) -> None:
    coded = Life(trusting()).code(encounter(diagnosis("x", system=ICD, code=code)))
    assert coded.route is (Route.REVIEW if word else Route.AUTO)
    assert word in coded.codes[0].reason


def test_a_code_is_judged_by_the_day_of_service() -> None:
    before = datetime(2020, 3, 2, 15, 0, tzinfo=UTC)
    assert codes(Life().code(encounter(diagnosis("Cough (finding)"), when=before))) == ["R05"]
    assert codes(Life().code(encounter(diagnosis("Cough (finding)")))) == ["R05.9"]


def test_before_icd10_nothing_is_coded_and_nobody_is_asked() -> None:
    early = datetime(2010, 3, 2, 15, 0, tzinfo=UTC)
    life = Life()
    assert life.items(encounter(diagnosis("Cough (finding)"), when=early)) == []
    coded = Life().code(encounter(diagnosis("Cough (finding)"), when=early))
    assert codes(coded) == []
    assert coded.route is Route.AUTO


def test_refuted_provisional_and_problem_list_entries_are_left_out() -> None:
    coded = Life().code(
        encounter(
            diagnosis("Asthma (disorder)", "d1", verification="refuted"),
            diagnosis("Pneumonia (disorder)", "d2", verification="provisional"),
            diagnosis("Anemia (disorder)", "d3", category="problem-list-item"),
            diagnosis("Essential hypertension (disorder)", "d4"),
        )
    )
    assert codes(coded) == ["I10"]


def test_rank_is_the_order() -> None:
    coded = Life().code(
        encounter(
            diagnosis("Asthma (disorder)", "d1", rank=2),
            diagnosis("Essential hypertension (disorder)", "d2", rank=1),
        )
    )
    assert codes(coded)[0] == "I10"
