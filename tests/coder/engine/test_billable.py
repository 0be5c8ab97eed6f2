"""Codes on their day: what FY2027 divides further, what it moved, and what was not yet divided in FY2016."""

from datetime import date

import pytest

from services.coder.batch import Coder
from services.coder.engine.billable import subdivided
from services.coder.engine.model import Encounter

FY2016, FY2026, FY2027 = date(2015, 10, 1), date(2026, 4, 1), date(2026, 10, 1)


@pytest.mark.parametrize(
    ("phrase", "on", "codes"),
    [
        ("Plantar fasciitis", FY2026, ["M72.2"]),
        ("Plantar fasciitis", FY2027, ["M72.20"]),
        ("Plantar fasciitis, left foot", FY2027, ["M72.22"]),
        ("Bilateral plantar fasciitis", FY2027, ["M72.21", "M72.22"]),
        ("Dilated cardiomyopathy", FY2027, ["I42.00"]),
        ("Brugada syndrome", FY2027, ["I49.89"]),
        ("Toxic effect of other organic solvents, accidental", FY2027, ["T52.891A"]),
        ("Triple negative breast cancer", date(2024, 5, 1), ["C50.919", "Z17.1"]),
        ("HER2 positive breast cancer", date(2024, 5, 1), ["C50.919"]),
        ("Suprapubic pain", FY2026, ["R10.24"]),
        ("Suprapubic pain", FY2016, ["R10.2"]),
    ],
)
def test_the_day_picks_the_code(coder: Coder, phrase: str, on: date, codes: list[str]) -> None:
    found = coder.code(f"ASSESSMENT\n\n1. {phrase}\n", Encounter(on)).codes
    assert [code.code for code in found] == codes
    assert all(coder.codesets.icd10cm(on).billable(code.code) for code in found)


def test_sides_are_not_read_into_divisions_that_are_not_by_side() -> None:
    arrhythmias = {"I49.81", "I49.82", "I49.89"}
    assert subdivided("I49.8", arrhythmias.__contains__, {"right"}) == ("I49.89",)
    assert subdivided("I49", {"I49.0"}.__contains__) == ()
