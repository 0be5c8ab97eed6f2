"""An ICD-10-CM or ICD-10-PCS order file: every code and header of a version with its titles.

Source: CMS/NCHS, `icd10cm-order-*.txt`, `icd10pcs_order_*.txt`.
"""

from services.codesets.codes import compact
from services.codesets.manifest import Entry
from services.codesets.storage import TableFile
from services.codesets.tables.rows import Rows


class Order:
    """One version's order file."""

    def __init__(self, file: TableFile, entry: Entry) -> None:
        """Use a table written by `imports.icd10`."""
        self.entry = entry
        self.version = entry.version
        self.rows = Rows(file)

    def __len__(self) -> int:
        return len(self.rows)

    def title(self, code: str) -> str | None:
        """The long title of a code or header; None when the version does not have it."""
        rows = self.rows.get(compact(code))
        return str(rows[0][1]) if rows else None

    def billable(self, code: str) -> bool | None:
        """Whether a code is valid for reporting; None when the version does not have it."""
        rows = self.rows.get(compact(code))
        return bool(rows[0][0]) if rows else None
