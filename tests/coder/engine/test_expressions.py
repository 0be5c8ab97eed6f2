"""Expressions that are made ready from what was kept of them are the expressions."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.coder.engine.expressions import Late, late, program

_PIECES = st.sampled_from(
    [
        "post",
        " op",
        r"\b",
        "(?:s/p|after)",
        "(f/u|follow)?",
        r"(?P<days>\d+)",
        "[ab]",
        "(?:x|yz){2}",
        "^é",
        r"[^.;]{0,60}",
    ]
)


@settings(max_examples=40)
@given(
    st.lists(_PIECES, min_size=1, max_size=6, unique=True), st.sampled_from([0, re.MULTILINE, re.IGNORECASE])
)
def test_it_is_what_re_would_compile(pieces: list[str], flags: int) -> None:
    expression = "".join(pieces)
    made, compiled = (
        Late(expression, flags, program(expression, flags)).pattern(),
        re.compile(expression, flags | re.ASCII),
    )
    assert made == compiled  # the same code for the same expression with the same flags
    assert (made.groupindex, made.groups) == (compiled.groupindex, compiled.groups)


def test_a_table_is_read_from_what_was_kept(tmp_path: Path) -> None:
    expressions = [r"\b(?P<way>s/p|after) repair", r"^\d+", "healed"]
    (tmp_path / "coder").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLAIMSTREAM_HOME", str(tmp_path))
        made, read = (late("table", expressions, re.MULTILINE) for _ in range(2))
    assert len(list((tmp_path / "coder" / "kept").iterdir())) == 1
    for expression in expressions:
        ready = [each[expression].pattern() for each in (made, read)]
        assert ready == [re.compile(expression, re.MULTILINE | re.ASCII)] * 2
    found = read[expressions[0]].pattern().search("seen after repair")
    assert found is not None
    assert found.group("way") == "after"
