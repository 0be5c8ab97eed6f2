from datetime import date
from pathlib import Path

import pytest

from services.codesets.catalog import CodeSets
from services.codesets.errors import ImportRefused
from services.codesets.tables.procedures import CodeList, Listed
from tests.codesets.conftest import Import

ON = date(2026, 5, 1)
TABBED = "".join(f"1000{number}\tour own words\r\n" for number in range(6))


@pytest.mark.parametrize(
    "text",
    ["CPT Code,Description\n10001,our own words\n0001U,our own words\n", "cpt\n10001\n0001U\n", TABBED],
)
def test_a_licensed_list_is_taken_with_or_without_texts(
    tmp_path: Path, folder: Path, import_files: Import, text: str
) -> None:
    path = tmp_path / "cpt_2026.csv"
    path.write_text(text)
    (entry,) = import_files(path)
    table = CodeSets(folder).cpt(ON)

    assert (entry.table, entry.version) == ("cpt", "2026")
    assert "licence" in entry.licence
    assert isinstance(table, CodeList)
    assert table.look_up("10001", ON).listed is Listed.VALID
    assert table.look_up("99999", ON).listed is Listed.UNKNOWN


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cpt\n10001\n10001\n", "stands twice"),
        ("cpt\nG0008\n", "is no CPT number"),
        ("cpt\n", "cut off"),
        (TABBED + "and more\n", "not a line of code, tab, text"),
        (TABBED + TABBED, "stands twice"),
    ],
)
def test_a_spoiled_file_is_refused_whole(
    tmp_path: Path, import_files: Import, text: str, message: str
) -> None:
    path = tmp_path / "cpt_2026.csv"
    path.write_text(text)

    with pytest.raises(ImportRefused, match=message):
        import_files(path)
