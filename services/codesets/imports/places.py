"""Place of service codes: CSV of `pos`, `setting` (Facility, Non-Facility, Unassigned), `name`.

Source: CMS, Place of Service Code Set. The code set changes rarely and its pages carry no edition: without
`--effective` a list is taken as in force for every day, and says so.
"""

import re
from datetime import date
from typing import Final

from services.codesets.errors import ImportRefused
from services.codesets.imports import csvs
from services.codesets.imports.draft import PUBLIC_DOMAIN, Draft, Request
from services.codesets.imports.editions import Edition, Span, edition_of, named
from services.codesets.imports.source import Source
from services.codesets.tables.rows import Row, write_rows

_HEADER: Final = ("pos", "setting", "name")
_SETTINGS: Final = {"facility": True, "nonfacility": False, "unassigned": None}
_FIRST_DAY: Final = date(1996, 1, 1)


def recognises(source: Source) -> bool:
    """The header."""
    return csvs.has_header(source, _HEADER)


def compile_source(source: Source, request: Request) -> list[Draft]:
    """Read every place.

    Raises:
        ImportRefused: a row that is no place, or a code twice.
    """
    rows: dict[str, Row] = {}
    for number, (code, setting, name) in csvs.records(source, _HEADER):
        if not re.fullmatch(r"\d{2}", code) or csvs.key(setting) not in _SETTINGS:
            raise ImportRefused(source.name, f"not a place of service: {code!r}, {setting!r}", number)
        if code in rows:
            raise ImportRefused(source.name, f"{code} stands twice", number)
        rows[code] = [_SETTINGS[csvs.key(setting)], name]
    if not rows:
        raise ImportRefused(source.name, "a header, but no places below it: the file is cut off")
    edition, notes = _edition(source, request)
    return [
        Draft(
            "place-of-service",
            edition,
            len(rows),
            PUBLIC_DOMAIN,
            source,
            lambda writer: write_rows(writer, rows.items()),
            notes=notes,
        )
    ]


def _edition(source: Source, request: Request) -> tuple[Edition, tuple[str, ...]]:
    if request.effective:
        return edition_of(request.effective, Span.OPEN), ()
    found = named(source.file_name, Span.OPEN)
    if found:
        return found, ()
    return (
        Edition(f"undated-{source.sha256[:8]}", _FIRST_DAY, None),
        ("taken as in force for every day; give --effective if it is not",),
    )
