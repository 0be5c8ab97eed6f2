"""Sections and problems of notes of many kinds, against what a reader finds in them."""

from collections import Counter
from typing import Any

import pytest

from services.coder.evaluation.counts import Counts
from services.coder.reading import Division, PartKind, ProblemForm, SectionKind, read
from services.coder.reading.headings import headings
from services.coder.reading.vocabulary import expand, load
from tests.coder.reading import cases

NOTES = cases.load("notes")


def sections_found(text: str) -> Counter[tuple[str, str]]:
    note = read(text)
    return Counter(
        (str(section.kind), text[section.heading.start : section.heading.end])
        for section in note.sections
        if section.kind is not SectionKind.UNLABELLED or len(note.sections) == 1
    )


def sections_expected(case: dict[str, Any]) -> Counter[tuple[str, str]]:
    return Counter(next(iter(row.items())) for row in case["sections"])


def problems_found(text: str) -> Counter[str]:
    return Counter(text[problem.title.start : problem.title.end] for problem in read(text).problems)


def overlap(found: Counter[Any], expected: Counter[Any]) -> Counts:
    both = sum((found & expected).values())
    return Counts(both, sum(found.values()) - both, sum(expected.values()) - both)


def total(counts: list[Counts]) -> Counts:
    return Counts(*(sum(column) for column in zip(*counts, strict=True)))


def test_sections_of_every_kind_of_note() -> None:
    measured = {
        case["name"]: overlap(sections_found(case["note"]), sections_expected(case)) for case in NOTES
    }
    wrong = [name for name, counts in measured.items() if counts.f1 < 1]
    assert len(NOTES) >= 15
    assert total(list(measured.values())).f1 >= 0.97, wrong


def test_problems_of_every_kind_of_note() -> None:
    measured = {
        case["name"]: overlap(problems_found(case["note"]), Counter(case["problems"])) for case in NOTES
    }
    wrong = [name for name, counts in measured.items() if counts.f1 < 1]
    assert total(list(measured.values())).f1 >= 0.97, wrong


def test_a_problem_stands_apart_from_its_reasoning_and_treatment() -> None:
    text = (
        "A/P\n1. Gout.\n- Medical Reasoning: red toe\n- Medical Treatment: colchicine\n"
        "2. Asthma - stable, refill inhaler"
    )
    gout, asthma = read(text).problems
    assert text[gout.title.start : gout.title.end] == "Gout"
    assert gout.form is ProblemForm.NUMBERED
    assert [(part.kind, text[part.span.start : part.span.end].strip()) for part in gout.parts] == [
        (PartKind.REASONING, "red toe"),
        (PartKind.TREATMENT, "colchicine"),
    ]
    assert text[asthma.body.start : asthma.body.end] == " - stable, refill inhaler"


def test_an_impression_before_an_assessment_is_a_reading_of_a_test() -> None:
    text = "RESULTS\nCT head. Impression: Normal.\n\nASSESSMENT\nHeadache."
    divisions = [section.division for section in read(text).sections]
    assert divisions == [Division.OBJECTIVE_RESULTS, Division.OBJECTIVE_RESULTS, Division.ASSESSMENT_AND_PLAN]


def test_labels_under_a_problem_open_no_section() -> None:
    text = "ASSESSMENT AND PLAN\nHypertension.\n- Medications: losartan\n- Labs: BMP\n- Follow-up: 3 months"
    assert [section.kind for section in read(text).sections] == [SectionKind.ASSESSMENT_PLAN]


def test_single_letters_are_headings_only_in_company() -> None:
    alone = read("P: 88 R: 16 T: 98.6\nPatient feels well.")
    assert {section.kind for section in alone.sections}.isdisjoint({SectionKind.PLAN, SectionKind.SUBJECTIVE})


@pytest.mark.parametrize(
    "heading",
    ["ASSESSMENT", "Assessment:", "## Assessment", "**Assessment:**", "3. Assessment:", "assessment:"],
)
def test_a_heading_in_every_dress(heading: str) -> None:
    text = f"HPI: cough\n\n{heading}\nBronchitis."
    section = read(text).sections[-1]
    assert section.kind is SectionKind.ASSESSMENT
    assert text[section.heading.start : section.heading.end].lower() == "assessment"
    assert text[section.body.start : section.body.end].strip() == "Bronchitis."


def test_no_heading_has_two_kinds() -> None:
    seen: dict[str, str] = {}
    for kind, row in load("headings.yaml")["kinds"].items():
        assert SectionKind(kind)
        assert Division(row["division"])
        for variant in (variant for pattern in row["variants"] for variant in expand(pattern)):
            assert seen.setdefault(variant, kind) == kind, variant
    assert len(seen) > 1500
    assert headings().bare <= set(seen)
