"""NCCI add-on code edits: CMS's text file (`AOC_V2024Q3-MCR.txt`, tab or comma) or a plain CSV.

CMS's columns: AOC_Edit_Type, Add-On_Code, AOC_DelDT, Primary_Code, Primary_Code_DelDT, AOC_Edit_EffDT,
AOC_Edit_DelDT, Special_Instruction_Notes; dates as year and day of the year (2024183). The plain CSV has
add_on_code, primary_code, edit_type and no dates. A type may be a Roman numeral, as in older files.
Source: CMS, Medicare NCCI add-on code edits.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from services.codesets.errors import ImportRefused
from services.codesets.imports import csvs
from services.codesets.imports.draft import AMA_NUMBERS, Draft, Request
from services.codesets.imports.editions import Span, resolve
from services.codesets.imports.source import Source
from services.codesets.tables.rows import Row, write_rows

_PLAIN: Final = ("addoncode", "primarycode", "edittype")
_CMS: Final = (
    "addoncode",
    "primarycode",
    "aocedittype",
    "aocediteffdt",
    "aoceditdeldt",
    "aocdeldt",
    "primarycodedeldt",
)
_KINDS: Final = {"1": 1, "2": 2, "3": 3, "I": 1, "II": 2, "III": 3}
_SHAPE: Final = re.compile(r"[0-9A-Z]{5}")


def _layout(source: Source) -> tuple[tuple[str, ...], str] | None:
    for delimiter in ("\t", ","):
        for layout in (_CMS, _PLAIN):
            if csvs.has_header(source, layout, delimiter):
                return layout, delimiter
    return None


def recognises(source: Source) -> bool:
    """A header with add-on code, primary code and edit type."""
    return _layout(source) is not None


def compile_source(source: Source, request: Request) -> list[Draft]:
    """Read every pair of add-on and primary code.

    Raises:
        ImportRefused: a row that is no pair, or the period is unknown or contradicted.
    """
    rows = list(_rows(source))
    if not rows:
        raise ImportRefused(source.name, "a header, but no codes below it: the file is cut off")
    edition = resolve(source.name, source.file_name, Span.QUARTER, request.effective)
    return [
        Draft(
            "ncci-add-on",
            edition,
            len(rows),
            AMA_NUMBERS,
            source,
            lambda writer: write_rows(writer, rows),
            coverage=f"{len({code for code, _ in rows})} add-on codes",
        )
    ]


def _rows(source: Source) -> Iterator[tuple[str, Row]]:
    layout, delimiter = _layout(source) or ((), "")
    seen: set[tuple[str, ...]] = set()
    for number, cells in csvs.records(source, layout, delimiter):
        code, primary, kind, *dates = cells
        if not _SHAPE.fullmatch(code) or not _SHAPE.fullmatch(primary) or kind.upper() not in _KINDS:
            shown = f"{code!r}, {primary!r}, {kind!r}"
            raise ImportRefused(source.name, f"not an add-on (add-on, primary, type): {shown}", number)
        if tuple(cells) in seen:
            raise ImportRefused(source.name, f"the pair {code}, {primary} stands twice", number)
        seen.add(tuple(cells))
        effective, *deletions = [_day(source, each, number) for each in dates] or [None]
        ends = min((each for each in deletions if each is not None), default=None)
        yield code, [primary, _KINDS[kind.upper()], effective, ends]


def _day(source: Source, text: str, number: int) -> str | None:
    """A date given as year and day of the year, as ISO text; None when blank."""
    if not text or not text.strip("0"):
        return None
    if not re.fullmatch(r"\d{7}", text):
        raise ImportRefused(source.name, f"{text!r} is no date in the form YYYYDDD", number)
    first = date(int(text[:4]), 1, 1)
    return (first + timedelta(days=int(text[4:]) - 1)).isoformat()
