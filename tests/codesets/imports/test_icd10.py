from datetime import date
from pathlib import Path

import pytest

from services.codesets.catalog import CodeSets
from services.codesets.errors import ImportRefused
from services.codesets.manifest import Entry
from services.codesets.shelf import NotLoaded, Shelf
from services.codesets.tables.order import Order
from tests.codesets import official
from tests.codesets.conftest import Import


@pytest.fixture(scope="module")
def order_2026(sets: CodeSets) -> str:
    codes = [(code.replace(".", ""), True) for code in sets.icd10cm(date(2025, 10, 1)).codes()]
    return official.order_lines([("A00", False), *codes])


def opened(folder: Path, table: str, on: date) -> Order:
    found = Shelf(folder).open(table, on, Order)
    assert not isinstance(found, NotLoaded)
    return found


def test_an_order_file_is_dated_by_its_codes(
    tmp_path: Path, folder: Path, import_files: Import, order_2026: str
) -> None:
    path = tmp_path / "codes.txt"
    path.write_text(order_2026)
    (entry,) = import_files(path)
    order = opened(folder, "icd10cm-order", date(2026, 3, 1))

    assert (entry.version, entry.effective, entry.through) == ("FY2026", date(2025, 10, 1), date(2026, 9, 30))
    assert order.title("A00.0") == "long title of A000"
    assert (order.billable("A00"), order.billable("A00.0"), order.billable("Z")) == (False, True, None)
    assert order.title("Z") is None
    assert len(order) == entry.rows


@pytest.mark.parametrize(
    ("name", "effective"), [("icd10cm-order-2027.txt", None), ("x.txt", date(2024, 10, 1))]
)
def test_an_order_file_of_another_year_is_refused(
    tmp_path: Path, import_files: Import, order_2026: str, name: str, effective: date | None
) -> None:
    path = tmp_path / name
    path.write_text(order_2026)

    with pytest.raises(ImportRefused, match="wrong period"):
        import_files(path, effective=effective)


def test_procedures_have_an_order_file_too(
    tmp_path: Path, folder: Path, sets: CodeSets, import_files: Import
) -> None:
    codes = sets.masters["icd10pcs"].leaves("", date(2026, 10, 1))
    path = tmp_path / "icd10pcs_order_2027.txt"
    path.write_text(official.order_lines([("001", False), *((code, True) for code in codes)]))
    (entry,) = import_files(path)

    assert (entry.table, entry.version) == ("icd10pcs-order", "FY2027")
    assert opened(folder, "icd10pcs-order", date(2026, 12, 1)).billable("02703DZ")


def test_an_order_file_of_a_later_year_than_the_built_in_data_needs_a_date(
    tmp_path: Path, import_files: Import
) -> None:
    path = tmp_path / "codes.txt"
    path.write_text(official.order_lines([("A00", False), ("A000", True), ("A00X", True)]))

    with pytest.raises(ImportRefused, match="give --effective"):
        import_files(path)
    assert import_files(path, effective=date(2027, 10, 1))[0].version == "FY2028"


ORDER = official.order_lines([(f"A{number:02d}", True) for number in range(20)])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ORDER.replace("00005 ", "00007 ", 1), "order number 00007 where 00005"),
        (ORDER + "00021 A20     1 cut", "not a line of an order file"),
        (ORDER + "00021,A20,1\n", "not a line of an order file"),
    ],
)
def test_a_spoiled_order_file_is_refused_whole(
    tmp_path: Path, import_files: Import, text: str, message: str
) -> None:
    path = tmp_path / "icd10cm-order-2026.txt"
    path.write_text(text)

    with pytest.raises(ImportRefused, match=message):
        import_files(path)


def test_an_order_file_that_ends_early_is_refused(
    tmp_path: Path, import_files: Import, order_2026: str
) -> None:
    path = tmp_path / "icd10cm-order-2026.txt"
    path.write_text("".join(order_2026.splitlines(keepends=True)[:-500]))

    with pytest.raises(ImportRefused, match="differs in 500 codes from FY2026: the file is not whole"):
        import_files(path)


def imported(tmp_path: Path, import_files: Import, name: str, text: str, **stated: object) -> Entry:
    path = tmp_path / name
    path.write_text(text)
    return import_files(path, **stated)[0]


def test_a_tabular_list_is_dated_by_its_version(tmp_path: Path, import_files: Import) -> None:
    assert imported(tmp_path, import_files, "list.xml", official.tabular_xml(2027)).effective == date(
        2026, 10, 1
    )
    april = imported(tmp_path, import_files, "icd10cm-tabular-April-2027.xml", official.tabular_xml(2027))
    assert april.effective == date(2027, 4, 1)


@pytest.mark.parametrize(
    ("name", "text", "effective", "message"),
    [
        ("icd10cm-tabular-April-2026.xml", official.tabular_xml(2027), None, "wrong period"),
        ("list.xml", official.tabular_xml(2027), date(2025, 10, 1), "wrong period"),
        ("list.xml", official.tabular_xml(2027)[:-40], None, "not readable as XML"),
    ],
)
def test_a_tabular_list_of_another_year_or_cut_off_is_refused(
    tmp_path: Path, import_files: Import, *, name: str, text: str, effective: date | None, message: str
) -> None:
    with pytest.raises(ImportRefused, match=message):
        imported(tmp_path, import_files, name, text, effective=effective)
