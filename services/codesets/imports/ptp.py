"""NCCI procedure-to-procedure edits, CMS's tab-delimited layout (`ccipra-v302r0-f1.txt` and the like).

Column one, column two, `*` if in existence before 1996, effective date, deletion date or `*`, modifier
indicator, rationale. A few title and header lines come first. The content does not say whether the edits
are for practitioners or
for outpatient hospitals: the name does, or the user (`--table`).
Source: CMS, Medicare NCCI PTP edits, quarterly files.
"""

import re
from array import array
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from services.codesets.errors import ImportRefused
from services.codesets.imports.draft import AMA_NUMBERS, Draft, Request
from services.codesets.imports.editions import Edition, Span, Witness, named, quarter_of, resolve
from services.codesets.imports.source import Source
from services.codesets.storage import TableWriter
from services.codesets.tables.ptp import NO_DATE, PRIOR_1996, day_number

TABLES: Final = ("ncci-ptp-practitioner", "ncci-ptp-hospital")
_ROW: Final = re.compile(
    rb"([0-9A-Z]{5})\t([0-9A-Z]{5})\t(\*?)\t(\d{8})\t(\d{8}|\*?)\t([019])(?:\t([^\t]*))?\t?"
)
_FIRST_ROW: Final = re.compile(r"^[0-9A-Z]{5}\t[0-9A-Z]{5}\t\*?\t\d{8}\t", re.MULTILINE)
_HEADER_WITHIN: Final = 20


def recognises(source: Source) -> bool:
    """Two codes, a date, tabs between."""
    return _FIRST_ROW.search(source.head) is not None


@dataclass(slots=True)
class _Columns:
    """The edits of a file, column by column, in the file's order."""

    column1: "array[int]" = field(default_factory=lambda: array("I"))
    column2: "array[int]" = field(default_factory=lambda: array("I"))
    effective: "array[int]" = field(default_factory=lambda: array("H"))
    deleted: "array[int]" = field(default_factory=lambda: array("H"))
    flags: "array[int]" = field(default_factory=lambda: array("B"))
    rationale: "array[int]" = field(default_factory=lambda: array("B"))
    rationales: dict[bytes, int] = field(default_factory=dict)


def compile_source(source: Source, request: Request) -> list[Draft]:
    """Read every edit.

    Raises:
        ImportRefused: a line that is no edit, or the file is of another quarter than stated.
    """
    columns = _read(source)
    edition = _edition(source, request, columns)
    table, notes = _table(source, request)
    return [
        Draft(
            table,
            edition,
            len(columns.column1),
            AMA_NUMBERS,
            source,
            lambda writer: _write(writer, columns),
            coverage=_in_force(columns, edition),
            notes=notes,
            meta={"rationales": [text.decode("ascii", "replace") for text in columns.rationales]},
        )
    ]


def _read(source: Source) -> _Columns:
    columns = _Columns()
    codes: dict[bytes, int] = {}
    days: dict[bytes, int] = {b"*": NO_DATE, b"": NO_DATE}
    match_row = _ROW.fullmatch
    for number, line in enumerate(source.data.split(b"\n"), start=1):
        match = match_row(line.rstrip(b"\r"))
        if match is None:
            _check_other(source, line, number, started=bool(columns.column1))
            continue
        one, two, early, effective, deleted, indicator, rationale = match.groups()
        try:
            first = codes[one]
            second = codes[two]
            begins = days[effective]
            ends = days[deleted]
        except KeyError:
            for code in (one, two):
                codes.setdefault(code, int(code, 36))
            for day in (effective, deleted):
                if day not in days:
                    days[day] = _day(source, day, number)
            first, second, begins, ends = codes[one], codes[two], days[effective], days[deleted]
        columns.column1.append(first)
        columns.column2.append(second)
        columns.effective.append(begins)
        columns.deleted.append(ends)
        columns.flags.append(b"019".index(indicator) | (PRIOR_1996 if early else 0))
        columns.rationale.append(_rationale(source, columns.rationales, rationale or b"", number))
    return columns


