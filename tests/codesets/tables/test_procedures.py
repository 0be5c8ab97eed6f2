from datetime import date
from pathlib import Path

import pytest

from services.codesets.catalog import CodeSets
from services.codesets.tables.procedures import CodeFamily, Listed, family, modifier_shaped
from tests.codesets.conftest import Import
from tests.codesets.imports.test_fee_schedule import PLAIN


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("G0008", CodeFamily.HCPCS),
        (" j1100 ", CodeFamily.HCPCS),
        ("99213", CodeFamily.CPT),
        ("0001U", CodeFamily.CPT),
        ("0042T", CodeFamily.CPT),
        ("1170F", CodeFamily.CPT),
        ("0001A", CodeFamily.CPT),
        ("0002M", CodeFamily.CPT),
        ("W1234", CodeFamily.NONE),
        ("9921", CodeFamily.NONE),
        ("0001X", CodeFamily.NONE),
        ("", CodeFamily.NONE),
    ],
)
def test_the_shape_tells_the_list(code: str, kind: CodeFamily) -> None:
    assert family(code) is kind


@pytest.mark.parametrize(("modifier", "shaped"), [("25", True), ("xs", True), ("A", False), ("2-", False)])
def test_modifiers_have_two_characters(modifier: str, shaped: bool) -> None:
    assert modifier_shaped(modifier) is shaped


def test_without_a_list_a_procedure_is_not_checked(sets: CodeSets) -> None:
    on = date(2024, 8, 1)

    assert sets.procedure("99213", on).listed is Listed.NOT_CHECKED
    assert sets.procedure("G0008", on).listed is Listed.NOT_CHECKED
    assert sets.procedure("W1234", on).listed is Listed.MALFORMED


def test_the_fee_schedule_vouches_for_the_numbers_it_lists(
    tmp_path: Path, folder: Path, import_files: Import
) -> None:
    path = tmp_path / "pfs_rvu_2024c.csv"
    path.write_text(PLAIN)
    import_files(path)
    sets = CodeSets(folder)

    listing = sets.procedure("70001", date(2024, 8, 1))
    assert (listing.listed, listing.source) == (Listed.VALID, "pfs-rvu@2024q3")
    assert sets.procedure("70002", date(2024, 8, 1)).listed is Listed.NOT_CHECKED


def test_a_licensed_list_decides(tmp_path: Path, folder: Path, import_files: Import) -> None:
    path = tmp_path / "cpt_2024.csv"
    path.write_text("cpt\n10001\n")
    import_files(path)
    sets = CodeSets(folder)

    assert sets.procedure("10001", date(2024, 8, 1)).listed is Listed.VALID
    assert sets.procedure("10002", date(2024, 8, 1)).listed is Listed.UNKNOWN
    assert sets.procedure("10001", date(2025, 8, 1)).listed is Listed.NOT_CHECKED
