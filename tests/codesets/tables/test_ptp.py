from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.codesets.tables.ptp import ModifierIndicator, PtpEdit, code_number, day_number

CODES = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=5, max_size=5)


@given(CODES, CODES)
def test_code_numbers_sort_as_codes(one: str, other: str) -> None:
    first, second = code_number(one), code_number(other)

    assert first is not None
    assert second is not None
    assert (first < second) == (one < other)
    assert first < 2**26


@given(st.text(max_size=7).filter(lambda text: len(text.strip()) != 5))
def test_what_is_no_code_has_no_number(text: str) -> None:
    assert code_number(text) is None


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.none() | st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_an_edit_is_in_force_from_its_first_to_its_last_day(effective: date, deleted: date | None) -> None:
    edit = PtpEdit("10001", "10002", ModifierIndicator.ALLOWED, effective, deleted, "")

    assert edit.in_force(effective) == (deleted is None or deleted >= effective)
    if deleted is not None:
        assert edit.in_force(deleted) == (deleted >= effective)
        assert not edit.in_force(date.fromordinal(deleted.toordinal() + 1))


def test_an_edit_with_indicator_9_never_applies() -> None:
    day = date(2024, 1, 1)

    assert not PtpEdit("10001", "10002", ModifierIndicator.NOT_APPLICABLE, day, None, "").in_force(day)


def test_days_fit_sixteen_bits_until_2169() -> None:
    assert 0 <= day_number(date(1996, 1, 1)) < day_number(date(2169, 1, 1)) < 0xFFFF
