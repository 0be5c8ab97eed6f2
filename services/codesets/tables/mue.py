"""NCCI medically unlikely edits: the most units of a code for one patient, provider and day.

MAI 1 judges each claim line; 2 (policy) and 3 (clinical) judge the sum over the date of service, and 2 is
absolute. CMS does not publish every value: a code that is not in the table has no published limit.
Source: Medicare NCCI Policy Manual, chapter I, section V; CMS MUE tables.
"""

from dataclasses import dataclass
from enum import StrEnum

from services.codesets.tables.rows import RowTable


class MueKind(StrEnum):
    """Which of CMS's three tables."""

    PRACTITIONER = "practitioner"
    OUTPATIENT = "outpatient"
    DME = "dme"


@dataclass(frozen=True, slots=True)
class MueLimit:
    """The limit of a code: units, adjudication indicator (1, 2 or 3), and CMS's rationale."""

    code: str
    units: int
    mai: int
    rationale: str


class Mue(RowTable):
    """One quarter's limits of one kind."""

    def limit(self, code: str) -> MueLimit | None:
        """The limit of a code; None when CMS publishes none."""
        bare = code.strip().upper()
        row = self.first(bare)
        return None if row is None else MueLimit(bare, *row)
