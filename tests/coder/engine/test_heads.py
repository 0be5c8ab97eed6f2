"""An expression looked for where its matches can begin finds what it finds anywhere."""

import re
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.coder.engine import facts
from services.coder.engine.expressions import Late
from services.coder.engine.heads import heads, places
from tests.coder.notes.load import notes

_PIECES = st.sampled_from(
    [
        "post",
        " op",
        r"\b",
        "(?:s/p|after)",
        "(?:f/u|follow)?",
        "(?:up )*",
        "[ab]",
        "(?:x|yz){2}",
        "s*",
        "(?=po)",
    ]
)
_WORDS = st.sampled_from(
    ["post", " ", "op", "s/p", "after", "f/u", "follow", "up ", "a", "b", "xyz", "yzx", "s"]
)


@pytest.mark.parametrize(
    ("expression", "begun"),
    [
        (r"\b(?:s/p|after) repair", ("after ", "s/p re")),
        (r"(?:the )?(?:twin|twins)\b", ("the tw", "twin")),
        (r"(?<!no )t[kh]a (?:left|right)", ("tha le", "tha ri", "tka le", "tka ri")),
        (r"(?:heal|mend)(?:ed|ing)", ("healed", "healin", "mended", "mendin")),
        (r"(?:re)+turn", ()),
        (r"\d+ weeks", ()),
        (r"(?:to)?day|(?:re)?", ()),
        (r"(?i)here", ()),
        (r"(?i:here)", ()),
        ("|".join(f"{a}{b}{c}" for a in "abcd" for b in "efgh" for c in "ijkl"), ()),
    ],
)
def test_the_letters_that_every_match_begins_with(expression: str, begun: tuple[str, ...]) -> None:
    assert heads(expression) == begun


def test_many_ways_are_told_by_fewer_letters() -> None:
    told = heads("|".join(f"fracture{letter}" for letter in "abcdefghijklmnopqrstuvwxyz") + "|" + "|".join(
        f"bru{a}{b}" for a in "abcdef" for b in "ghijklmnop"
    ))  # fmt: skip
    assert told == ("brua", "brub", "bruc", "brud", "brue", "bruf", "frac")


def test_places_are_in_the_order_of_the_text() -> None:
    assert places("an old scar, an older scald", ("sca", "old"), 0, 27) == [3, 7, 16, 22]
    assert places("an old scar", ("sca", "old"), 4, 11) == [7]


@settings(max_examples=150)
@given(st.lists(_PIECES, min_size=1, max_size=5), st.lists(_WORDS, max_size=25), st.integers(0, 8))
def test_it_finds_what_is_found_without(pieces: list[str], words: list[str], start: int) -> None:
    expression, text = "".join(pieces), "".join(words)
    looked_for, pattern = Late(expression), re.compile(expression, re.ASCII)
    end = max(len(text) - 2, 0)
    assert _spans(looked_for.every(text, start, end)) == _spans(pattern.finditer(text, start, end))
    first, found = looked_for.first(text, start, end), pattern.search(text, start, end)
    assert (first and first.span()) == (found and found.span())


def test_the_facts_find_in_our_notes_what_they_find_without() -> None:
    said = [fact.says for fact in facts.known() if fact.says.heads()]
    assert len(said) > len(facts.known()) / 2
    for note in notes("dev")[::40]:
        text = note.text.lower()
        for each in said:
            plain = each.pattern().finditer(text)
            assert _spans(each.every(text, 0, len(text))) == _spans(plain), each.expression


def _spans(found: Iterable[re.Match[str]]) -> list[tuple[int, int]]:
    return [match.span() for match in found]
