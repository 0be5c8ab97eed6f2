from datetime import date
from pathlib import Path

import pytest

from services.codesets.catalog import CodeSets
from services.codesets.errors import ImportRefused
from services.codesets.tables.procedures import CodeList, Listed, Listing
from tests.codesets import official
from tests.codesets.conftest import Import

FIXED = "\n".join(
    (
        official.anweb_record("A0001", words="Invented supply,"),
        official.anweb_record("A0001", kind="4", words="second line"),
        official.anweb_record("A0002", ended="20240630", coverage="M"),
        official.anweb_record("A0003", added="20240801"),
        official.anweb_record("   XX", kind="7", words="Invented modifier"),
    )
)
ON = date(2024, 8, 1)


def put(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.write_text(text)
    return path


def test_the_contractor_file_gives_codes_and_modifiers(
    tmp_path: Path, folder: Path, import_files: Import
) -> None:
    entries = import_files(put(tmp_path, "HCPC2024_JUL_ANWEB.txt", FIXED))
    sets = CodeSets(folder)
    codes, modifiers = sets.hcpcs(ON), sets.hcpcs_modifiers(ON)

    assert [(entry.table, entry.version, entry.rows) for entry in entries] == [
        ("hcpcs", "2024q3", 3),
        ("hcpcs-modifiers", "2024q3", 1),
    ]
    assert isinstance(codes, CodeList)
    assert isinstance(modifiers, CodeList)
    source = "hcpcs@2024q3"
    assert codes.look_up("a0001", ON) == Listing(
        "A0001", Listed.VALID, source, "Invented supply, second line"
    )
    assert codes.look_up("A0002", ON).listed is Listed.TERMINATED
    assert codes.look_up("A0003", date(2024, 7, 31)).listed is Listed.NOT_YET
    assert codes.look_up("A0003", ON).listed is Listed.VALID
    assert codes.look_up("A9999", ON) == Listing("A9999", Listed.UNKNOWN, source)
    assert (codes.coverage_code("A0001"), codes.coverage_code("A0002"), codes.coverage_code("Z")) == (
        "C",
        "M",
        "",
    )
    assert modifiers.look_up("XX", ON).text == "Invented modifier"


def test_the_content_tells_the_quarter(tmp_path: Path, import_files: Import) -> None:
    assert import_files(put(tmp_path, "codes.txt", FIXED))[0].version == "2024q3"
    with pytest.raises(ImportRefused, match="wrong period"):
        import_files(put(tmp_path, "HCPC2024_OCT_ANWEB.txt", FIXED))


@pytest.mark.parametrize(
    ("name", "text", "table"),
    [
        ("hcpcs_2025oct.csv", "code,long_description\nA0001,Invented supply\n", "hcpcs"),
        ("modifiers_2025oct.csv", "modifier,description\nXX,Invented\n", "hcpcs-modifiers"),
        ("codes_2026q3.txt", "".join(f"A{number:04d}\n" for number in range(25)), "hcpcs"),
    ],
)
def test_plain_lists(tmp_path: Path, import_files: Import, name: str, text: str, table: str) -> None:
    (entry,) = import_files(put(tmp_path, name, text))

    assert entry.table == table


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (FIXED + "\nA0004 cut", 6, "record of 9 characters"),
        (FIXED + "\n" + official.anweb_record("A0009", kind="4"), 6, "no first record"),
        (FIXED + "\n" + official.anweb_record("A0001"), 6, "stands twice"),
        (FIXED + "\n" + official.anweb_record("99213"), 6, "is no hcpcs code"),
        (FIXED + "\n" + official.anweb_record("A0004", ended="20241340"), 6, "is no date"),
        ("code,long_description\nA0001,x\nA0001,x\n", 3, "stands twice"),
        ("code,long_description\n", 0, "cut off"),
        ("".join(f"A{number:04d}\n" for number in range(25)) + "A12\n", 26, "is no hcpcs code"),
    ],
)
def test_a_spoiled_file_is_refused_whole(
    tmp_path: Path, import_files: Import, text: str, line: int, message: str
) -> None:
    with pytest.raises(ImportRefused, match=message) as refused:
        import_files(put(tmp_path, "HCPC2024_JUL_ANWEB.txt", text))

    assert refused.value.line == line
