"""An ICD-10-CM or ICD-10-PCS order file: every code and header of a version with its titles.

Source: CMS/NCHS, `icd10cm-order-*.txt`, `icd10pcs_order_*.txt`.
"""

from services.codesets.codes import compact
from services.codesets.tables.rows import RowTable


class Order(RowTable):
    """One version's order file."""

    def title(self, code: str) -> str | None:
        """The long title of a code or header; None when the version does not have it."""
        row = self.first(compact(code))
        return None if row is None else str(row[1])

    def billable(self, code: str) -> bool | None:
        """Whether a code is valid for reporting; None when the version does not have it."""
        row = self.first(compact(code))
        return None if row is None else bool(row[0])
