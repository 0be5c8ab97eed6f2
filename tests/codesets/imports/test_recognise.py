import zipfile
from pathlib import Path

import pytest

from services.codesets.catalog import CodeSets
from services.codesets.errors import ImportRefused
from services.codesets.imports.draft import Request
from services.codesets.imports.recognise import read_files
from tests.codesets import official
from tests.codesets.conftest import Import


def test_documents_in_an_archive_are_left_aside(tmp_path: Path, sets: CodeSets) -> None:
    path = tmp_path / "ncci_2024q3.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("ccipra-v302r0.txt", official.ptp())
        archive.writestr("readme.txt", "about these edits")
    reading = read_files([path], Request(), sets.masters)

    assert [draft.table for draft in reading.drafts] == ["ncci-ptp-practitioner"]
    assert reading.ignored == ("ncci_2024q3.zip!readme.txt",)


@pytest.mark.parametrize("data", [b"about these edits\n", b"\x89PNG\r\n\x1a\n\0\0", b"a,b\n1,2\n"])
def test_what_no_importer_knows_is_refused(tmp_path: Path, sets: CodeSets, data: bytes) -> None:
    path = tmp_path / "any.bin"
    path.write_bytes(data)

    with pytest.raises(ImportRefused, match="no official table that claimstream knows"):
        read_files([path], Request(), sets.masters)


def test_a_workbook_is_named_with_what_to_do(tmp_path: Path, sets: CodeSets) -> None:
    path = tmp_path / "MUE.xlsx"
    with zipfile.ZipFile(path, "w") as workbook:
        workbook.writestr("xl/workbook.xml", "<workbook/>")

    with pytest.raises(ImportRefused, match=r"MUE\.xlsx is an Excel workbook: .* save the sheet .* as CSV"):
        read_files([path], Request(), sets.masters)


def test_one_bad_file_keeps_all_out(tmp_path: Path, folder: Path, import_files: Import) -> None:
    good, bad = tmp_path / "ptp_2024q3.txt", tmp_path / "bad.csv"
    good.write_text(official.ptp())
    bad.write_text("<html>")

    with pytest.raises(ImportRefused, match="web page"):
        import_files(good, bad)

    assert not (folder / "manifest.json").exists()
