"""NCCI medically unlikely edits, CMS's CSV (`MCR_MUE_PractitionerServices_Eff_10-01-2025.csv` and the like).

The header of the second column names the table: practitioner, outpatient hospital or DME supplier services.
Source: CMS, Medicare NCCI MUE tables, quarterly files.
"""

import re
from typing import Final

from services.codesets.errors import ImportRefused
from services.codesets.imports import csvs
from services.codesets.imports.draft import AMA_NUMBERS, Draft, Request
from services.codesets.imports.editions import Span, resolve
from services.codesets.imports.source import Source
from services.codesets.tables.rows import Row, write_rows

_CODE: Final = "hcpcscptcode"
_INDICATOR: Final = "mueadjudicationindicator"
_RATIONALE: Final = "muerationale"
_KINDS: Final = {
    "practitionerservicesmuevalues": "ncci-mue-practitioner",
    "outpatienthospitalservicesmuevalues": "ncci-mue-outpatient",
    "dmesupplierservicesmuevalues": "ncci-mue-dme",
}
_SHAPE: Final = re.compile(r"[0-9A-Z]{5}")


def _kind(source: Source) -> str | None:
    for row in csvs.head_rows(source):
        if _CODE in row and _INDICATOR in row:
            return next((name for name in row if name in _KINDS), None)
    return None


def recognises(source: Source) -> bool:
    """A header with `HCPCS/CPT Code`, one of the three value columns, and the adjudication indicator."""
    return _kind(source) is not None


def compile_source(source: Source, request: Request) -> list[Draft]:
    """Read every limit.

    Raises:
        ImportRefused: a row that is no limit, a code twice, or the quarter is unknown or contradicted.
    """
    values = _kind(source) or ""
    rows: dict[str, Row] = {}
    for number, (code, units, indicator, rationale) in csvs.records(
        source, (_CODE, values, _INDICATOR, _RATIONALE)
    ):
        if not _SHAPE.fullmatch(code) or not units.isdigit() or indicator[:1] not in {"1", "2", "3"}:
            shown = f"{code!r}, {units!r}, {indicator!r}"
            raise ImportRefused(source.name, f"not a limit (code, units, indicator): {shown}", number)
        if code in rows:
            raise ImportRefused(source.name, f"code {code} stands twice", number)
        rows[code] = [int(units), int(indicator[0]), rationale]
    if not rows:
        raise ImportRefused(source.name, "a header, but no limits below it: the file is cut off")
    edition = resolve(source.name, source.file_name, Span.QUARTER, request.effective)
    return [
        Draft(
            _KINDS[values],
            edition,
            len(rows),
            AMA_NUMBERS,
            source,
            lambda writer: write_rows(writer, rows.items()),
            coverage="codes whose limit CMS publishes",
        )
    ]
