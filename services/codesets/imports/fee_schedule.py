"""The physician fee schedule's relative values (RVU) and locality indices (GPCI).

CMS's files have title lines and, for the RVUs, a header over several lines, so that layout is read by
position (`PPRRVU24_JUL.csv`, 31 columns); plain CSVs with one header line are read by name. Descriptions
are never kept.
Source: CMS, PFS relative value files (RVU24C.zip: PPRRVU*.csv, GPCI*.csv).
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from services.codesets.errors import ImportRefused
from services.codesets.imports import csvs
from services.codesets.imports.draft import AMA_NUMBERS, PUBLIC_DOMAIN, Draft, Request
from services.codesets.imports.editions import Edition, Span, Witness, edition_of, resolve
from services.codesets.imports.source import Source
from services.codesets.tables.rows import Row, write_rows

_PLAIN_RVU: Final = (
    "hcpcs", "mod", "status", "workrvu", "nonfacpervu", "facpervu", "mprvu", "conversionfactor",
    "pctcind", "globdays", "multproc", "bilatsurg", "asstsurg", "cosurg", "teamsurg",
)  # fmt: skip
# Places of the same columns in CMS's file.
_CMS_RVU: Final = (0, 1, 3, 5, 6, 8, 10, 24, 13, 14, 18, 19, 20, 21, 22)
_CMS_RVU_WIDTH: Final = 25
_PLAIN_GPCI: Final = ("mac", "state", "locality", "name", "gpciwork", "gpcipe", "gpcimp")
_CODE: Final = re.compile(r"[0-9A-Z]{5}")
_MODIFIER: Final = re.compile(r"(?:[0-9A-Z]{2})?")
_RVU_TITLE: Final = re.compile(
    r"(20\d\d) National Physician Fee Schedule[\s,\"]+Relative Value", re.IGNORECASE
)
_GPCI_TITLE: Final = re.compile(r"Geographic Practice Cost Ind", re.IGNORECASE)
_NUMBERS: Final = slice(3, 8)
_QPP: Final = re.compile(r"(?<!non)qpp", re.IGNORECASE)
# What stands in the header's last line at the places that are read, where CMS writes a word there.
_CMS_WORDS: Final = {13: "ind", 14: "days", 18: "proc", 19: "surg", 24: "factor"}


def recognises(source: Source) -> bool:
    """A plain header, or the title of one of CMS's files."""
    plain = csvs.has_header(source, _PLAIN_RVU) or csvs.has_header(source, _PLAIN_GPCI)
    return plain or _is_cms_rvu(source) or _gpci_header(source) is not None


def _is_cms_rvu(source: Source) -> bool:
    """CMS's CSV; the same table stands beside it in the archive as fixed-width text and as a workbook."""
    return _RVU_TITLE.search(source.head) is not None and _cms_header(source) is not None


def _cms_header(source: Source) -> list[str] | None:
    """The last of the header's lines: below it the rows begin."""
    rows = (row for row in csvs.head_rows(source) if row and row[0] == "hcpcs")
    return next((row for row in rows if len(row) >= _CMS_RVU_WIDTH), None)


def stands_back(source: Source, beside: Iterable[Source]) -> bool:
    """Whether it is the file of qualifying APM participants and that of the others lies beside it.

    From 2026 on CMS publishes the table twice; only the conversion factor differs (42 CFR 414.22, 414.1425).
    """
    return _QPP.search(source.file_name) is not None and any(
        "nonqpp" in each.file_name.lower() for each in beside
    )


def compile_source(source: Source, request: Request) -> list[Draft]:
    """Read every row.

    Raises:
        ImportRefused: a row that does not fit, a code and modifier twice, or the period is unknown or
        contradicted.
    """
    if csvs.has_header(source, _PLAIN_RVU) or _is_cms_rvu(source):
        return [_rvu(source, request)]
    return [_gpci(source, request)]


