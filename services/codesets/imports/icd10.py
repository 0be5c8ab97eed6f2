"""ICD-10-CM tabular XML, and the order files of ICD-10-CM and ICD-10-PCS.

An order file's line: columns 1-5 order number, 7-13 code, 15 whether it is valid for reporting, 17-76 short
title, 78 on long title. It names no year; its codes do: they are compared with the built-in validity by date.
Source: CMS/NCHS, `icd10cm-tabular-*.xml`, `icd10cm-order-*.txt`, `icd10pcs_order_*.txt`.
"""

import re
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

from services.codesets.build import TABULAR, fill_tabular
from services.codesets.errors import ImportRefused, SourceMissing
from services.codesets.imports.draft import PUBLIC_DOMAIN, Draft, Request
from services.codesets.imports.editions import Edition, Span, Witness, edition_of, named, resolve
from services.codesets.imports.source import Source
from services.codesets.sources.tabular import read_tabular
from services.codesets.tables.rows import Row, write_rows
from services.codesets.validity import Validity

_ORDER_LINE: Final = re.compile(r"(\d{5}) ([0-9A-Z]{3,7}) {0,4} ([01]) (.{60}) (.+)")
_ORDER_HEAD: Final = re.compile(r"\A\ufeff?00001 [0-9A-Z]{3,7} {1,5}[01] ")
_PCS_CODE: Final = 7
_TOLERANCE: Final = 0.05  # so near to a year that it is meant to be that year
_SLIPS: Final = 0.001


def is_tabular(source: Source) -> bool:
    """The root element of the tabular list."""
    return "<ICD10CM.tabular" in source.head


def is_order(source: Source) -> bool:
    """A first line numbered 00001."""
    return _ORDER_HEAD.match(source.head) is not None


def compile_tabular(source: Source, request: Request) -> list[Draft]:
    """Read a tabular list.

    Raises:
        ImportRefused: no whole XML of that form, or of another year than stated.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / source.file_name
        path.write_bytes(source.data)
        try:
            effective, nodes = read_tabular(path)
        except SourceMissing as error:
            raise ImportRefused(source.name, str(error).removeprefix(f"{source.file_name}: ")) from error
    year = re.search(r"<version>(\d{4})</version>", source.head)
    inside = Edition("", date(int(year[1]) - 1, 10, 1), date(int(year[1]), 9, 30)) if year else None
    begins = request.effective or effective
    if inside and not inside.effective <= begins <= (inside.through or begins):
        said = "--effective" if request.effective else "the file's name"
        raise ImportRefused(
            source.name, f"wrong period: {said} says {begins}, the file is version {year and year[1]}"
        )
    edition = edition_of(begins, Span.OPEN)
    return [
        Draft(TABULAR, edition, len(nodes), PUBLIC_DOMAIN, source, lambda writer: fill_tabular(writer, nodes))
    ]


def compile_order(source: Source, request: Request, masters: dict[str, Validity]) -> list[Draft]:
    """Read an order file.

    Raises:
        ImportRefused: a line of another form, a gap in the order numbers, or codes of another year than
        stated.
    """
    rows: list[tuple[str, Row]] = []
    for number, code, row in _lines(source):
        if number != len(rows) + 1:
            raise ImportRefused(
                source.name, f"order number {number:05d} where {len(rows) + 1:05d} is due", number
            )
        rows.append((code, row))
    leaves = frozenset(code for code, (billable, _) in rows if billable)
    system = "icd10pcs" if all(len(code) == _PCS_CODE for code in leaves) else "icd10cm"
    witness = _year(source, leaves, masters[system])
    spoken = named(source.file_name, Span.FISCAL_YEAR)
    edition = resolve(source.name, source.file_name, Span.FISCAL_YEAR, request.effective, witness)
    if spoken is None and request.effective is None and witness is not None:
        edition = witness.edition
    return [
        Draft(
            f"{system}-order",
            edition,
            len(rows),
            PUBLIC_DOMAIN,
            source,
            lambda writer: write_rows(writer, rows),
            coverage=f"{len(leaves)} codes valid for reporting",
        )
    ]


def _lines(source: Source) -> Iterator[tuple[int, str, Row]]:
    for number, line in enumerate(source.text.splitlines(), start=1):
        if not line.strip():
            continue
        match = _ORDER_LINE.fullmatch(line)
        if match is None:
            raise ImportRefused(source.name, "not a line of an order file", number)
        order, code, billable, _, long = match.groups()
        yield int(order), code, [billable == "1", long.strip()]


def _year(source: Source, leaves: frozenset[str], master: Validity) -> Witness | None:
    """The fiscal year whose codes differ least; None when the built-in data has no year that is close."""
    days = [
        day
        for year in range(master.covers.first.year, master.covers.last.year + 1)
        for day in (date(year, 4, 1), date(year, 10, 1))
        if day in master.covers
    ]
    fewest, day = min(zip(master.differences(leaves, days), days, strict=True))
    if fewest > _TOLERANCE * len(leaves):
        return None
    edition = edition_of(day, Span.FISCAL_YEAR)
    if fewest > _SLIPS * len(leaves):
        raise ImportRefused(
            source.name, f"differs in {fewest} codes from {edition.version}: the file is not whole"
        )
    return Witness(edition, f"its codes differ in {fewest} from those of")