def _rationale(source: Source, known: dict[bytes, int], text: bytes, number: int) -> int:
    place = known.setdefault(text, len(known))
    if place > 255:  # noqa: PLR2004 (one byte)
        raise ImportRefused(source.name, "more than 256 different rationales: columns are mixed up", number)
    return place


def _check_other(source: Source, line: bytes, number: int, *, started: bool) -> None:
    """Titles and headers before the first edit and blank lines are expected; anything else is refused."""
    if not line.strip() or (not started and number <= _HEADER_WITHIN):
        return
    shown = line[:60].decode("ascii", "replace").replace("\t", " | ")
    raise ImportRefused(source.name, f"not an edit in CMS's layout of seven columns: {shown!r}", number)


def _day(source: Source, digits: bytes, number: int) -> int:
    try:
        return day_number(date(int(digits[:4]), int(digits[4:6]), int(digits[6:])))
    except ValueError as error:
        raise ImportRefused(source.name, f"{digits.decode()} is no date", number) from error


def _edition(source: Source, request: Request, columns: _Columns) -> Edition:
    """Each quarter adds and deletes edits, so the newest date in the file tells its quarter."""
    if not columns.column1:
        raise ImportRefused(source.name, "no edits in the file")
    last_deleted = max((each for each in columns.deleted if each != NO_DATE), default=0)
    begins = _date(max(columns.effective))
    newest = max(begins, _date(last_deleted) + timedelta(days=1))
    stated = quarter_of(request.effective) if request.effective else named(source.file_name, Span.QUARTER)
    witness: Witness | None = Witness(
        quarter_of(newest), f"its newest edit or deletion takes effect in ({newest})"
    )
    # A deletion may be announced ahead; an edit never takes effect after its own quarter.
    if stated and stated.through and begins <= stated.through and newest > stated.through:
        witness = None
    return resolve(source.name, source.file_name, Span.QUARTER, request.effective, witness)


def _date(number: int) -> date:
    return date(1990, 1, 1) + timedelta(days=number)


def _table(source: Source, request: Request) -> tuple[str, tuple[str, ...]]:
    if request.table:
        if request.table not in TABLES:
            raise ImportRefused(source.name, f"holds PTP edits; --table can be {' or '.join(TABLES)}")
        return request.table, ()
    name = source.name.lower()
    if any(word in name for word in ("ccioph", "hospital", "outpatient", "oph")):
        return TABLES[1], ()
    if any(word in name for word in ("ccipra", "practitioner", "physician", "pra")):
        return TABLES[0], ()
    return TABLES[0], (f"taken as practitioner edits; if they are for hospitals say --table {TABLES[1]}",)


def _in_force(columns: _Columns, edition: Edition) -> str:
    day = day_number(edition.effective)
    live = sum(begins <= day <= ends for begins, ends in zip(columns.effective, columns.deleted, strict=True))
    return f"{live} edits in force on {edition.effective}"


def _write(writer: TableWriter, columns: _Columns) -> None:
    """Sort by column one, column two and dates; column one is kept once with its first row."""
    keys = [
        ((one << 26 | two) << 16 | begins) << 16 | ends  # a code number has 26 bits, a day 16
        for one, two, begins, ends in zip(
            columns.column1, columns.column2, columns.effective, columns.deleted, strict=True
        )
    ]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    firsts, starts = [], [0]
    for code, group in groupby(columns.column1[row] for row in order):
        firsts.append(code)
        starts.append(starts[-1] + sum(1 for _ in group))
    writer.numbers("column1", "I", firsts)
    writer.numbers("start", "I", starts)
    for name in ("column2", "effective", "deleted", "flags", "rationale"):
        column: array[int] = getattr(columns, name)
        writer.numbers(name, column.typecode, [column[row] for row in order])
