"""Folded text: as long as the text, and with the spaces that expressions know."""

from hypothesis import given
from hypothesis import strategies as st

from services.coder.reading.vocabulary import fold


@given(st.text())
def test_a_folded_text_is_as_long_as_the_text(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_a_space_of_a_word_processor_is_a_space() -> None:
    assert fold("Type\u00a02\u202fDM\u2003Mén") == "type 2 dm men"
