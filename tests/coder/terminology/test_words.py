"""Folding: the same words on both sides, whatever their form, and true places in the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.coder.terminology.words import folder, lower


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kidney stones", "renal calculus"),
        ("type II diabetes", "Type 2 Diabetes"),
        ("fracture of the upper end of the humerus", "fracture proximal humerus"),
        ("malignant neoplasm of breast", "breast cancer"),
        ("low back pain", "pain, lower back"),
        ("stage iiia", "stage 3a"),
        ("edema of both knees", "oedema, bilateral knee"),
    ],
)
def test_two_ways_of_saying_have_the_same_words(one: str, other: str) -> None:
    assert sorted(folder().stems(one)) == sorted(folder().stems(other))


@pytest.mark.parametrize(
    ("one", "other"), [("hepatitis a", "hepatitis"), ("type 1", "type 2"), ("high", "elevated")]
)
def test_what_differs_stays_apart(one: str, other: str) -> None:
    assert folder().stems(one) != folder().stems(other)


@given(st.text(max_size=80))
def test_places_are_those_of_the_text(text: str) -> None:
    folded = lower(text)
    assert len(folded) == len(text)
    for word in folder().words(folded):
        assert 0 <= word.start < word.end <= len(text)
        assert word.stem
