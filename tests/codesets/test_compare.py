from datetime import date
from pathlib import Path

import pytest

from services.codesets.catalog import CodeSets
from services.codesets.compare import UnknownVersion, claims_touched, compare
from tests.codesets import official
from tests.codesets.conftest import Import

MUE_Q4 = [*official.MUE_ROWS[1:], ("10009", "1", "2 Policy", "CMS Policy")]
PTP_Q4 = [row for row in official.PTP_ROWS if row[1] != "10002"] + [
    ("10001", "10009", "", "20241001", "*", "1", "x")
]


@pytest.fixture
def two_quarters(tmp_path: Path, folder: Path, import_files: Import) -> CodeSets:
    changed = [(code, "9" if code == "10003" else units, *rest) for code, units, *rest in MUE_Q4]
    for name, text in (
        ("mue_2024q3.csv", official.mue()),
        ("mue_2024q4.csv", official.mue(rows=changed)),
        ("ccipra_2024q3.txt", official.ptp()),
        ("ccipra_2024q4.txt", official.ptp(PTP_Q4)),
    ):
        path = tmp_path / name
        path.write_text(text)
        import_files(path)
    return CodeSets(folder)


def test_codes_added_deleted_and_revised(two_quarters: CodeSets) -> None:
    found = compare("ncci-mue-practitioner@2024q3", "ncci-mue-practitioner@2024q4", two_quarters)

    assert (found.added, found.deleted, found.revised) == (("10009",), ("10001",), ("10003",))
    assert found.changed == {"10009", "10001", "10003"}


def test_pairs_added_and_deleted(two_quarters: CodeSets) -> None:
    found = compare("ncci-ptp-practitioner@2024q3", "ncci-ptp-practitioner@2024q4", two_quarters)

    assert (found.added, found.deleted, found.revised) == (("10001+10009",), ("10001+10002",), ())


def test_fiscal_years_of_the_built_in_tables(sets: CodeSets) -> None:
    found = compare("icd10cm@FY2026", "icd10cm@FY2027", sets)

    assert "I4200" in found.added
    assert "I420" in found.deleted
    assert len(compare("icd10pcs@FY2026-04", "icd10pcs@FY2027", sets).added) == 101


def test_a_list_with_texts_and_one_without_differ_in_codes_only(
    tmp_path: Path, folder: Path, import_files: Import
) -> None:
    described = "code,long_description\n" + "".join(f"A{number:04d},words\n" for number in range(25))
    bare = "".join(f"A{number:04d}\n" for number in range(1, 26))
    for name, text in (("hcpcs_2025q4.csv", described), ("hcpcs_2026q3.txt", bare)):
        path = tmp_path / name
        path.write_text(text)
        import_files(path)
    found = compare("hcpcs@2025q4", "hcpcs@2026q3", CodeSets(folder))

    assert (found.added, found.deleted, found.revised) == (("A0025",), ("A0000",), ())


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("ncci-mue-practitioner", "ncci-mue-practitioner@2024q3", "table@version"),
        ("ncci-mue-practitioner@2024q3", "ncci-mue-dme@2024q3", "different tables"),
        ("ncci-mue-practitioner@2020q1", "ncci-mue-practitioner@2024q3", "is not imported"),
        ("icd10cm@FY2014", "icd10cm@FY2026", "within 2015-10-01"),
        ("icd10cm@now", "icd10cm@FY2026", "write FY2026"),
    ],
)
def test_versions_that_are_not_there_are_named(
    two_quarters: CodeSets, old: str, new: str, message: str
) -> None:
    with pytest.raises(UnknownVersion, match=message):
        compare(old, new, two_quarters)


def claim(identifier: str, diagnoses: tuple[str, ...] = (), lines: tuple[str, ...] = ()) -> dict[str, object]:
    return {
        "claim_id": identifier,
        "diagnoses": [{"code": code} for code in diagnoses],
        "procedures": [],
        "lines": [
            {"code": code, "modifiers": ["25"], "service_date": str(date(2024, 10, 5))} for code in lines
        ],
    }


def test_claims_that_carry_a_changed_code_are_named(two_quarters: CodeSets, sets: CodeSets) -> None:
    limits = compare("ncci-mue-practitioner@2024q3", "ncci-mue-practitioner@2024q4", two_quarters)
    pairs = compare("ncci-ptp-practitioner@2024q3", "ncci-ptp-practitioner@2024q4", two_quarters)
    codes = compare("icd10cm@FY2026", "icd10cm@FY2027", sets)
    claims = [
        claim("one", ("I42.0", "E11.9"), ("10001", "10002")),
        claim("two", ("E11.9",), ("10002", "10004")),
        claim("three", lines=("10009", "10001")),
    ]

    assert list(claims_touched(limits, claims)) == [("one", ["10001"]), ("three", ["10001", "10009"])]
    assert list(claims_touched(pairs, claims)) == [("one", ["10001+10002"]), ("three", ["10001+10009"])]
    assert list(claims_touched(codes, claims)) == [("one", ["I420"])]
