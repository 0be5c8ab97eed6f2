"""What was dealt with today, apart from history carried along."""

import pytest

from services.coder.reading import Currency, read
from services.coder.reading.currency import is_chronic

NOTE = """HPI: Here for diabetes. She had pneumonia two years ago.
PMH: Hypertension, appendicitis
Previous Assessment: Bronchitis, start azithromycin.
FH: mother with stroke
Assessment and Plan:
1. Type 2 diabetes - A1c 7, continue metformin.
- Education: We discussed retinopathy.
2. History of melanoma
3. Fatigue, likely from anemia
"""


@pytest.mark.parametrize(
    ("mention", "currency"),
    [
        ("diabetes", Currency.TREATED_TODAY),
        ("pneumonia", Currency.HISTORY),
        ("Hypertension", Currency.HISTORY),
        ("appendicitis", Currency.HISTORY),
        ("Bronchitis", Currency.HISTORY),
        ("stroke", Currency.UNKNOWN),
        ("Type 2 diabetes", Currency.TREATED_TODAY),
        ("retinopathy", Currency.UNKNOWN),
        ("melanoma", Currency.HISTORY),
        ("Fatigue", Currency.TREATED_TODAY),
    ],
)
def test_currency(mention: str, currency: Currency) -> None:
    start = NOTE.index(mention)
    assert read(NOTE).currency(start, start + len(mention)) is currency


@pytest.mark.parametrize(
    ("words", "chronic"),
    [("type 2 diabetes mellitus", True), ("heart failure", True), ("pneumonia", False), ("", False)],
)
def test_chronic_diseases(words: str, *, chronic: bool) -> None:
    assert is_chronic(words) is chronic
