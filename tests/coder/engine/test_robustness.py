"""Whatever the text is: an answer in bounded time, exact evidence, billable codes, the same again."""

import random
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.coder.batch import Coder, opened
from services.coder.engine.model import Encounter
from tests.coder.notes.load import notes

DAY = Encounter(date(2026, 10, 1))


def check(coder: Coder, text: str) -> None:
    found = coder.code(text, DAY)
    valid = coder.codesets.icd10cm(DAY.on).billable
    for code in found.codes:
        assert valid(code.code)
        assert code.evidence
        assert all(text[quote.start : quote.end] == quote.text for quote in code.evidence)
    assert found == coder.code(text, DAY)


@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    check(opened(), text)


@given(
    st.lists(st.sampled_from([word for note in notes("dev")[:6] for word in note.text.split()]), max_size=80)
)
def test_shuffled_clinical_words(words: list[str]) -> None:
    check(opened(), "ASSESSMENT\n\n1. " + " ".join(words))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n\n",
        "El paciente presenta dolor de cabeza y fiebre desde ayer.",
        "患者主诉头痛和发热。",
        "\x00\x01\x02\ufffd" * 50,
        "ASSESSMENT\n\nİstanbul: hypertension\n",
        "1." * 2000,
        "(" * 5000,
        # nothing is left of what was found
        "RESULTS\nScreening mammogram HER2 MEDICAL HISTORY: diagnostic mammogram",
        # two sides, in other sentences than the disease
        "A/P\n\nLeg pain on walking.\nReasoning: ABI 0.62 right, 0.9 left; claudication from PAD.",
    ],
)
def test_odd_notes(coder: Coder, text: str) -> None:
    check(coder, text)


def test_notes_of_lines_of_others(coder: Coder) -> None:
    mixed = random.Random(11)
    chosen = notes("dev")[::9]
    lines = [line for note in chosen for line in note.text.split("\n")]
    for note in chosen:
        own = [mixed.choice(lines) if mixed.random() < 0.4 else line for line in note.text.split("\n")]
        if mixed.random() < 0.5:
            mixed.shuffle(own)
        check(coder, "\n".join(own))


def test_a_note_of_two_megabytes_is_answered_in_seconds(coder: Coder) -> None:
    words = [word for note in notes("dev")[:10] for word in note.text.split(" ")]
    draw = random.Random(7)
    text = "ASSESSMENT\n" + " ".join(draw.choice(words) for _ in range(330_000))
    assert len(text) > 1_900_000
    begun = time.process_time()
    coder.code(text, DAY)
    assert time.process_time() - begun < 30


def test_order_of_notes_does_not_matter(coder: Coder) -> None:
    some = notes("dev")[:8]
    forward = [coder.code(note.text, DAY) for note in some]
    backward = [coder.code(note.text, DAY) for note in reversed(some)]
    assert forward == list(reversed(backward))
