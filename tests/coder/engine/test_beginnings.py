"""What an expression needs of a text's words: never more than every match has."""

import re

import pytest

from services.coder.engine import beginnings, facts, spoken


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


def test_no_fact_is_said_across_the_end_of_a_line() -> None:
    for fact in facts.known():
        assert not re.search(r"\\[sWD]|\[\^(?!\.\\n)|(?<![\\^])\.", fact.says.expression), fact.id


def test_most_facts_are_looked_for_only_where_their_words_stand() -> None:
    assert len(spoken.sieve().anywhere) < 6
