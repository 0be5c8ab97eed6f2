"""Negated, family, historical, hypothetical and possible, each on our own cases, half of them near misses."""

from collections.abc import Callable

import pytest

from services.coder.evaluation.counts import Counts
from services.coder.reading import Assertion, Flag, read
from services.coder.reading.triggers import MODIFIERS
from services.coder.reading.vocabulary import load
from tests.coder.reading.cases import mentions

SAID: dict[str, Callable[[Assertion], bool]] = {
    "negated": lambda assertion: assertion.negated,
    "negated_held": lambda assertion: assertion.negated,
    "family": lambda assertion: assertion.experiencer != "patient",
    "historical": lambda assertion: assertion.historical,
    "hypothetical": lambda assertion: assertion.hypothetical,
    "possible": lambda assertion: assertion.possible,
}


@pytest.mark.parametrize("name", SAID)
def test_f1_on_own_cases(name: str) -> None:
    counts = Counts()
    wrong: list[str] = []
    for case in mentions(name):
        assertion = read(case.text).context_at(case.start, case.end)
        said = SAID[name](assertion)
        counts = counts.add(said=said, is_so=case.expected)
        if said is not case.expected:
            wrong.append(
                f"{case.text!r}: {[(trigger.rule, trigger.start) for trigger in assertion.triggers]}"
            )
    assert counts.true_positive + counts.false_negative >= 80
    assert counts.false_positive + counts.true_negative >= 60
    assert counts.f1 >= 0.97, "\n".join(wrong)


def test_a_trigger_quotes_the_words_that_decided() -> None:
    text = "She denies fever. Her mother had gout."
    fever = text.index("fever")
    (trigger,) = read(text).context_at(fever, fever + 5).triggers
    assert (trigger.flag, text[trigger.start : trigger.end]) == (Flag.NEGATED, "denies")
    assert trigger.rule == "negated.denies"


@pytest.mark.parametrize(
    ("text", "thing", "expected"),
    [
        ("ACS, PE, dissection, pericarditis unlikely.", "PE", True),
        ("Appendicitis, torsion, ectopic excluded.", "Appendicitis", True),
        ("Pneumonia, PE unlikely.", "Pneumonia", False),
        ("Hypertension, diabetes, PE unlikely.", "diabetes", False),
        ("Cough, sore throat, strep negative.", "Cough", False),
    ],
)
def test_a_denial_behind_a_series_of_names_is_of_all(text: str, thing: str, expected: bool) -> None:
    at = text.index(thing)
    assert read(text).context_at(at, at + len(thing)).negated is expected


def test_spouse_and_blood_relative_are_told_apart_by_rule() -> None:
    rules = {}
    for person in ("husband", "father"):
        text = f"Her {person} has asthma."
        start = text.index("asthma")
        rules[person] = [trigger.rule for trigger in read(text).context_at(start, start + 6).triggers]
    assert rules == {"husband": ["family.spouse"], "father": ["family.relative"]}


@pytest.mark.parametrize(
    ("text", "mention", "flags"),
    [
        ("ROS:\nDenies:\n- fever\n- chills\nPositive for:\n- cough", "chills", Flag.NEGATED),
        ("ROS:\nDenies:\n- fever\n- chills\nPositive for:\n- cough", "cough", Flag.NONE),
        ("Call if any of these occur:\n- bleeding\n- pus\n\nShe has gout.", "pus", Flag.HYPOTHETICAL),
        ("Call if any of these occur:\n- bleeding\n- pus\n\nShe has gout.", "gout", Flag.NONE),
        ("Negative for:\nrash\nitch\n\nasthma noted", "itch", Flag.NEGATED),
        ("Negative for:\nrash\nitch\n\nasthma noted", "asthma", Flag.NONE),
        ("FAMILY HISTORY\n\nStroke.\n\nASSESSMENT\n\nGout.", "Stroke", Flag.FAMILY),
        ("FAMILY HISTORY\n\nStroke.\n\nASSESSMENT\n\nGout.", "Gout", Flag.NONE),
        ("PMH: TIA\nHPI: cough", "TIA", Flag.HISTORICAL),
        ("PMH: TIA\nHPI: cough", "cough", Flag.NONE),
        ("Previous Assessment: sinusitis\nAssessment: cough", "sinusitis", Flag.HISTORICAL),
        ("Lungs: no wheezing.\nSkin: rash", "wheezing", Flag.NEGATED),
        ("Lungs: no wheezing.\nSkin: rash", "rash", Flag.NONE),
    ],
)
def test_lists_and_headings_speak_of_what_follows(text: str, mention: str, flags: Flag) -> None:
    start = text.index(mention)
    assert read(text).context_at(start, start + len(mention)).flags == flags


def test_a_trigger_inside_the_mention_says_nothing_of_it() -> None:
    text = "Type 2 diabetes without complications."
    assert read(text).context_at(0, len(text) - 1).flags == Flag.NONE


def test_every_rule_has_a_flag_a_direction_and_phrases() -> None:
    data = load("triggers.yaml")
    names = {flag.name for flag in Flag}
    for identifier, row in data["rules"].items():
        flags = [row["flag"]] if isinstance(row["flag"], str) else row["flag"]
        assert {flag.upper() for flag in flags} <= names, identifier
        assert row["direction"] in {"after", "before"}, identifier
        assert row["phrases"], identifier
        assert set(row) <= {"flag", "direction", "phrases", "scope", "clause", "stops", "lists", "causes"}, (
            identifier
        )
    for identifier, row in data["ends"].items():
        assert {flag.upper() for flag in row.get("of", [])} <= names, identifier


def test_no_choice_of_a_phrase_is_left_unread() -> None:
    data = load("triggers.yaml")
    patterns = [pattern for row in data["rules"].values() for pattern in row["phrases"]] + data["pseudo"]
    patterns += [pattern for row in data["ends"].values() for pattern in row["phrases"]]
    assert MODIFIERS.candidates(["no", "fever"])
    for pattern in patterns:
        depth = 0
        for index, mark in enumerate(pattern):
            depth += (mark == "(") - (mark == ")")
            if mark == "|":
                assert depth >= 1, pattern
                inner = pattern[pattern.rindex("(", 0, index) : index]
                assert inner.count("(") == 1, pattern
