"""Phrases are found where one expression over the whole text would find them."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from services.coder.reading.cues import Phrases

LISTED = Phrases(["is", "now on", "(most |)likely due to", "c / o", "NUM mg", "status:"])
PLAIN = re.compile(
    r"(?<!\w)(?:is|now\s{1,3}on|(?:most\s{1,3})?likely\s{1,3}due\s{1,3}to|c\s?/\s?o|\d[\d.,/%]*\s{1,3}mg|status:)(?!\w)"
)
WORDS = (
    "is",
    "now",
    "on",
    "most",
    "likely",
    "due",
    "to",
    "c",
    "/",
    "o",
    "5",
    "mg",
    "status:",
    " ",
    "  ",
    "-",
    "_",
)


@settings(max_examples=60)
@given(st.lists(st.sampled_from(WORDS), max_size=12).map("".join), st.integers(0, 8), st.integers(0, 40))
def test_phrases_are_found_where_an_expression_finds_them(text: str, start: int, end: int) -> None:
    start, end = min(start, len(text)), min(end, len(text))
    found, expected = LISTED.search(text, start, end), PLAIN.search(text, start, end)
    assert (found and found.span()) == (expected and expected.span())


def test_a_phrase_begins_no_text_that_it_stands_in_later() -> None:
    assert LISTED.match("now on insulin") is not None
    assert LISTED.match("she is now on insulin") is None
