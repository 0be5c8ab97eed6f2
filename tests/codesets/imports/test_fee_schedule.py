import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from services.codesets.catalog import CodeSets
from services.codesets.errors import ImportRefused
from services.codesets.tables.fee_schedule import Gpci, GpciRow, Rvu, RvuRow
from tests.codesets import official
from tests.codesets.conftest import Import

ROWS = (
    ("70001", "", "A", "1.00", "XXX"),
    ("70001", "26", "A", "0.85", "XXX"),
    ("20001", "", "A", "9.50", "090"),
)
PLAIN = (
    "hcpcs,mod,status,work_rvu,nonfac_pe_rvu,fac_pe_rvu,mp_rvu,conversion_factor,pctc_ind,glob_days,mult_proc,"
    "bilat_surg,asst_surg,co_surg,team_surg\n"
    "70001,,A,1.00,1.50,0.70,0.10,33.2875,0,XXX,2,1,0,0,0\n70001,26,A,0.85,1.50,0.70,0.10,33.2875,0,XXX,2,1,0,0,0\n"
)
GPCI = "mac,state,locality,name,gpci_work,gpci_pe,gpci_mp\n10112,AL,00,ALABAMA,1.0,0.869,0.575\n"
GPCI_CMS = (
    '"Addendum E. Geographic Practice Cost Indices (GPCIs) by State and Medicare Locality",,,,,,\n\n'
    "Medicare Administrative Contractor (MAC),State,Locality Number,Locality Name,"
    "2024 PW GPCI (with 1.0 Floor),2024 PE GPCI,2024 MP GPCI\n"
    "10112,AL,00,ALABAMA,1.000,0.869,0.575\n"
    "* a foot note,,,,,,\n"
)
ON = date(2024, 7, 1)


def put(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("name", "text"), [("PPRRVU24_JUL.csv", official.rvu_cms(ROWS)), ("pfs_rvu_2024c.csv", PLAIN)]
)
def test_relative_values_are_read_from_both_layouts(
    tmp_path: Path, folder: Path, import_files: Import, name: str, text: str
) -> None:
    (entry,) = import_files(put(tmp_path, name, text))
    table = CodeSets(folder).rvu(ON)

    assert (entry.table, entry.version) == ("pfs-rvu", "2024q3")
    assert isinstance(table, Rvu)
    assert table.row("70001") == RvuRow(
        "70001", "", "A",
        Decimal("1.00"), Decimal("1.50"), Decimal("0.70"), Decimal("0.10"), Decimal("33.2875"),
        "0", "XXX", "2", "1", "0", "0", "0",
    )  # fmt: skip
    professional = table.row("70001", "26")
    assert professional is not None
    assert (professional.modifier, professional.work) == ("26", Decimal("0.85"))
    right = table.row("70001", "RT")
    assert right is not None
    assert right.modifier == ""
    assert table.row("99999") is None


def test_an_archive_of_2026_has_the_table_twice_and_as_text(
    tmp_path: Path, folder: Path, import_files: Import
) -> None:
    path = tmp_path / "RVU26C.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, factor in (("PPRRVU2026_Jul_QPP", "33.5675"), ("PPRRVU2026_Jul_nonQPP", "33.4009")):
            text = official.rvu_cms(ROWS, 2026, title=f"{',' * 30}\n", factor=factor)
            archive.writestr(f"{name}.csv", text)
            archive.writestr(
                f"{name}.txt", "HDR2026 National Physician Fee Schedule Relative Value File\nHDRHCPCS\n"
            )
            archive.writestr(f"{name}.xlsx", official.workbook())
        archive.writestr("GPCI2026.csv", GPCI_CMS.replace("2024", "2026"))
        archive.writestr(
            "OPPSCAP_Jul.csv", "HCPCS,MOD,PROCSTAT,CARRIER,LOCALITY,FACILITY PRICE,NON-FACILTY PRICE\n"
        )

    entries = {entry.table: entry.version for entry in import_files(path)}
    table = CodeSets(folder).rvu(date(2026, 8, 3))

    assert entries == {"pfs-rvu": "2026q3", "pfs-gpci": "2026"}
    assert isinstance(table, Rvu)
    row = table.row("70001")
    assert row is not None
    assert row.conversion_factor == Decimal("33.4009")


