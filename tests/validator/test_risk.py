from datetime import date

from services.contracts.base import Outcome
from services.validator.risk import categories, mapping
from services.validator.validate import Validator
from tests.validator.build import office


def test_the_years_mapping_is_cmss() -> None:
    assert len(mapping(2026)) > 7_000
    assert mapping(2026)["E119"] == "38"
    assert mapping(2031) == {}


def test_categories_name_their_codes_once() -> None:
    found = categories(["E11.9", "I10", "E11.9", "I50.22"], date(2025, 3, 2))

    assert found == {"38": ("E11.9",), "226": ("I50.22",)}


def test_a_day_without_a_mapping_is_not_an_answer() -> None:
    assert categories(["E11.9"], date(2020, 3, 2)) is None


def test_a_medicare_claim_is_told_its_categories(validator: Validator) -> None:
    findings = validator.judge(office()).event.findings

    (found,) = [finding for finding in findings if finding.rule == "medicare.hcc"]
    assert (found.outcome, found.message) == (Outcome.PASS, "payment year 2027: HCC 38 (E11.9)")
