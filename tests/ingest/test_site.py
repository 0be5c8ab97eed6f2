from pathlib import Path

import pytest

from services.contracts.encounter import ClaimType, VisitClass
from services.contracts.npi import has_check_digit
from services.contracts.resources import SITE_VARIABLE
from services.ingest.errors import SiteError
from services.ingest.site import load_site
from tests.ingest.bundles import SITE


def written(tmp_path: Path, text: str) -> Path:
    (tmp_path / "site.yaml").write_text(text)
    return tmp_path


def told(tmp_path: Path, text: str) -> str:
    with pytest.raises(SiteError) as caught:
        load_site(written(tmp_path, text))
    return str(caught.value)


@pytest.mark.parametrize(
    ("npi", "valid"),
    [
        ("1234567893", True),  # CMS's own example of the check digit
        ("1234567890", False),
        ("123456789", False),
        ("12345678931", False),
        ("12345678x3", False),
        ("", False),
    ],
)
def test_the_check_digit_of_an_npi(npi: str, valid: bool) -> None:
    assert has_check_digit(npi) is valid


def test_every_single_wrong_digit_is_found() -> None:
    for place in range(10):
        for digit in "0123456789":
            changed = "1234567893"[:place] + digit + "1234567893"[place + 1 :]
            assert has_check_digit(changed) is (changed == "1234567893")


def test_the_example_site_s_npis_are_not_issued() -> None:
    assert SITE.facility is not None
    assert SITE.test_npis is not None
    npis = [SITE.billing.npi, SITE.facility.npi, SITE.test_npis.bill_as.npi]
    assert all(has_check_digit(npi) and npi.startswith("2") for npi in npis)


def test_all_errors_of_a_site_at_once_with_their_places(tmp_path: Path) -> None:
    text = """
source: ""
charge_lag_days: -1
billing: {npi: "1234567890", taxonomy: doctor}
payers: [{match: {nam: [X]}, payer_name: X}]
place_of_service: {by_class: {office: "11"}}
colour: blue
"""
    message = told(tmp_path, text)
    for place in (
        "source",
        "charge_lag_days",
        "billing.npi",
        "billing.taxonomy",
        "payers.0.match.nam",
        "place_of_service.by_class.office",
        "colour",
    ):
        assert f"  {place}" in message


@pytest.mark.parametrize(("text", "says"), [("a: [", "not YAML"), ("- a", "not a YAML mapping")])
def test_what_is_no_site(tmp_path: Path, text: str, says: str) -> None:
    assert says in told(tmp_path, text)


def test_a_missing_file_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match=SITE_VARIABLE):
        load_site(tmp_path)


def test_the_first_payer_rule_that_fits_wins() -> None:
    medicaid = SITE.payer(["PUBLICPOL"], "medicaid", [])
    assert medicaid is not None
    assert medicaid.payer_kind == "medicaid"
    pinewood = SITE.payer([], "Whatever They Call It", ["x", "PWHP1"])
    assert pinewood is not None
    assert pinewood.payer_id == "PWHP1"
    assert SITE.payer(["HIP"], "Nobody", []) is None


def test_a_type_in_a_rule_must_fit_too(tmp_path: Path) -> None:
    text = """
source: s
billing: {npi: "2000000010", taxonomy: 261QM1300X}
payers:
  - {match: {type: [HIP], name: [A]}, payer_id: "1", payer_name: one}
  - {match: {name: [A]}, payer_id: "2", payer_name: two}
"""
    site = load_site(written(tmp_path, text))
    found = [site.payer(types, "a", []) for types in (["HIP"], ["PPO"])]
    assert [each.payer_id if each else "" for each in found] == ["1", "2"]


def test_departments_and_forms() -> None:
    assert SITE.department(VisitClass.INPATIENT, {"x"}, set()) == "ward"
    assert SITE.department(VisitClass.HOME, {"x"}, set()) == ""
    assert SITE.claim_type(VisitClass.AMBULATORY, ClaimType.INSTITUTIONAL) is ClaimType.PROFESSIONAL
    assert SITE.claim_type(VisitClass.INPATIENT, None) is ClaimType.INSTITUTIONAL
    assert SITE.claim_type(VisitClass.INPATIENT, ClaimType.PROFESSIONAL) is ClaimType.PROFESSIONAL
