"""What an expression needs of a text's words: never more than every match has."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.coder.engine import beginnings, facts

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


@pytest.mark.parametrize(
    ("expression", "needed"),
    [
        (r"\b(?:sutures?\b|stitch)", {("suture",), ("sutures",), ("stitch*",)}),
        (r"\b(?:still smok|flu (?:shot\b|vacc))", {("smok*", "still"), ("flu", "shot"), ("flu", "vacc*")}),
        (r"\bcurrent (?:daily )?smoker\b", {("current", "smoker")}),
        (r"\b\d+[ -]month visit\b", {("month", "visit")}),
        (r"\b(?:flu|pcv)", {()}),
        (r"\w*itis\b", {()}),
    ],
)
def test_words_that_a_match_cannot_be_without(expression: str, needed: set[tuple[str, ...]]) -> None:
    found = {tuple(sorted(word.decode() for word in words)) for words in beginnings.needed(expression)}
    assert found == needed


@settings(max_examples=25)
@given(st.lists(_PIECES, min_size=1, max_size=6), st.data())
def test_an_expression_that_matches_is_never_sifted_out(pieces: list[str], data: st.DataObject) -> None:
    expression = "".join(pieces)
    text = data.draw(st.from_regex(re.compile(expression, re.ASCII), fullmatch=True)).lower()
    if re.search(expression, text):
        assert beginnings.Sieve(["stent", expression]).sifted(text)[-1:] == [1]


def test_most_facts_are_looked_for_only_where_their_words_stand() -> None:
    assert len(facts.sieve().anywhere) < 5
