from datetime import date
from pathlib import Path

import pytest

from services.codesets.catalog import CodeSets
from services.codesets.errors import ImportRefused
from services.codesets.tables.places import Place, Places
from tests.codesets.conftest import Import

TEXT = "pos,setting,name\n11,Non-Facility,Office\n21,Facility,Inpatient Hospital\n28,Unassigned,Unassigned\n"


def test_places_are_read(tmp_path: Path, folder: Path, import_files: Import) -> None:
    path = tmp_path / "pos.csv"
    path.write_text(TEXT)
    (entry,) = import_files(path)
    table = CodeSets(folder).places(date(2019, 1, 1))

    assert entry.version.startswith("undated-")
    assert "every day" in entry.notes[0]
    assert isinstance(table, Places)
    assert len(table) == 3
    assert table.place("11") == Place("11", facility=False, name="Office")
    assert table.place("21") == Place("21", facility=True, name="Inpatient Hospital")
    assert table.place("28") is None
    assert table.place("77") is None


def test_the_name_or_the_user_may_date_it(tmp_path: Path, import_files: Import) -> None:
    path = tmp_path / "pos_october_2023.csv"
    path.write_text(TEXT)

    assert import_files(path)[0].effective == date(2023, 10, 1)
    assert import_files(path, effective=date(2024, 1, 1))[0].version == "2024-01-01"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (TEXT + "1,Facility,x\n", "not a place"),
        (TEXT + "31,Somewhere,x\n", "not a place"),
        (TEXT + "11,Facility,x\n", "stands twice"),
        ("pos,setting,name\n", "cut off"),
    ],
)
def test_a_spoiled_file_is_refused_whole(
    tmp_path: Path, import_files: Import, text: str, message: str
) -> None:
    path = tmp_path / "pos.csv"
    path.write_text(text)

    with pytest.raises(ImportRefused, match=message):
        import_files(path)
