from datetime import date

import pytest

from services.contracts.base import Outcome, Severity
from services.contracts.encounter import Sex
from services.validator.grouping import group, version_of
from services.validator.validate import Validator
from tests.validator.build import inpatient


@pytest.mark.parametrize(
    ("discharge", "version"),
    [
        (date(2022, 9, 30), None),
        (date(2022, 10, 1), 400),
        (date(2025, 9, 30), 421),
        (date(2025, 10, 1), 430),
        (date(2026, 4, 1), 431),
        (date(2026, 9, 30), 431),
        (date(2026, 10, 1), 440),
        (date(2027, 10, 1), None),
    ],
)
def test_the_discharge_picks_the_version(discharge: date, version: int | None) -> None:
    assert version_of(discharge) == version


def test_a_stay_is_grouped_as_the_package_groups_it() -> None:
    found = group(date(2026, 3, 6), 67, Sex.FEMALE, "01", inpatient().codes)

    assert found is not None
    assert (found.drg, found.mdc, found.return_code) == (195, 4, "OK")


def test_a_stay_without_diagnoses_has_no_group() -> None:
    assert group(date(2026, 3, 6), 67, Sex.FEMALE, "01", ()) is None


def test_the_group_is_told_and_holds_nothing(validator: Validator) -> None:
    event = validator.judge(inpatient()).event

    (found,) = [finding for finding in event.findings if finding.rule == "inpatient.ms_drg"]
    assert (found.outcome, found.severity) == (Outcome.PASS, Severity.INFO)
    assert found.message.startswith("MS-DRG 195, MDC 4")
