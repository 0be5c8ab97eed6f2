"""Which expressions may match in a text, and where: none that does is left out."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.coder.engine import beginnings, sieve
from services.coder.reading.tokens import spaced_runs

_PIECES = st.sampled_from(
    [
        "flu",
        "shot",
        "hep",
        "b",
        " ",
        "-",
        r"\b",
        "smok",
        r"\d+",
        "[ab]",
        "(?:er|ing)",
        "(?:x|yz)?",
        "s?",
        r"\w*",
    ]
)


@settings(max_examples=25)
@given(st.lists(_PIECES, min_size=1, max_size=6), st.data())
def test_an_expression_that_matches_is_never_sifted_out(pieces: list[str], data: st.DataObject) -> None:
    expression = "".join(pieces)
    text = data.draw(st.from_regex(re.compile(expression, re.ASCII), fullmatch=True)).lower()
    if text and re.search(expression, text):  # an empty text has no line
        clues = sieve.Sieve(map(beginnings.told, ["stent", expression])).sifted(spaced_runs(text)).clues
        assert 1 in clues
        assert sieve.Sieved(expression).all_in(text, spaced_runs(text))


def test_an_expression_of_very_many_ways_is_told_by_less_and_never_sifted_out() -> None:
    names = [f"{letter}ay|{letter}oe" for letter in "bcdfghjklmnprst"]  # 2 ** 15 ways
    expression = r"\b" + " ".join(f"(?:{each})" for each in names) + r"(?: then)? stop\b"
    assert len(beginnings.needed(expression)) <= 2000
    text = " ".join(each[:3] for each in names) + " stop"
    assert re.search(expression, text)
    assert 0 in sieve.Sieve([beginnings.told(expression)]).sifted(spaced_runs(text)).clues


@pytest.mark.parametrize(
    ("expression", "text", "lines"),
    [
        (
            r"\bflu (?:shot\b|vacc)",
            "flu\nflu shot today\nshot\nflu vaccine",
            ["flu shot today", "flu vaccine"],
        ),
        (r"\bstill smok", "still here\nstill smokes", ["still smokes"]),
        (r"\d\w*", "a\nb", ["a", "b"]),
    ],
)
def test_lines_that_have_what_must_stand_together(expression: str, text: str, lines: list[str]) -> None:
    sifter = sieve.Sieve([beginnings.told(expression)])
    places = sifter.lines(sifter.sifted(spaced_runs(text)), 0, text, len(text))
    assert [text[start:end] for start, end in places] == lines
    found = sieve.Sieved(expression).all_in(text, spaced_runs(text))
    assert [each.span() for each in found] == [each.span() for each in re.finditer(expression, text)]


def test_a_word_that_is_written_in_place_of_another_may_be_anywhere() -> None:
    text = "left eye\nrt eye"
    sifter = sieve.Sieve([beginnings.told(r"\bleft eye"), beginnings.told(r"\brt eye")])
    sifted = sifter.sifted(spaced_runs("left eye\nod eye") + spaced_runs("rt"))
    lines = [sifter.lines(sifted, place, text, len(text)) for place in (0, 1)]
    assert lines == [[(0, 8)], [(9, 15)]]
