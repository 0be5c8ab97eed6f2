from datetime import date

import pytest

from services.contracts.encounter import ClaimType
from services.validator.filing import FilingLimit, counted_from


@pytest.mark.parametrize(
    ("limit", "service", "last"),
    [
        (FilingLimit(years=1), date(2025, 3, 2), date(2026, 3, 2)),
        (FilingLimit(years=1), date(2024, 2, 29), date(2025, 2, 28)),
        (FilingLimit(days=90), date(2025, 12, 1), date(2026, 3, 1)),
        (FilingLimit(years=1, days=10), date(2025, 12, 31), date(2027, 1, 10)),
    ],
)
def test_last_day_to_file(limit: FilingLimit, service: date, last: date) -> None:
    assert limit.last_day(service) == last


def test_an_institutional_claim_counts_from_its_last_day() -> None:
    first, last = date(2026, 3, 2), date(2026, 3, 6)

    assert counted_from(ClaimType.PROFESSIONAL, first, last) == first
    assert counted_from(ClaimType.INSTITUTIONAL, first, last) == last
