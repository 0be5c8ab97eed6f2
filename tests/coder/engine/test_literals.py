"""The strings that a text must have for an expression to match in it: one of them is in every match."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.coder.engine.literals import Guarded, guarded, needed

_PIECES = st.sampled_from(
    ["post", " op", r"\b", "(?:s/p|after)", "(?:f/u|follow)?", r"\d+", "[ab]", "(?:x|yz){2}", "s*", "(?= op)"]
)


@pytest.mark.parametrize(
    ("expression", "strings"),
    [
        (r"\b(?:s/p|after) (?:\w+ ){0,2}(?:repair|fusion)", [{"repair", "fusion"}, {"s/p", "after"}]),
        (r"(?:^|\b)(?:f/u|follow[ -]?up|followup|recheck)\b", [{"f/u", "follow", "recheck"}]),
        (r"(?:suture|cast)s? removal", [{" removal"}, {"suture", "cast"}]),
        (r"\d+ weeks?", [{" week"}]),
        (r"(?:today|\d+)", []),
        (r"(?:here)?", []),
        (r"(?i)here", []),
        (r"(?i:here)", []),
    ],
)
def test_strings_that_a_match_cannot_be_without(expression: str, strings: list[set[str]]) -> None:
    assert needed(expression) == strings


@settings(max_examples=25)
@given(st.lists(_PIECES, min_size=1, max_size=5), st.data())
def test_a_guarded_expression_finds_what_it_would_find_unguarded(
    pieces: list[str], data: st.DataObject
) -> None:
    expression = "".join(pieces)
    text = data.draw(st.from_regex(expression) | st.text("post /after", max_size=20))
    found, expected = Guarded(expression).search(text), re.search(expression, text, re.ASCII)
    assert (found and found.span()) == (expected and expected.span())


def test_only_the_part_that_is_asked_for_is_searched() -> None:
    guarded = Guarded("heal(?:ing|ed)")
    assert guarded.search("healed, healing", 3) is not None
    assert guarded.search("healed, healing", 1, 14) is None


def test_what_the_expressions_of_a_table_need_is_the_same_when_it_was_kept(tmp_path: Path) -> None:
    expressions = [r"\b(?:s/p|after) repair", r"\d+", "healed"]
    texts = ["seen after repair", "repair", "healed", "3", ""]
    (tmp_path / "coder").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLAIMSTREAM_HOME", str(tmp_path))
        made, read = guarded("table", expressions), guarded("table", expressions)
    assert len(list((tmp_path / "coder" / "kept").iterdir())) == 1
    for expression in expressions:
        asked = [
            [g.may_match(text) for text in texts]
            for g in (Guarded(expression), made[expression], read[expression])
        ]
        assert asked[0] == asked[1] == asked[2]
