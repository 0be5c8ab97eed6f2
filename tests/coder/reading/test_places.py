"""Where things stand in a text, against the slow and plain way to tell it."""

from bisect import bisect_right

from hypothesis import given, settings
from hypothesis import strategies as st

from services.coder.reading.places import begun, nearest


@settings(max_examples=30)
@given(st.lists(st.integers(0, 40), max_size=12), st.integers(-1, 41))
def test_the_last_that_has_begun_is_what_bisection_finds(starts: list[int], offset: int) -> None:
    assert begun(sorted(starts), offset) == bisect_right(sorted(starts), offset) - 1


@settings(max_examples=30)
@given(st.text("ab.!?", max_size=12), st.integers(0, 12))
def test_the_nearest_mark_is_the_first_of_any(text: str, at: int) -> None:
    marks = (".", "!", "?")
    places = [place for place in range(at, len(text)) if text[place] in marks]
    assert nearest(text, at, len(text), marks) == min(places, default=len(text))
