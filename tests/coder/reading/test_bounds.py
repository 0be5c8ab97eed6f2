"""Work grows in proportion to the text, for whatever text: measured by growth, not by the clock's absolute
value.
"""

import random
import time
from collections.abc import Callable

import pytest

from services.coder.reading import read

GARBAGE = "".join(chr(random.Random(7).randrange(256)) for _ in range(1)) + "".join(map(chr, range(256))) * 8
SHAPES: dict[str, Callable[[int], str]] = {
    "prose": lambda n: "He denies fever, but his mother had gout. " * n,
    "no spaces": lambda n: "x" * (40 * n),
    "spaces": lambda n: " " * (40 * n),
    "stops": lambda n: "." * (40 * n),
    "colons": lambda n: "a:" * (20 * n),
    "headings": lambda n: "HPI: " * (8 * n),
    "triggers": lambda n: "no " * (14 * n),
    "commas": lambda n: "no fever, " * (4 * n),
    "numbers": lambda n: "".join(f"{i}. HTN " for i in range(4 * n)),
    "brackets": lambda n: "(" * (40 * n),
    "problems": lambda n: "A/P:\n" + "HTN\n- stable\n" * (3 * n),
    "cues": lambda n: "due to " * (6 * n),
    "letters": lambda n: "S: a\nO: b\nA: c\nP: d\n" * (2 * n),
    "list": lambda n: "Denies:\n" + "- fever\n" * (5 * n),
    "garbage": lambda n: GARBAGE * (n // 50 + 1),
    "stars": lambda n: "*" * (40 * n),
    "unlike line ends": lambda n: "a\r" * (20 * n),
}
SMALL, GROWTH = 250, 8


def seconds(text: str) -> float:
    """Processor time to read a text and ask about every sentence of it, the better of two."""
    best = float("inf")
    for _ in range(2):
        begin = time.process_time()
        note = read(text)
        for sentence in note.sentences:
            note.context_at(sentence.start, sentence.end)
        best = min(best, time.process_time() - begin)
    return best


@pytest.mark.parametrize("shape", SHAPES)
def test_eightfold_text_takes_about_eightfold_work(shape: str) -> None:
    seconds(SHAPES[shape](10))  # vocabulary loaded
    small, large = seconds(SHAPES[shape](SMALL)), seconds(SHAPES[shape](SMALL * GROWTH))
    assert large < max(small, 0.002) * GROWTH * 4  # quadratic work would be GROWTH * GROWTH


def test_two_megabytes_and_a_line_of_a_megabyte() -> None:
    note = read("HPI: He denies fever and has gout.\n" * 60_000)
    assert len(note.text) > 2_000_000
    assert note.sections[-1].end == len(note.text)
    line = read("y" * 1_000_000)
    assert max(sentence.end - sentence.start for sentence in line.sentences) <= 1200
