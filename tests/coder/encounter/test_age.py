"""Ages in completed years."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.coder.encounter.age import age_on
from tests.coder.encounter.build import WHEN, Life, codes, encounter


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(2008, 3, 2), date(2026, 3, 2), 18),
        (date(2008, 3, 3), date(2026, 3, 2), 17),
        (date(2025, 3, 2), date(2026, 3, 2), 1),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_a_year_is_complete_on_the_birthday(born: date, on: date, age: int) -> None:
    assert age_on(born, on) == age


@given(st.dates(date(1900, 1, 1), date(2025, 12, 31)), st.integers(0, 120))
def test_the_day_before_a_birthday_is_a_year_less(born: date, years: int) -> None:
    birthday = (
        (born + timedelta(1)).replace(year=born.year + years) if (born.month, born.day) < (2, 28) else None
    )
    if birthday is not None:
        assert age_on(born + timedelta(1), birthday) == years
        assert age_on(born + timedelta(1), birthday - timedelta(1)) == years - 1


def test_an_adult_s_examination_begins_on_the_birthday() -> None:
    kind = "General examination of patient (procedure)"
    birthday = WHEN.date().replace(year=2008)
    assert codes(Life().code(encounter(kind=kind, born=birthday))) == ["Z00.00"]
    assert codes(Life().code(encounter(kind=kind, born=birthday + timedelta(1)))) == ["Z00.129"]
