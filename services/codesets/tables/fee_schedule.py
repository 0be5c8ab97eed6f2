"""The Medicare physician fee schedule: relative values, policy indicators, and locality indices.

Source: CMS, National Physician Fee Schedule Relative Value File (its record layout names the indicators);
42 CFR 414.22 to 414.26. Descriptions are the AMA's and are never kept.
"""

from dataclasses import dataclass
from decimal import Decimal

from services.codesets.tables.rows import RowTable


@dataclass(frozen=True, slots=True)
class RvuRow:
    """A row: code and modifier (empty, `26`, `TC`, `53`), values, CMS's policy indicators as they stand."""

    code: str
    modifier: str
    status: str
    work: Decimal
    nonfacility_pe: Decimal
    facility_pe: Decimal
    malpractice: Decimal
    conversion_factor: Decimal
    pctc: str
    global_days: str
    multiple_procedure: str
    bilateral: str
    assistant: str
    co_surgeon: str
    team: str


class Rvu(RowTable):
    """One release of the relative value file."""

    def row(self, code: str, modifier: str = "") -> RvuRow | None:
        """The row of a code and modifier if it has one of its own, else of the code; None when not listed."""
        bare, mark = code.strip().upper(), modifier.strip().upper()
        for key, held in ((f"{bare}{mark}", mark), (bare, "")):
            row = self.first(key)
            if row is not None:
                status, *rest = row
                work, nonfacility, facility, malpractice, factor = map(Decimal, rest[:5])
                return RvuRow(bare, held, status, work, nonfacility, facility, malpractice, factor, *rest[5:])
        return None


@dataclass(frozen=True, slots=True)
class GpciRow:
    """The geographic practice cost indices of a locality."""

    mac: str
    state: str
    locality: str
    name: str
    work: Decimal
    practice_expense: Decimal
    malpractice: Decimal


class Gpci(RowTable):
    """One year's locality indices."""

    def row(self, mac: str, locality: str) -> GpciRow | None:
        """The indices of a contractor's locality; None when not listed."""
        row = self.first(f"{mac}{locality}")
        if row is None:
            return None
        state, name, *indices = row
        return GpciRow(mac, state, locality, name, *map(Decimal, indices))
