"""The floor of the confidence: what is likelier wrong than right is mentioned, not suggested."""

from datetime import date

import pytest

from services.coder.batch import Coder
from services.coder.engine.confidence import FLOOR, likely
from services.coder.engine.model import Candidate, Encounter, Mention, Zone


def candidate(code: str, confidence: float, *, whole: bool = False) -> Candidate:
    words = frozenset({code})
    line = words if whole else words | {"visit"}
    return Candidate(code, Mention(0, 4, words, code, 1, line, Zone.PROBLEM, whole), confidence=confidence)


def test_what_is_unlikely_becomes_an_alternative_of_the_most_probable() -> None:
    kept = likely([candidate("R05.9", FLOOR - 0.1), candidate("M10.9", 0.9), candidate("I10", FLOOR)])
    assert [c.code for c in kept] == ["M10.9", "I10"]
    assert kept[0].rejected == [("R05.9", f"considered; probability {FLOOR - 0.1:.2f}")]


def test_the_only_finding_of_a_note_is_shown_however_unlikely() -> None:
    kept = likely([candidate("R05.9", 0.2), candidate("R53.83", 0.1)])
    assert [c.code for c in kept] == ["R05.9"]
    assert likely([]) == []


def test_the_name_of_a_problem_is_suggested_however_general() -> None:
    kept = likely([candidate("M10.9", 0.3, whole=True), candidate("I10", 0.9)])
    assert [c.code for c in kept] == ["M10.9", "I10"]


def test_a_part_of_a_name_that_its_term_tells_whole_is_suggested() -> None:
    part = candidate("J18.9", 0.3)
    part.mention.line = part.mention.stems  # «sepsis due to pneumonia»: the rest is the sepsis
    assert [c.code for c in likely([part, candidate("A41.9", 0.9)])] == ["J18.9", "A41.9"]


@pytest.mark.parametrize(
    "state", ["on mesalamine", "on mesalamine 2.4 g daily", "in deep remission", "- mesalamine"]
)
def test_a_name_with_its_treatment_or_its_state_is_suggested(coder: Coder, state: str) -> None:
    note = f"ASSESSMENT\n\n1. Gout.\n2. Ulcerative colitis {state}.\n"
    found = coder.code(note, Encounter(date(2026, 10, 15), 60)).codes
    assert {code.code for code in found} == {"M10.9", "K51.90"}


def test_a_condition_and_the_drug_that_caused_it_stay_together() -> None:
    bleed = candidate("K92.2", 0.3)
    drug = Candidate("T39.395A", bleed.mention, confidence=0.9)
    assert likely([bleed, drug]) == [bleed, drug]
