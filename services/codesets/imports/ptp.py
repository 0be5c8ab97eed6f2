"""NCCI procedure-to-procedure edits, CMS's tab-delimited layout (`ccipra-v302r0-f1.txt` and the like).

Column one, column two, `*` if in existence before 1996, effective date, deletion date or `*`, modifier
indicator, rationale; title and header lines come first. CMS publishes a quarter in four parts (`-f1` to
`-f4`, by column one) and each part also as a workbook, whose sheet, saved as CSV, is read too. The content
does not say whether the edits are for practitioners or for outpatient hospitals: the name does, or the user,
by `--table`.
Source: CMS, Medicare NCCI PTP edits, quarterly files.
"""

import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from services.codesets.errors import ImportRefused
from services.codesets.imports import csvs
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
_FIRST_CSV_ROW: Final = re.compile(r"^[0-9A-Z]{5},[0-9A-Z]{5},\*?,\d{8},", re.MULTILINE)
_HEADER_WITHIN: Final = 20
_PART: Final = re.compile(r"-f(\d+)(?=\.|$)", re.IGNORECASE)
_PARTS: Final = 4


def recognises(source: Source) -> bool:
    """Two codes, a date, tabs or commas between."""
    return _FIRST_ROW.search(source.head) is not None or _FIRST_CSV_ROW.search(source.head) is not None


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


def compile_sources(sources: Iterable[Source], request: Request) -> list[Draft]:
    """Read every edit; the parts of a quarter make one table.

    Raises:
        ImportRefused: a line that is no edit, a part is missing, or a file is of another quarter than stated.
    """
    groups: dict[str, list[Source]] = {}
    for source in sources:
        name = _PART.sub("", source.file_name.lower()) if _PART.search(source.file_name) else source.name
        groups.setdefault(name, []).append(source)
    return [_compile(group, request) for group in groups.values()]


def _compile(parts: list[Source], request: Request) -> Draft:
    parts = sorted(parts, key=_part)
    _check_parts(parts, request)
    columns = _Columns()
    for part in parts:
        _read(part, columns)
    source = parts[0]
    if len(parts) > 1:
        source = Source(f"{source.name} to -f{_part(parts[-1])}", b"".join(part.data for part in parts))
    edition = _edition(source, request, columns)
    table, notes = _table(source, request)
    return Draft(
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


def _part(source: Source) -> int:
    """The number of a part; 0 where the name speaks of none."""
    found = _PART.search(source.file_name)
    return int(found[1]) if found else 0


def _check_parts(parts: list[Source], request: Request) -> None:
    """A missing part would make "no edit" of its pairs: so all parts, unless the user states the table."""
    numbers = [_part(part) for part in parts]
    if numbers == [0]:
        return
    whole = numbers == list(range(1, len(numbers) + 1))
    if not whole or (len(numbers) < _PARTS and request.table is None):
        raise ImportRefused(
            parts[0].name,
            f"part {', '.join(map(str, numbers))} of a quarter that CMS publishes in {_PARTS}: give all parts"
            f" in one command (a quarter of fewer parts: state --table {TABLES[0]} or {TABLES[1]})",
        )


def _lines(source: Source) -> Iterator[tuple[int, bytes]]:
    """Number and text of every line, with tabs between the cells."""
    if _FIRST_ROW.search(source.head):
        yield from enumerate(source.data.split(b"\n"), start=1)
    else:
        for line in csvs.lines(source):
            yield line.number, "\t".join(line.cells).encode()


def _read(source: Source, columns: _Columns) -> None:
    codes: dict[bytes, int] = {}
    days: dict[bytes, int] = {b"*": NO_DATE, b"": NO_DATE}
    match_row, begun = _ROW.fullmatch, len(columns.column1)
    for number, line in _lines(source):
        match = match_row(line.rstrip(b"\r"))
        if match is None:
            _check_other(source, line, number, started=len(columns.column1) > begun)
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
    if len(columns.column1) == begun:
        raise ImportRefused(source.name, "no edits in the file")


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