def test_the_factor_of_qualifying_participants_is_taken_where_it_is_asked_for(
    tmp_path: Path, import_files: Import
) -> None:
    one = put(tmp_path, "PPRRVU2026_Jul_QPP.csv", official.rvu_cms(ROWS, 2026, factor="33.5675"))
    other = put(tmp_path, "PPRRVU2026_Jul_nonQPP.csv", official.rvu_cms(ROWS, 2026))

    assert import_files(one)[0].version == "2026q3"
    with pytest.raises(ImportRefused, match=r"is pfs-rvu of 2026q3, and so is .*: import one of them"):
        import_files(one, other)


def test_the_index_of_work_with_the_floor_is_meant(
    tmp_path: Path, folder: Path, import_files: Import
) -> None:
    header = "2026 PW GPCI (without 1.0 Floor),2026 PW GPCI (with 1.0 Floor)***"
    text = GPCI_CMS.replace("2024 PW GPCI (with 1.0 Floor)", header).replace(",1.000,", ",0.988,1.000,")
    text = (
        text.replace("2024", "2026")
        .replace("* a foot note", "* a foot note,")
        .replace("10112,AL,00", "2102,AL,1")
    )
    import_files(put(tmp_path, "GPCI2026.csv", text))
    table = CodeSets(folder).gpci(date(2026, 1, 5))

    assert isinstance(table, Gpci)
    row = table.row("02102", "01")  # a spreadsheet takes leading zeros away
    assert row is not None
    assert row.work == Decimal("1.000")


def test_descriptions_are_never_kept(tmp_path: Path, folder: Path, import_files: Import) -> None:
    (entry,) = import_files(put(tmp_path, "PPRRVU24_JUL.csv", official.rvu_cms(ROWS)))

    assert b"words of another" not in (folder / entry.file).read_bytes()


def test_the_title_and_the_name_must_agree(tmp_path: Path, import_files: Import) -> None:
    with pytest.raises(ImportRefused, match="wrong period: the file's name says 2025q3, its title says 2024"):
        import_files(put(tmp_path, "PPRRVU25_JUL.csv", official.rvu_cms(ROWS, year=2024)))


def test_localities_are_read_from_both_layouts(tmp_path: Path, folder: Path, import_files: Import) -> None:
    for text in (GPCI, GPCI_CMS):
        (entry,) = import_files(put(tmp_path, "GPCI2024.csv", text))
        table = CodeSets(folder).gpci(ON)
        assert (entry.table, entry.version, entry.rows) == ("pfs-gpci", "2024", 1)
        assert isinstance(table, Gpci)
        row = table.row("10112", "00")
        assert row == GpciRow("10112", "AL", "00", "ALABAMA", Decimal(1), Decimal("0.869"), Decimal("0.575"))
        assert table.row("10112", "99") is None


@pytest.mark.parametrize(
    ("name", "text", "line", "message"),
    [
        ("PPRRVU24_JUL.csv", official.rvu_cms(ROWS) + "70002,,x,A\n", 8, "4 columns"),
        ("PPRRVU24_JUL.csv", official.rvu_cms([*ROWS, ROWS[0]]), 8, "stands twice"),
        ("PPRRVU24_JUL.csv", official.rvu_cms([*ROWS, ("70002", "", "A", "n/a", "XXX")]), 8, "is no number"),
        ("PPRRVU24_JUL.csv", official.rvu_cms([]), 0, "cut off"),
        (
            "PPRRVU24_JUL.csv",
            official.rvu_cms(ROWS).replace("BASE,FACTOR", "FACTOR,BASE"),
            0,
            "have moved: factor",
        ),
        ("pfs_rvu_2024c.csv", PLAIN + "7000,,A,1,1,1,1,33,0,XXX,2,1,0,0,0\n", 4, "not a fee schedule row"),
        ("GPCI2024.csv", GPCI + "AL,10112,00,x,1,1,1\n", 3, "not a locality"),
        ("GPCI2024.csv", GPCI + GPCI.splitlines()[1], 3, "stands twice"),
        ("GPCI2024.csv", GPCI.splitlines()[0], 0, "cut off"),
    ],
)
def test_a_spoiled_file_is_refused_whole(
    tmp_path: Path, import_files: Import, *, name: str, text: str, line: int, message: str
) -> None:
    with pytest.raises(ImportRefused, match=message) as refused:
        import_files(put(tmp_path, name, text))

    assert refused.value.line == line
