"""A file that the user gave, opened: members of archives, unzipped and decoded."""

import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from services.codesets.errors import ImportRefused

_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_WORKBOOK: Final = "xl/workbook."
_DEEPEST: Final = 2
_LARGEST: Final = 2 * 1024**3
_HEAD: Final = 16384


@dataclass(frozen=True)
class Source:
    """One file's bytes. `name` is its path inside its archives: `pfs.zip!PPRRVU24_JUL.csv`."""

    name: str
    data: bytes

    @cached_property
    def sha256(self) -> str:
        """Digest of the unzipped bytes."""
        return hashlib.sha256(self.data).hexdigest()

    @cached_property
    def head(self) -> str:
        """The beginning as text, to recognise the file by."""
        return _decode(self.data[:_HEAD], errors="replace")

    @cached_property
    def text(self) -> str:
        """The whole file as text: UTF-8, else Windows-1252, as CMS uses both."""
        return _decode(self.data, errors="strict")

    @property
    def is_workbook(self) -> bool:
        """Whether it is an Excel workbook (XLSX, XLSB), which is a zip archive of its own kind."""
        return self.data.startswith(_ZIP) and _is_workbook(self.data)

    @property
    def file_name(self) -> str:
        """The name without the archives around it."""
        return self.name.rsplit("!", 1)[-1].rsplit("/", 1)[-1]


def _decode(data: bytes, errors: str) -> str:
    try:
        return data.decode("utf-8-sig", errors)
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _is_workbook(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return any(name.startswith(_WORKBOOK) for name in archive.namelist())
    except zipfile.BadZipFile:
        return False


def open_sources(path: Path) -> list[Source]:
    """The files in what the user gave; archives (also gzip, also nested) are opened.

    Raises:
        ImportRefused: unreadable, damaged or cut-off archive, empty file, or a web page instead of a file.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ImportRefused(path.name, f"cannot be read ({error.strerror})") from error
    sources = list(_unpack(path.name, data, 0))
    for source in sources:
        _check(source)
    return sources


def _unpack(name: str, data: bytes, depth: int) -> Iterator[Source]:
    if data.startswith(_GZIP):
        yield Source(name.removesuffix(".gz"), _gunzip(name, data))
    elif data.startswith(_ZIP) and depth < _DEEPEST and not _is_workbook(data):
        for member, content in _members(name, data):
            yield from _unpack(f"{name}!{member}", content, depth + 1)
    else:
        yield Source(name, data)


def _gunzip(name: str, data: bytes) -> bytes:
    try:
        with gzip.open(io.BytesIO(data)) as stream:
            content = stream.read(_LARGEST + 1)
    except (EOFError, OSError, zlib.error) as error:
        raise ImportRefused(name, f"the gzip data is cut off or damaged ({error})") from error
    if len(content) > _LARGEST:
        raise ImportRefused(name, "unpacks to more than 2 GB")
    return content


def _members(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > _LARGEST:
                raise ImportRefused(name, "unpacks to more than 2 GB")
            for member in archive.infolist():
                if not member.is_dir() and not member.filename.startswith("__MACOSX/"):
                    yield member.filename, archive.read(member)
    except (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError, RuntimeError) as error:
        raise ImportRefused(name, f"the zip archive is cut off or damaged ({error})") from error


def _check(source: Source) -> None:
    if not source.data.strip():
        raise ImportRefused(source.name, "the file is empty")
    beginning = source.head.lstrip().lower()
    if beginning.startswith(("<!doctype html", "<html")):
        raise ImportRefused(
            source.name,
            "this is a web page, not the table: CMS answers with a licence page until it is accepted;"
            " accept it in a browser and download the file again",
            line=1,
        )
