"""Which days of service a file is for.

Three witnesses: what the user stated (`--effective`), the file's name, and the file's content. They must
agree; a file of another quarter than stated is refused. When none says anything, the user is asked, not
guessed for.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import combinations
from typing import Final

from services.codesets.errors import ImportRefused

_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_MONTH: Final = "(" + "|".join(_MONTHS) + ")[a-z]*"
_LETTERS: Final = "abcd"
_NCCI_BASE_YEAR: Final = 1994


class Span(StrEnum):
    """How long one edition of a table is in force."""

    QUARTER = "quarter"
    YEAR = "year"
    FISCAL_YEAR = "fiscal_year"  # 1 October to 30 September
    OPEN = "open"  # until the next edition


@dataclass(frozen=True, slots=True)
class Edition:
    """A version's name and its days, both included."""

    version: str
    effective: date
    through: date | None

    def overlaps(self, other: "Edition") -> bool:
        """Whether both are in force on some day."""
        first_ends = self.through or date.max
        second_ends = other.through or date.max
        return self.effective <= second_ends and other.effective <= first_ends


def quarter_of(day: date) -> Edition:
    """The calendar quarter of a day: `2024q3`."""
    number = (day.month - 1) // 3
    first = date(day.year, 3 * number + 1, 1)
    following = date(day.year + (number == 3), (3 * number + 3) % 12 + 1, 1)  # noqa: PLR2004 (the fourth quarter)
    return Edition(f"{day.year}q{number + 1}", first, following - timedelta(days=1))


def edition_of(day: date, span: Span) -> Edition:
    """The edition that a day belongs to."""
    match span:
        case Span.QUARTER:
            return quarter_of(day)
        case Span.YEAR:
            return Edition(str(day.year), date(day.year, 1, 1), date(day.year, 12, 31))
        case Span.FISCAL_YEAR:
            year = day.year + (day.month >= 10)  # noqa: PLR2004 (October)
            mid = "-04" if 4 <= day.month < 10 else ""  # noqa: PLR2004 (from April)
            first = date(year, 4, 1) if mid else date(year - 1, 10, 1)
            return Edition(f"FY{year}{mid}", first, date(year, 9, 30))
        case Span.OPEN:
            return Edition(day.isoformat(), day, None)


def named(name: str, span: Span) -> Edition | None:
    """The edition a file's name speaks of: `2024q3`, `Eff_10-01-2025`, `v302r0`, `RVU24C`, `2026`."""
    text = name.lower()
    day = _quarterly(text) or _monthly(text)
    if day is not None:
        return edition_of(day, span if span is not Span.YEAR else Span.QUARTER)
    year = re.search(r"(?<!\d)(20\d\d)(?!\d)", text) or re.search(r"(?<=gpci)(20\d\d)", text)
    if year is None:
        return None
    if span is Span.FISCAL_YEAR:
        return edition_of(date(int(year[1]) - 1, 10, 1), span)
    return edition_of(date(int(year[1]), 1, 1), Span.YEAR if span is Span.QUARTER else span)


def _quarterly(text: str) -> date | None:
    if match := re.search(r"(20\d\d)[-_ ]?q([1-4])", text) or re.search(r"q([1-4])[-_ ]?(20\d\d)", text):
        year, quarter = sorted(map(int, match.groups()), reverse=True)
        return date(year, 3 * quarter - 2, 1)
    if match := re.search(r"eff[-_ ]?(\d\d)-(\d\d)-(20\d\d)", text):
        return _day(int(match[3]), int(match[1]), int(match[2]))
    if match := re.search(r"(?:ccipra|ccioph|cci\w*)-v(\d\d)(\d)", text):
        return _day(_NCCI_BASE_YEAR + int(match[1]), 3 * int(match[2]) + 1, 1)
    if match := re.search(r"rvu(?:_?20)?(\d\d)_?([a-d])(?![a-z])", text) or re.search(
        r"20(\d\d)([a-d])(?![a-z])", text
    ):
        return date(2000 + int(match[1]), 3 * _LETTERS.index(match[2]) + 1, 1)
    return None


def _monthly(text: str) -> date | None:
    if match := re.search(rf"(?<![a-z]){_MONTH}[-_ ]*(?:(\d{{1,2}})[-_ ]+)?(20\d\d)", text):
        return _day(int(match[3]), _MONTHS[match[1]], int(match[2] or 1))
    if match := re.search(rf"(20\d\d|(?<!\d)\d\d)[-_ ]*{_MONTH}", text) or re.search(
        rf"rvu(\d\d)_{_MONTH}", text
    ):
        return _day(int(match[1]) % 2000 + 2000, _MONTHS[match[2]], 1)
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Witness:
    """What the content says: the edition, and the words to say so."""

    edition: Edition
    words: str


def resolve(
    source: str, name: str, span: Span, stated: date | None, content: Witness | None = None
) -> Edition:
    """The edition of a file.

    Raises:
        ImportRefused: the witnesses contradict each other, or none says anything.
    """
    said = edition_of(stated, span) if stated else None
    spoken = named(name, span)
    witnesses = [
        Witness(edition, words)
        for edition, words in ((said, "--effective says"), (spoken, "the file's name says"))
        if edition is not None
    ]
    for one, other in combinations([*witnesses, *([content] if content else [])], 2):
        if not one.edition.overlaps(other.edition):
            words = f"{one.words} {one.edition.version}, {other.words} {other.edition.version}"
            raise ImportRefused(source, f"wrong period: {words}")
    found = said or spoken or (content.edition if content else None)
    if found is None:
        raise ImportRefused(
            source,
            "neither its name nor its content says which period it is for; give --effective YYYY-MM-DD,"
            " the first day it is in force",
        )
    return found
