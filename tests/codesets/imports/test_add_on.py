from datetime import date
from pathlib import Path

import pytest

from services.codesets.catalog import CodeSets
from services.codesets.errors import ImportRefused
from services.codesets.tables.add_on import AddOn, AddOns
from tests.codesets.conftest import Import

PLAIN = "add_on_code,primary_code,edit_type\n10001,20001,1\n10001,20002,1\n10002,CCCCC,2\n10003,20003,3\n"
CMS = (
    "AOC_Edit_Type\tAdd-On_Code\tAOC_DelDT\tPrimary_Code\tPrimary_Code_DelDT\tAOC_Edit_EffDT\tAOC_Edit_DelDT"
    "\tSpecial_Instruction_Notes\n"
    "1\t10001\t\t20001\t\t2013091\t\t\n"
    "1\t10001\t\t20002\t2024182\t2013091\t\t\n"
    "I\t10001\t\t20003\t\t2024275\t\t\n"
    "2\t10002\t2023365\tCCCCC\t\t2013091\t\tContractor defined\n"
)


def table(tmp_path: Path, folder: Path, import_files: Import, text: str, name: str) -> AddOns:
    path = tmp_path / name
    path.write_text(text)
    import_files(path)
    found = CodeSets(folder).add_on(date(2024, 7, 1))
    assert isinstance(found, AddOns)
    return found


def test_a_plain_list(tmp_path: Path, folder: Path, import_files: Import) -> None:
    found = table(tmp_path, folder, import_files, PLAIN, "add_on_2024.csv")
    on = date(2024, 7, 1)

    assert found.primaries("10001", on) == AddOn("10001", 1, frozenset({"20001", "20002"}))
    assert found.primaries("10002", on) == AddOn("10002", 2, frozenset())
    assert found.primaries("20001", on) is None
    kinds = {
        code: add_on.contractor_defined
        for code in ("10001", "10002", "10003")
        if (add_on := found.primaries(code, on))
    }
    assert kinds == {"10001": False, "10002": True, "10003": True}


def test_the_official_list_has_dates(tmp_path: Path, folder: Path, import_files: Import) -> None:
    found = table(tmp_path, folder, import_files, CMS, "AOC_V2024Q3-MCR.txt")

    def primaries(on: date) -> frozenset[str]:
        add_on = found.primaries("10001", on)
        return add_on.primaries if add_on else frozenset()

    assert primaries(date(2013, 3, 31)) == frozenset()
    assert primaries(date(2024, 6, 30)) == {"20001", "20002"}
    assert primaries(date(2024, 7, 1)) == {"20001"}
    assert primaries(date(2024, 10, 1)) == {"20001", "20003"}
    assert found.primaries("10002", date(2023, 12, 31)) is not None
    assert found.primaries("10002", date(2024, 1, 1)) is None


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (PLAIN + "10004,2000,1\n", 6, "not an add-on"),
        (PLAIN + "10004,20001,4\n", 6, "not an add-on"),
        (PLAIN + "10001,20001,1\n", 6, "stands twice"),
        (PLAIN + "10004,20001\n", 6, "2 columns"),
        (CMS + "1\t10005\t\t20001\t\t2013-01-01\t\t\n", 6, "YYYYDDD"),
        ("add_on_code,primary_code,edit_type\n", 0, "cut off"),
    ],
)
def test_a_spoiled_file_is_refused_whole(
    tmp_path: Path, import_files: Import, text: str, line: int, message: str
) -> None:
    path = tmp_path / "add_on_2024.csv"
    path.write_text(text)

    with pytest.raises(ImportRefused, match=message) as refused:
        import_files(path)

    assert refused.value.line == line
