"""The reliability diagram: tenths of probability, the gate's precision and coverage, a plot that is SVG."""

from math import isnan
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from services.coder.evaluation.reliability import at, bins, gates, page, plot

JUDGED = [(0.95, True), (0.93, True), (0.91, False), (0.42, False), (0.48, True), (1.0, True)]


def test_tenths_hold_mean_share_and_count() -> None:
    assert [(round(mean, 4), right, count) for mean, right, count in bins(JUDGED)] == [
        (0.45, 0.5, 2),
        (0.9475, 0.75, 4),
    ]


def test_the_gate_lets_through_what_reaches_it() -> None:
    assert at(JUDGED, 0.93) == (1.0, 0.5)
    assert at(JUDGED, 0.9) == (0.75, 4 / 6)
    assert all(map(isnan, at([], 0.9)))
    assert isnan(at([(0.5, True)], 0.9)[0])


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=40))
def test_no_code_is_lost_between_the_tenths(judged: list[tuple[float, bool]]) -> None:
    assert sum(count for _, _, count in bins(judged)) == len(judged)
    dots = ET.fromstring(plot(bins(judged))).findall("{http://www.w3.org/2000/svg}circle")
    assert len(dots) == len(bins(judged))


def test_the_page_says_what_was_counted() -> None:
    text = page(JUDGED, 3)
    assert "6 codes of 3 notes" in text
    assert "| 0.90 | 0.750 | 0.667 |" in text
    assert "tuned on" not in text
    judged_apart = page(JUDGED, 3, [(0.95, True)] * 7)
    assert "tuned on (7 codes;" in judged_apart
    assert "| 0.90 | 1.000 | 1.000 |" in judged_apart


def test_where_nothing_passes_there_is_no_precision() -> None:
    assert "| 0.97 | - | 0.000 |" in page([(0.5, True)], 1)


def test_a_gate_keeps_its_promise_from_there_on() -> None:
    judged = [(0.97, True)] * 60 + [(0.92, True)] * 27 + [(0.92, False)] * 3 + [(0.8, False)] * 20
    assert gates(judged) == {0.9: 0.81, 0.95: 0.81, 0.97: 0.93}  # 87 of 90 do not keep .97
