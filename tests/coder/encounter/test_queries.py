"""Queries to the provider: one for each thing that is open."""

from services.contracts.coding import Route
from services.contracts.work import DecisionAction
from tests.coder.encounter.build import Life, decision, encounter

ULCERS = "ASSESSMENT AND PLAN:\n1. Pressure ulcer of sacrum.\n2. Pressure ulcer of right heel.\n"


def test_two_ulcers_are_two_questions_and_one_answer_is_of_one() -> None:
    life = Life()
    sacrum, heel = life.code(encounter(note=ULCERS)).queries
    assert [quote.text for quote in (*sacrum.evidence, *heel.evidence)] == [
        "Pressure ulcer of sacrum",
        "Pressure ulcer of right heel",
    ]
    assert "L89.152" in sacrum.codes
    assert "L89.612" in heel.codes
    answered = life.code(decision(DecisionAction.ACCEPT, f"query:{heel.query_id}"))
    assert answered.queries == (sacrum,)
    assert answered.route is Route.REVIEW
