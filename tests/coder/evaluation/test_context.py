"""Finding a concept in its sentence, and scoring assertions."""

import pytest

from services.coder.errors import NoteError
from services.coder.evaluation import rows
from services.coder.evaluation.context import answer, locate, score


@pytest.mark.parametrize(
    ("sentence", "concept", "found"),
    [
        ("No CHEST   PAIN today.", "chest pain", "CHEST   PAIN"),
        ("Edema was seen; no EDEMA now.", "edema", "EDEMA"),
        ("ALLERGIES: no ALLERGIES known.", "allergies", "ALLERGIES"),
        ("Openness; the PE was ruled out.", "PE", "PE"),
        ("Neck supple.", "Neck supple. No nodes", "Neck supple."),
    ],
)
def test_locate(sentence: str, concept: str, found: str) -> None:
    span = locate(sentence, concept)
    assert span is not None
    assert sentence[span[0] : span[1]] == found


def test_locate_prefers_the_marked_occurrence() -> None:
    assert locate("Edema was seen; no EDEMA now.", "edema") == (19, 24)
    assert locate("ALLERGIES: no ALLERGIES known.", "allergies") == (14, 23)


def test_a_concept_that_is_not_there() -> None:
    assert locate("No fever.", "gout") is None
    with pytest.raises(NoteError, match="field concept: does not occur"):
        answer({"id": 1, "sentence": "No fever.", "concept": "gout"})
    with pytest.raises(NoteError, match="field concept: must be a string"):
        answer({"id": 1, "sentence": "No fever."})


def test_answer() -> None:
    row = {"id": "7", "sentence": "Her father had GOUT.", "concept": "gout"}
    said = answer(row)
    assert list(said) == ["id", "negated", "historical", "experiencer", "possible", "hypothetical"]
    assert (said.pop("id"), said.pop("experiencer")) == ("7", "family")
    assert not any(said.values())


def test_score_counts_per_measure() -> None:
    labelled = [
        {
            "sentence": "No FEVER.",
            "concept": "fever",
            "negation": "Negated",
            "temporality": "Recent",
            "experiencer": "Patient",
        },
        {
            "sentence": "Has FEVER.",
            "concept": "fever",
            "negation": "Negated",
            "temporality": "Recent",
            "experiencer": "Patient",
        },
        {
            "sentence": "History of GOUT.",
            "concept": "gout",
            "negation": "Affirmed",
            "temporality": "Historical",
        },
    ]
    counts = score(map(rows.context, labelled))
    assert counts["negation"].recall == 0.5
    assert counts["negation"].precision == 1
    assert counts["temporality_historical"].f1 == 1
    assert counts["experiencer"].true_negative == 2
