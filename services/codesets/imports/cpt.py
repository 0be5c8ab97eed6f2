"""The user's licensed CPT list: a code column, and a description column if their licence has one.

Recognised by a header `cpt code` (or `cpt`) beside nothing we know otherwise. The AMA's own tab-delimited
files (`LONGULT.txt`: code, tab, text) are taken too. What is imported stays on the user's machine.
"""

import re
from collections.abc import Iterator
from typing import Final

from services.codesets.errors import ImportRefused
from services.codesets.imports import csvs
from services.codesets.imports.draft import Draft, Request
from services.codesets.imports.editions import Span, resolve
from services.codesets.imports.source import Source
from services.codesets.tables.rows import Row, write_rows

TABLE: Final = "cpt"
_CODE_HEADERS: Final = ("cptcode", "cpt")
_TEXT_HEADERS: Final = ("description", "longdescription", "shortdescription", "mediumdescription", "text")
_SHAPE: Final = re.compile(r"[0-9]{4}[0-9AFMTU]")
_TABBED: Final = re.compile(r"(?:[0-9]{4}[0-9AFMTU]\t[^\t\n]+\n){5}")


def _header(source: Source) -> tuple[str, str | None, str] | None:
    for delimiter in (",", "\t"):
        for row in csvs.head_rows(source, delimiter):
            code = next((name for name in _CODE_HEADERS if name in row), None)
            if code is not None:
                return code, next((name for name in _TEXT_HEADERS if name in row), None), delimiter
    return None


def recognises(source: Source) -> bool:
    """A header with a CPT column, or lines of code, tab, text."""
    return _header(source) is not None or _TABBED.search(source.head.replace("\r", "")) is not None


def compile_source(source: Source, request: Request) -> list[Draft]:
    """Read every code.

    Raises:
        ImportRefused: a code that is no CPT number, a code twice, or the year is unknown or contradicted.
    """
    rows: dict[str, Row] = {}
    for number, code, text in _codes(source):
        if not _SHAPE.fullmatch(code):
            raise ImportRefused(source.name, f"{code!r} is no CPT number", number)
        if code in rows:
            raise ImportRefused(source.name, f"{code} stands twice", number)
        rows[code] = [text, None, None, ""]
    if not rows:
        raise ImportRefused(source.name, "no codes: the file is cut off")
    edition = resolve(source.name, source.file_name, Span.YEAR, request.effective)
    licence = "AMA licence of the user; stays on this machine"
    return [
        Draft(TABLE, edition, len(rows), licence, source, lambda writer: write_rows(writer, rows.items()))
    ]


def _codes(source: Source) -> Iterator[tuple[int, str, str]]:
    header = _header(source)
    if header is not None:
        code, text, delimiter = header
        for number, cells in csvs.records(source, (code, text) if text else (code,), delimiter):
            yield number, cells[0].upper(), cells[1] if text else ""
        return
    started = False
    for number, line in enumerate(source.text.splitlines(), start=1):
        code, tab, text = line.partition("\t")
        if tab and _SHAPE.fullmatch(code.strip()):
            started = True
            yield number, code.strip(), text.strip()
        elif started and line.strip():
            raise ImportRefused(source.name, "not a line of code, tab, text", number)
