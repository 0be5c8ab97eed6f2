"""What an expression needs of a text's words: never more than every match has."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.coder.engine import beginnings, facts, spoken
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


@pytest.mark.parametrize(
    ("expression", "needed"),
    [
        (r"\b(?:sutures?\b|stitch)", {("suture",), ("sutures",), ("stitch*",)}),
        (r"\b(?:still smok|flu (?:shot\b|vacc))", {("smok*", "still"), ("flu", "shot"), ("flu", "vacc*")}),
        (r"\bcurrent (?:daily )?smoker\b", {("current", "smoker")}),
        (r"\b\d+[ -]month visit\b", {("month", "visit")}),
        (r"\b(?:flu|pcv)", {("flu*",), ("pcv*",)}),
        (r"\bdiscectomy|\bca", {()}),
        (r"\w*itis\b", {()}),
    ],
)
def test_words_that_a_match_cannot_be_without(expression: str, needed: set[tuple[str, ...]]) -> None:
    found = {tuple(sorted(words)) for words in beginnings.needed(expression)}
    assert found == needed


@settings(max_examples=25)
@given(st.lists(_PIECES, min_size=1, max_size=6), st.data())
def test_an_expression_that_matches_is_never_sifted_out(pieces: list[str], data: st.DataObject) -> None:
    expression = "".join(pieces)
    text = data.draw(st.from_regex(re.compile(expression, re.ASCII), fullmatch=True)).lower()
    if re.search(expression, text):
        clues = beginnings.Sieve(map(beginnings.told, ["stent", expression])).sifted(letter_runs(text))
        assert 1 in clues


def test_an_expression_of_very_many_ways_is_told_by_less_and_never_sifted_out() -> None:
    names = [f"{letter}ay|{letter}oe" for letter in "bcdfghjklmnprst"]  # 2 ** 15 ways
    expression = r"\b" + " ".join(f"(?:{each})" for each in names) + r"(?: then)? stop\b"
    assert len(beginnings.needed(expression)) <= 2000
    text = " ".join(each[:3] for each in names) + " stop"
    assert re.search(expression, text)
    assert 0 in beginnings.Sieve([beginnings.told(expression)]).sifted(letter_runs(text))


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
    sieve = beginnings.Sieve([beginnings.told(expression)])
    places = sieve.lines(sieve.sifted(letter_runs(text)).get(0, []), text, len(text))
    assert [text[start:end] for start, end in places] == lines
    found = beginnings.Sieved(expression).all_in(text, letter_runs(text))
    assert [each.span() for each in found] == [each.span() for each in re.finditer(expression, text)]


def test_no_fact_is_said_across_the_end_of_a_line() -> None:
    for fact in facts.known():
        assert not re.search(r"\\[sWD]|\[\^(?!\.\\n)|(?<![\\^])\.", fact.says.expression), fact.id


def test_most_facts_are_looked_for_only_where_their_words_stand() -> None:
    assert len(spoken.sieve().anywhere) < 5
