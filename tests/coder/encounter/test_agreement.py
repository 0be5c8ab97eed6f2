"""Structured diagnoses against the note: agreed, denied, never named."""

import pytest

from services.coder.encounter.agreement import ABSENT, DENIED
from services.contracts.coding import Route
from tests.coder.encounter.build import ICD, Life, diagnosis, encounter

ASTHMA = diagnosis("Mild intermittent asthma, uncomplicated", system=ICD, code="J45.20")


@pytest.mark.parametrize(
    ("note", "confidence", "route"),
    [
        ("", 0.99, Route.AUTO),
        ("ASSESSMENT\n1. Mild intermittent asthma.\n", 0.99, Route.AUTO),
        ("HPI\nKnown asthma, quiet.\n\nASSESSMENT\n1. Acute sinusitis.\n", 0.99, Route.AUTO),
        ("HPI\nHe has no asthma.\n\nASSESSMENT\n1. Acute sinusitis.\n", DENIED, Route.REVIEW),
        ("ASSESSMENT\n1. Possible asthma.\n", DENIED, Route.REVIEW),
        ("HPI\nMother has asthma.\n\nASSESSMENT\n1. Acute sinusitis.\n", DENIED, Route.REVIEW),
        ("ASSESSMENT\n1. Acute sinusitis.\n", ABSENT, Route.REVIEW),
    ],
)
def test_a_stated_diagnosis_goes_out_alone_only_if_the_note_agrees(
    note: str, confidence: float, route: Route
) -> None:
    coded = Life().code(encounter(ASTHMA, note=note))
    code = next(each for each in coded.codes if each.code == "J45.20")
    assert (code.confidence, code.route) == (confidence, route)
    for quote in code.evidence:
        assert note[quote.start : quote.end] == quote.text


def test_what_is_past_is_no_diagnosis_of_today() -> None:
    stated = diagnosis("Pulmonary embolism", system=ICD, code="I26.99")
    note = "HPI\nHistory of pulmonary embolism in 2015.\n\nASSESSMENT\n1. Acute sinusitis.\n"
    coded = Life().code(encounter(stated, note=note))
    code = next(each for each in coded.codes if each.code == "I26.99")
    assert code.confidence == DENIED
    assert code.evidence[0].assertion == "historical"


def test_reasons_for_a_visit_need_no_word_of_the_note() -> None:
    stated = diagnosis("Encounter for immunization", system=ICD, code="Z23")
    coded = Life().code(encounter(stated, note="ASSESSMENT\n1. Acute sinusitis.\n"))
    assert coded.codes[0].route is Route.AUTO
