"""HCPCS Level II codes and modifiers.

Three forms: CMS's fixed-width contractor file (`HCPC2024_JUL_ANWEB.txt`, records of 320 characters), a CSV
of code or modifier and description, and a bare list of codes. A description that continues in further
records is put together.
Source: CMS, HCPC record layout (positions 1-5 code, 11 record id, 12-91 long description, 230 coverage
code, 269-276 date added, 277-284 action effective date, 285-292 termination date).
"""

import re
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Final

from services.codesets.errors import ImportRefused
from services.codesets.imports import csvs
from services.codesets.imports.draft import PUBLIC_DOMAIN, Draft, Request
from services.codesets.imports.editions import Span, Witness, quarter_of, resolve
from services.codesets.imports.source import Source
from services.codesets.tables.rows import Row, write_rows

CODES: Final = "hcpcs"
MODIFIERS: Final = "hcpcs-modifiers"
_SHAPES: Final = {CODES: re.compile(r"[A-V][0-9]{4}"), MODIFIERS: re.compile(r"[0-9A-Z]{2}")}
_PLAIN: Final = {CODES: ("code", "longdescription"), MODIFIERS: ("modifier", "description")}
_FIXED: Final = re.compile(r"^(?:[A-V][0-9]{4}|   [0-9A-Z]{2})[0-9]{5}[3478].{80}", re.MULTILINE)
_BARE: Final = re.compile(r"(?:[A-V][0-9]{4}\r?\n){20}")
_WIDTH: Final = 292
_FIRST_RECORDS: Final = {"3": CODES, "7": MODIFIERS}
_CONTINUED: Final = {"4": CODES, "8": MODIFIERS}


def recognises(source: Source) -> bool:
    """A plain header, records of the contractor file, or nothing but codes."""
    plain = any(csvs.has_header(source, header) for header in _PLAIN.values())
    return plain or _FIXED.match(source.head) is not None or _BARE.match(source.head) is not None


def compile_source(source: Source, request: Request) -> list[Draft]:
    """Read every code and modifier.

    Raises:
        ImportRefused: a line that fits none of the forms, a code twice, or the period is unknown or
        contradicted.
    """
    witness = None
    if _FIXED.match(source.head):
        tables, witness = _fixed(source)
    elif _BARE.match(source.head):
        tables = {CODES: _bare(source)}
    else:
        table = next(name for name, header in _PLAIN.items() if csvs.has_header(source, header))
        tables = {table: _csv(source, table)}
    edition = resolve(source.name, source.file_name, Span.QUARTER, request.effective, witness)
    return [
        Draft(
            table,
            edition,
            len(rows),
            PUBLIC_DOMAIN,
            source,
            partial(write_rows, rows=rows.items()),
        )
        for table, rows in tables.items()
        if rows
    ]


@dataclass(frozen=True, slots=True)
class _Collector:
    """The rows of one table of one file; refuses what cannot stand there."""

    source: Source
    table: str
    rows: dict[str, Row] = field(default_factory=dict)

    def add(self, code: str, row: Row, number: int) -> None:
        if not _SHAPES[self.table].fullmatch(code):
            raise ImportRefused(self.source.name, f"{code!r} is no {self.table} code", number)
        if code in self.rows:
            raise ImportRefused(self.source.name, f"{code} stands twice", number)
        self.rows[code] = row


def _csv(source: Source, table: str) -> dict[str, Row]:
    found = _Collector(source, table)
    for number, (code, text) in csvs.records(source, _PLAIN[table]):
        found.add(code.upper(), [text, None, None, ""], number)
    if not found.rows:
        raise ImportRefused(source.name, "a header, but no codes below it: the file is cut off")
    return found.rows


def _bare(source: Source) -> dict[str, Row]:
    found = _Collector(source, CODES)
    for number, line in enumerate(source.text.splitlines(), start=1):
        if line.strip():
            found.add(line.strip(), ["", None, None, ""], number)
    return found.rows


@dataclass(frozen=True, slots=True)
class _Record:
    """One record of the contractor file."""

    number: int
    text: str

    @property
    def kind(self) -> str:
        return self.text[10:11]

    @property
    def code(self) -> str:
        return self.text[0:5].strip()

    @property
    def words(self) -> str:
        return self.text[11:91].strip()


def _fixed(source: Source) -> tuple[dict[str, dict[str, Row]], Witness | None]:
    tables = {table: _Collector(source, table) for table in (CODES, MODIFIERS)}
    newest: date | None = None
    for number, line in enumerate(source.text.splitlines(), start=1):
        record = _Record(number, line)
        if not line.strip():
            continue
        if record.kind in _CONTINUED:
            _continue(source, tables[_CONTINUED[record.kind]].rows, record)
        elif record.kind in _FIRST_RECORDS and len(line) >= _WIDTH:
            row, action = _first(source, record)
            tables[_FIRST_RECORDS[record.kind]].add(record.code, row, number)
            newest = max(filter(None, (newest, action)), default=None)
        else:
            raise ImportRefused(
                source.name, f"record of {len(line)} characters and kind {record.kind!r}", number
            )
    witness = Witness(quarter_of(newest), f"its newest change takes effect in ({newest})") if newest else None
    return {table: found.rows for table, found in tables.items()}, witness


def _first(source: Source, record: _Record) -> tuple[Row, date | None]:
    dates = [_day(source, record.text[start : start + 8], record.number) for start in (268, 276, 284)]
    added, action, terminated = dates
    iso = [None if each is None else each.isoformat() for each in (added, terminated)]
    return [record.words, *iso, record.text[229:230].strip()], action


def _continue(source: Source, rows: dict[str, Row], record: _Record) -> None:
    if record.code not in rows:
        raise ImportRefused(source.name, f"continues {record.code}, which has no first record", record.number)
    row = rows[record.code]
    row[0] = f"{row[0]} {record.words}".strip()


def _day(source: Source, text: str, number: int) -> date | None:
    digits = text.strip()
    if not digits.strip("0"):
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError as error:
        raise ImportRefused(source.name, f"{text!r} is no date", number) from error
