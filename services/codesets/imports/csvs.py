"""Rows of a CSV file with their line numbers, under the official headers."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.codesets.errors import ImportRefused
from services.codesets.imports.source import Source

_HEADER_WITHIN = 40
csv.field_size_limit(16 * 1024**2)  # coverage articles carry their whole text in a cell


def key(text: str) -> str:
    """A header cell without case, spaces and punctuation: `HCPCS/ CPT Code` -> `hcpcscptcode`."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its line number in the file, and its cells, trimmed."""

    number: int
    cells: list[str]


def lines(source: Source, delimiter: str = ",") -> Iterator[Line]:
    """Every row that is not blank.

    Raises:
        ImportRefused: a quote is opened and never closed: the file is cut off, or it is no CSV.
    """
    reader = csv.reader(io.StringIO(source.text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Line(reader.line_num, [cell.strip() for cell in cells])
    except csv.Error as error:
        raise ImportRefused(source.name, f"not a whole CSV file ({error})", reader.line_num) from error


def head_rows(source: Source, delimiter: str = ",") -> list[list[str]]:
    """The first rows, normalised with `key`, for recognising a file; never raises."""
    reader = csv.reader(io.StringIO(source.head, newline=""), delimiter=delimiter)
    found: list[list[str]] = []
    try:
        for cells in reader:
            found.append([key(cell) for cell in cells])
            if len(found) == _HEADER_WITHIN:
                break
    except csv.Error:
        return found
    return found


def has_header(source: Source, wanted: Sequence[str], delimiter: str = ",") -> bool:
    """Whether one of the first rows holds all these headers."""
    return any(set(wanted) <= set(row) for row in head_rows(source, delimiter))


def records(source: Source, wanted: Sequence[str], delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """Line number and the wanted cells of every row below the header that holds them all.

    Raises:
        ImportRefused: no such header, or a row with another number of cells than the header.
    """
    rows = lines(source, delimiter)
    for header in rows:
        names = [key(cell) for cell in header.cells]
        if set(wanted) <= set(names):
            break
    else:
        raise ImportRefused(source.name, f"no header with the columns {', '.join(wanted)}")
    places = [names.index(each) for each in wanted]
    for line in rows:
        if len(line.cells) != len(names):
            raise ImportRefused(
                source.name, f"{len(line.cells)} columns, the header has {len(names)}", line.number
            )
        yield line.number, [line.cells[place] for place in places]
