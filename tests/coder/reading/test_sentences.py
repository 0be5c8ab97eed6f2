"""Sentences and list items: where they end, and where they do not."""

import pytest

from services.coder.reading import read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr. Ames saw him. He is well.", ["Dr. Ames saw him.", "He is well."]),
        ("Take 5 mg b.i.d. with food.", ["Take 5 mg b.i.d. with food."]),
        ("Temp. 98.6 today. A1c 7.2 noted.", ["Temp. 98.6 today.", "A1c 7.2 noted."]),
        ("She has a cough and some\nfever since Monday.", ["She has a cough and some\nfever since Monday."]),
        ("- cough\n- fever", ["cough", "fever"]),
        ("1) Normal ileum 2) Polyp in the cecum", ["Normal ileum", "2) Polyp in the cecum"]),
        ("Is it gout? Yes! Treat.", ["Is it gout?", "Yes!", "Treat."]),
        ('He said "fine." Then he left.', ['He said "fine."', "Then he left."]),
        ("J. Smith reported pain.", ["J. Smith reported pain."]),
        ("Pain in knee\nPain in hip", ["Pain in knee", "Pain in hip"]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert [text[sentence.start : sentence.end] for sentence in read(text).sentences] == expected


def test_a_wrapped_line_goes_on() -> None:
    text = "The patient is a pleasant seventy year old retired teacher from\nColumbus who fell at home."
    (sentence,) = read(text).sentences
    assert (sentence.start, sentence.end) == (0, len(text))


def test_items_know_the_sentence_that_leads_their_list() -> None:
    text = "Denies:\n- fever\n- chills\n\nHe is well."
    lead, fever, chills, last = read(text).sentences
    assert (fever.lead, chills.lead, last.lead) == (0, 0, -1)
    assert lead.lead == -1
    assert fever.item
    assert not last.item


def test_no_sentence_crosses_a_heading() -> None:
    text = "HPI: pain in knee\nAssessment:\nknee pain"
    note = read(text)
    assert [text[sentence.start : sentence.end] for sentence in note.sentences] == [
        "pain in knee",
        "knee pain",
    ]
    assert [note.sentences_of(sentence.section) for sentence in note.sentences] == [
        (sentence,) for sentence in note.sentences
    ]
