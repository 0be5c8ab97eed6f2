"""NCCI procedure-to-procedure edits.

Column one is paid and column two is denied when both are reported for one patient, provider and day, unless
the modifier indicator allows an NCCI-associated modifier. Source: Medicare NCCI Policy Manual, chapter I,
sections A and E; 42 CFR 405.926. Deletion dates are the last day in force.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final

from services.codesets.manifest import Entry
from services.codesets.storage import TableFile

CODE_LENGTH: Final = 5
_RADIX: Final = 36
_INDICATOR_BITS: Final = 0x03
PRIOR_1996: Final = 0x04
EPOCH: Final = date(1990, 1, 1)
NO_DATE: Final = 0xFFFF


class ModifierIndicator(StrEnum):
    """Whether an NCCI-associated modifier lifts the edit."""

    NOT_ALLOWED = "0"
    ALLOWED = "1"
    NOT_APPLICABLE = "9"  # deleted as of its effective date: the edit never applies


INDICATORS: Final = tuple(ModifierIndicator)


@dataclass(frozen=True, slots=True)
class PtpEdit:
    """One edit: `column2` is not paid beside `column1`."""

    column1: str
    column2: str
    indicator: ModifierIndicator
    effective: date
    deleted: date | None
    rationale: str
    prior_to_1996: bool = False

    def in_force(self, on: date) -> bool:
        """Effective on the day, not deleted before it, and not withdrawn as a whole (indicator 9)."""
        dated = self.effective <= on and (self.deleted is None or on <= self.deleted)
        return dated and self.indicator is not ModifierIndicator.NOT_APPLICABLE


@lru_cache(65536)
def code_number(code: str) -> int | None:
    """A five-character code as a number that sorts like the text; None for any other text."""
    code = code.strip().upper()
    if len(code) != CODE_LENGTH or not code.isascii() or not code.isalnum():
        return None
    return int(code, _RADIX)


@lru_cache(65536)
def _code(number: int) -> str:
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return "".join(digits[number // _RADIX**place % _RADIX] for place in range(CODE_LENGTH - 1, -1, -1))


def day_number(day: date) -> int:
    """Days since 1990, in sixteen bits."""
    return (day - EPOCH).days


@lru_cache(4096)
def _day(number: int) -> date:
    return EPOCH + timedelta(days=number)


class Ptp:
    """One quarter's edits."""

    def __init__(self, file: TableFile, entry: Entry) -> None:
        """Use the columns written by `imports.ptp`."""
        self.entry = entry
        self.version = entry.version
        starts = file.numbers("start")
        # Some 11,000 codes stand in column one; their rows are found by dictionary, not by search.
        self._rows = {
            code: (starts[row], starts[row + 1]) for row, code in enumerate(file.numbers("column1"))
        }
        self._column2 = file.numbers("column2")
        self._effective = file.numbers("effective")
        self._deleted = file.numbers("deleted")
        self._flags = file.numbers("flags")
        self._rationale = file.numbers("rationale")
        self._rationales: list[str] = file.meta["rationales"]

    def __len__(self) -> int:
        return len(self._column2)

    def edits(self, column1: str, column2: str) -> tuple[PtpEdit, ...]:
        """Every edit on record with these columns, in force or not, oldest first."""
        first, second = code_number(column1), code_number(column2)
        if first is None or second is None or first not in self._rows:
            return ()
        start, end = self._rows[first]
        row = bisect_left(self._column2, second, start, end)
        found = []
        while row < end and self._column2[row] == second:
            found.append(self._edit(row, first))
            row += 1
        return tuple(found)

    def pairs(self, one: str, other: str, on: date) -> tuple[PtpEdit, ...]:
        """The edits in force on a day between two codes, whichever is column one; empty: no edit."""
        found = self.edits(one, other) + (self.edits(other, one) if one != other else ())
        return tuple(edit for edit in found if edit.in_force(on))

    def _edit(self, row: int, column1: int) -> PtpEdit:
        deleted, flags = self._deleted[row], self._flags[row]
        return PtpEdit(
            _code(column1),
            _code(self._column2[row]),
            INDICATORS[flags & _INDICATOR_BITS],
            _day(self._effective[row]),
            None if deleted == NO_DATE else _day(deleted),
            self._rationales[self._rationale[row]],
            bool(flags & PRIOR_1996),
        )

    def all_edits(self) -> Iterator[PtpEdit]:
        """Every edit on record, sorted by column one, column two and dates."""
        for column1, (start, end) in self._rows.items():
            for row in range(start, end):
                yield self._edit(row, column1)