def _rvu(source: Source, request: Request) -> Draft:
    rows: dict[str, Row] = {}
    for number, cells in _rvu_cells(source):
        code, modifier, status, *rest = cells
        if not _CODE.fullmatch(code) or not _MODIFIER.fullmatch(modifier) or len(status) != 1:
            shown = f"{code!r}, {modifier!r}, {status!r}"
            raise ImportRefused(
                source.name, f"not a fee schedule row (code, modifier, status): {shown}", number
            )
        values = [_decimal(source, each, number) for each in cells[_NUMBERS]]
        key = f"{code}{modifier}"
        if key in rows:
            raise ImportRefused(source.name, f"{code} with modifier {modifier!r} stands twice", number)
        rows[key] = [status, *values, *rest[5:]]
    if not rows:
        raise ImportRefused(source.name, "no fee schedule rows: the file is cut off")
    edition = resolve(source.name, source.file_name, Span.QUARTER, request.effective, _title_year(source))
    return Draft(
        "pfs-rvu", edition, len(rows), AMA_NUMBERS, source, lambda writer: write_rows(writer, rows.items())
    )


def _rvu_cells(source: Source) -> Iterator[tuple[int, list[str]]]:
    if csvs.has_header(source, _PLAIN_RVU):
        yield from csvs.records(source, _PLAIN_RVU)
        return
    header = _cms_header(source) or []
    moved = [word for place, word in _CMS_WORDS.items() if word not in header[place]]
    if moved:
        raise ImportRefused(source.name, f"CMS's columns have moved: {', '.join(moved)} not where expected")
    started = False
    for line in csvs.lines(source):
        is_row = _CODE.fullmatch(line.cells[0]) is not None and line.cells[0] != "HCPCS"
        if is_row and len(line.cells) >= _CMS_RVU_WIDTH:
            started = True
            yield line.number, [line.cells[place] for place in _CMS_RVU]
        elif started:
            raise ImportRefused(
                source.name, f"{len(line.cells)} columns; CMS's layout begins with a code", line.number
            )


def _title_year(source: Source) -> Witness | None:
    match = _RVU_TITLE.search(source.head)
    if match is None:
        return None
    return Witness(edition_of(date(int(match[1]), 1, 1), Span.YEAR), "its title says")


def _decimal(source: Source, text: str, number: int) -> str:
    try:
        return str(Decimal(text.replace(",", "")))
    except InvalidOperation as error:
        raise ImportRefused(source.name, f"{text!r} is no number", number) from error


def _gpci(source: Source, request: Request) -> Draft:
    header = _gpci_header(source) or _PLAIN_GPCI
    rows: dict[str, Row] = {}
    for number, cells in csvs.records(source, header):
        mac, state, locality, name, *indices = cells
        mac, locality = _padded(mac, 5), _padded(locality, 2)
        if not re.fullmatch(r"\d{5}", mac) or not re.fullmatch(r"\d{2}", locality):
            if rows and not any(indices):
                continue  # foot notes below the table
            raise ImportRefused(source.name, f"not a locality (MAC, locality): {mac!r}, {locality!r}", number)
        key = f"{mac}{locality}"
        if key in rows:
            raise ImportRefused(source.name, f"locality {locality} of MAC {mac} stands twice", number)
        rows[key] = [state, name, *(_decimal(source, each, number) for each in indices)]
    if not rows:
        raise ImportRefused(source.name, "no localities: the file is cut off")
    edition: Edition = resolve(source.name, source.file_name, Span.YEAR, request.effective)
    return Draft(
        "pfs-gpci", edition, len(rows), PUBLIC_DOMAIN, source, lambda writer: write_rows(writer, rows.items())
    )


def _padded(digits: str, width: int) -> str:
    """A number with the leading zeros that a spreadsheet may have taken from it."""
    return digits.zfill(width) if digits.isdigit() else digits


def _gpci_header(source: Source) -> tuple[str, ...] | None:
    """CMS's header names carry the year (`2024 PW GPCI (with 1.0 Floor)`): find them by what they contain.

    Where the index of work stands there without and with the floor of 1.0 (the file of January 2026), the one
    with it is meant: 42 USC 1395w-4(e)(1)(E).
    """
    if not _GPCI_TITLE.search(source.head):
        return None
    for row in csvs.head_rows(source):
        floor = "pwgpciwith10floor" if any("pwgpciwith10floor" in cell for cell in row) else "pwgpci"
        found = [
            next((cell for cell in row if mark in cell), None)
            for mark in ("mac", "state", "localitynumber", "localityname", floor, "pegpci", "mpgpci")
        ]
        if all(found):
            return tuple(str(each) for each in found)
    return None
