"""Assessments that no heading tells."""

import pytest

from services.coder.reading import ProblemForm, SectionKind, read

_STORY = "Mr. Lund comes for his check. He sleeps badly and drinks less.\n\nBP 120/80. Lungs clear.\n\n"


def _named(text: str) -> list[str]:
    note = read(text)
    assert note.sections[-1].kind is SectionKind.ASSESSMENT_PLAN
    assert not note.sections[-1].inferred
    return [note.text[p.title.start : p.title.end] for p in note.problems if p.form is not ProblemForm.CUE]


@pytest.mark.parametrize(
    ("end", "names"),
    [
        (
            "Trauma. Prazosin up to 6 mg.\n\nDrinking. In remission. Continue naltrexone.\n\nBack in May.",
            ["Trauma", "Drinking"],
        ),
        (
            "Mood: depression, better. Raise sertraline to 150 mg.\n\nWorry: anxiety. Add hydroxyzine.",
            ["Mood", "Worry"],
        ),
        (
            "Knee - osteoarthritis. Injected 40 mg of triamcinolone.\nSugar - at goal. Continue metformin.",
            ["Knee", "Sugar"],
        ),
    ],
)
def test_paragraphs_that_are_called_by_a_problem_are_an_assessment(end: str, names: list[str]) -> None:
    assert _named(_STORY + end) == names


def test_a_diagnosis_at_the_head_is_not_what_the_visit_concludes() -> None:
    head = "Diagnosis: breast cancer, left\n\nMrs. Lund is well. The scar is flat.\n\n"
    end = "Breast cancer. Continue anastrozole 1 mg.\n\nBones. Osteopenia. Add zoledronic acid 4 mg."
    note = read(head + end)
    assert [section.kind for section in note.sections] == [
        SectionKind.DIAGNOSES,
        SectionKind.UNLABELLED,
        SectionKind.ASSESSMENT_PLAN,
    ]
    assert _named(head + end)[1:] == ["Breast cancer", "Bones"]


@pytest.mark.parametrize(
    "text",
    [
        "Sleep: badly. Takes melatonin 3 mg.\n\nAppetite: good.\n\nHe is well and goes on as before.",
        "Lungs: clear. Skin: dry.\n\nAffect: full.\n\nAbdomen: soft.",
    ],
)
def test_what_is_told_or_found_is_no_assessment(text: str) -> None:
    note = read(text)
    assert all(s.inferred for s in note.sections if s.kind is SectionKind.ASSESSMENT_PLAN)


@pytest.mark.parametrize(
    "opening",
    ["I think he has", "So what he has is", "My view. He has", "I told him this is", "A chest cold, then,"],
)
def test_a_paragraph_that_says_what_to_make_of_it_begins_an_assessment(opening: str) -> None:
    note = read(f"{_STORY}{opening} acute bronchitis. Honey and rest.\n\nBack in a week.")
    assert note.sections[-1].kind is SectionKind.ASSESSMENT_PLAN
    assert note.text[note.sections[-1].start :].startswith(opening)


def test_what_was_thought_before_the_findings_is_no_assessment() -> None:
    note = read("He coughs.\n\nI told him that it is a cold.\n\nExam: lungs clear, no wheeze.")
    assert all(s.inferred for s in note.sections if s.kind is SectionKind.ASSESSMENT_PLAN)
