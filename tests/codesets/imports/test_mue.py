from datetime import date
from pathlib import Path

import pytest

from services.codesets.catalog import CodeSets
from services.codesets.errors import ImportRefused
from services.codesets.tables.mue import Mue, MueLimit
from tests.codesets import official
from tests.codesets.conftest import Import

NAME = "MCR_MUE_Eff_07-01-2024.csv"


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Practitioner Services", "practitioner"),
        ("Outpatient Hospital Services", "outpatient"),
        ("DME Supplier Services", "dme"),
    ],
)
def test_the_heading_tells_the_kind(
    tmp_path: Path, folder: Path, import_files: Import, heading: str, kind: str
) -> None:
    path = tmp_path / NAME
    path.write_text(official.mue(heading))
    (entry,) = import_files(path)
    table = CodeSets(folder).mue(kind, date(2024, 7, 1))

    assert (entry.table, entry.version, entry.rows) == (f"ncci-mue-{kind}", "2024q3", 4)
    assert isinstance(table, Mue)
    assert len(table) == 4
    assert table.limit("10001") == MueLimit("10001", 2, 3, "Clinical: Data")
    assert table.limit(" 10004 ") == MueLimit("10004", 0, 3, "CMS Policy")
    assert table.limit("99999") is None


def test_a_copyright_notice_above_the_header_is_passed_over(tmp_path: Path, import_files: Import) -> None:
    path = tmp_path / NAME
    path.write_text('"A notice over\nseveral lines",,,\n' + official.mue())

    assert import_files(path)[0].rows == 4


def test_the_user_tells_the_quarter_when_the_name_does_not(tmp_path: Path, import_files: Import) -> None:
    path = tmp_path / "mue.csv"
    path.write_text(official.mue())

    assert import_files(path, effective=date(2024, 7, 1))[0].version == "2024q3"
    with pytest.raises(ImportRefused, match="give --effective"):
        import_files(path)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (official.mue() + "10009,1,3 Date\n", 7, "3 columns, the header has 4"),
        (official.mue() + "10009,many,3 Date,x\n", 7, "not a limit"),
        (official.mue() + "10009,1,4 Date,x\n", 7, "not a limit"),
        (official.mue() + "1,10009,3 Date,x\n", 7, "not a limit"),
        (official.mue() + "10001,1,3 Date,x\n", 7, "stands twice"),
        (official.mue() + '10009,1,"3 Date', 7, "not a whole CSV file"),
        (official.mue(rows=[]), 0, "cut off"),
    ],
)
def test_a_spoiled_file_is_refused_whole(
    tmp_path: Path, import_files: Import, text: str, line: int, message: str
) -> None:
    path = tmp_path / NAME
    path.write_text(text)

    with pytest.raises(ImportRefused, match=message) as refused:
        import_files(path)

    assert refused.value.line == line
