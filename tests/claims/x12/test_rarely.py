"""One look tells whether a record says anything in fields that most leave alone."""

from decimal import Decimal

import pytest

from services.claims.x12.rarely import Rarely
from services.contracts.claim import ClaimLine
from tests.claims.x12.samples import line

RARE = Rarely(ClaimLine, "note", "sales_tax", "modifiers", "emergency")


def test_a_record_of_defaults_says_nothing() -> None:
    assert not RARE.said(line(1, 1))


@pytest.mark.parametrize(
    "change",
    [{"note": "x"}, {"sales_tax": Decimal("0.00")}, {"modifiers": ("25",)}, {"emergency": True}],
)
def test_whatever_is_stated_counts_also_a_zero(change: dict[str, object]) -> None:
    assert RARE.said(line(1, 1, **change))


def test_other_fields_do_not_count() -> None:
    assert not RARE.said(line(1, 1, description="x"))
