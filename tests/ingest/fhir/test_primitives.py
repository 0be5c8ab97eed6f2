from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.fhir.primitives import BadValue, decimal, is_id, moment

EARLY, LATE = (datetime(year, 1, 1, tzinfo=UTC).replace(tzinfo=None) for year in (1900, 2100))


def test_a_time_keeps_the_day_of_its_own_zone() -> None:
    found = moment("2026-03-10T21:00:00-05:00")
    assert found.first == datetime(2026, 3, 11, 2, tzinfo=UTC)
    assert found.day == date(2026, 3, 10)
    assert found.has_time


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-03-10", date(2026, 3, 10), date(2026, 3, 10)),
    ],
)
def test_a_coarse_date_is_a_span_of_days(text: str, first: date, last: date) -> None:
    found = moment(text)
    assert (found.day, found.last_day) == (first, last)
    assert found.has_day is (len(text) == 10)
    assert found.first.date() == first
    assert found.last.date() == last


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "03/10/2026",
        "2026-3-1",
        "2026-02-30",
        "2026-13-01",
        "2026-03-10T09:00:00",
        "2026-03-10T25:00:00Z",
        "0000-01-01",
        "2026-03-10 09:00",
        "2026-03-10\n",
    ],
)
def test_what_is_no_date_says_how_to_write_one_and_does_not_quote_it(text: str) -> None:
    with pytest.raises(BadValue) as caught:
        moment(text)
    assert caught.value.fix
    assert text.strip() not in caught.value.message + caught.value.fix


@given(st.datetimes(min_value=EARLY, max_value=LATE, timezones=st.timezones()))
def test_every_time_is_read_back(when: datetime) -> None:
    offset = when.utcoffset()
    if offset is None or offset.total_seconds() % 60:  # FHIR's offsets are whole minutes
        return
    found = moment(when.isoformat())
    assert found.first == when.astimezone(UTC)  # an hour that a zone skips equals none of another zone
    assert found.clock == (f"{when:%H%M}" if offset else "")
    assert found.day == when.date()


@given(st.decimals(min_value=0, max_value=999_999_999, places=2))
def test_money_is_exact_however_json_writes_it(amount: Decimal) -> None:
    assert decimal(float(amount), 2) == amount


@pytest.mark.parametrize("value", ["12.00", True, None, [], 1e30, 12.345])
def test_what_is_no_amount_is_refused(value: object) -> None:
    with pytest.raises(BadValue):
        decimal(value, 2)


def test_noise_beyond_the_sixth_decimal_is_not_taken_for_cents() -> None:
    assert decimal(1014.2400000001, 2) == Decimal("1014.24")


def test_ids_of_fhir() -> None:
    assert is_id("abc-1.2")
    assert not is_id("")
    assert not is_id("a b")
    assert not is_id("a" * 65)
