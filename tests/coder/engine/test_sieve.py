"""Which expressions may match in a text, and where: none that does is left out."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.coder.engine import beginnings, sieve
from services.coder.reading.tokens import letter_runs

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
        words = frozenset(letter_runs(text))
        assert 1 in sieve.Sieve(map(beginnings.told, ["stent", expression])).sifted(words)
        assert sieve.Sieved(expression).all_in(text, words)


def test_an_expression_of_very_many_ways_is_told_by_less_and_never_sifted_out() -> None:
    names = [f"{letter}ay|{letter}oe" for letter in "bcdfghjklmnprst"]  # 2 ** 15 ways
    expression = r"\b" + " ".join(f"(?:{each})" for each in names) + r"(?: then)? stop\b"
    assert len(beginnings.needed(expression)) <= 2000
    text = " ".join(each[:3] for each in names) + " stop"
    assert re.search(expression, text)
    assert 0 in sieve.Sieve([beginnings.told(expression)]).sifted(frozenset(letter_runs(text)))


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
    sifter, words = sieve.Sieve([beginnings.told(expression)]), frozenset(letter_runs(text))
    places = sifter.lines(sifter.sifted(words).get(0, []), text, len(text))
    assert [text[start:end] for start, end in places] == lines
    found = sieve.Sieved(expression).all_in(text, words)
    assert [each.span() for each in found] == [each.span() for each in re.finditer(expression, text)]
