import gzip
import io
import zipfile
from pathlib import Path

import pytest

from services.codesets.errors import ImportRefused
from services.codesets.imports.source import open_sources


def zipped(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def put(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_a_plain_file_is_one_source(tmp_path: Path) -> None:
    (source,) = open_sources(put(tmp_path, "a.csv", "﻿pos,é\n".encode()))

    assert (source.name, source.file_name, source.text) == ("a.csv", "a.csv", "pos,é\n")
    assert len(source.sha256) == 64


def test_windows_1252_is_read(tmp_path: Path) -> None:
    (source,) = open_sources(put(tmp_path, "a.csv", "patient\u2019s".encode("cp1252")))

    assert source.text == "patient\u2019s"


def test_archives_are_opened_also_nested(tmp_path: Path) -> None:
    inner = zipped({"b.csv": b"b", "dir/c.csv": b"c"})
    path = put(tmp_path, "a.zip", zipped({"inner.zip": inner, "d.csv": b"d", "__MACOSX/x": b"x", "e/": b""}))

    names = {source.name: source.data for source in open_sources(path)}

    assert names == {"a.zip!inner.zip!b.csv": b"b", "a.zip!inner.zip!dir/c.csv": b"c", "a.zip!d.csv": b"d"}


def test_a_workbook_is_no_archive_of_files(tmp_path: Path) -> None:
    workbook = zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"})
    path = put(tmp_path, "a.zip", zipped({"edits.xlsx": workbook, "edits.txt": b"d"}))

    assert [(each.file_name, each.is_workbook) for each in open_sources(path)] == [
        ("edits.xlsx", True),
        ("edits.txt", False),
    ]


def test_gzip_is_opened(tmp_path: Path) -> None:
    (source,) = open_sources(put(tmp_path, "a.txt.gz", gzip.compress(b"text")))

    assert (source.name, source.data) == ("a.txt", b"text")


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.gz", gzip.compress(b"text" * 1000)[:-12], "cut off or damaged"),
        ("a.zip", zipped({"a.csv": b"text" * 1000})[:-40], "cut off or damaged"),
        ("a.csv", b"  \n", "is empty"),
        ("a.csv", b"<!DOCTYPE html><html>", "web page"),
        ("a.csv", b"\n <HTML><body>", "web page"),
    ],
)
def test_what_is_no_whole_file_is_refused(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    with pytest.raises(ImportRefused, match=message) as refused:
        open_sources(put(tmp_path, name, data))

    assert refused.value.source == name


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="cannot be read"):
        open_sources(tmp_path / "none.csv")
