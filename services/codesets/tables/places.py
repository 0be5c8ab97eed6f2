"""Place of service codes. Source: CMS, Place of Service Code Set; Claims Processing Manual 26, 10.5."""

from dataclasses import dataclass

from services.codesets.manifest import Entry
from services.codesets.storage import TableFile
from services.codesets.tables.rows import Rows


@dataclass(frozen=True, slots=True)
class Place:
    """A place of service: code, whether the facility rate applies (None: unassigned), name."""

    code: str
    facility: bool | None
    name: str


class Places:
    """One version of the code set."""

    def __init__(self, file: TableFile, entry: Entry) -> None:
        """Use a table written by `imports.places`."""
        self.entry = entry
        self.version = entry.version
        self.rows = Rows(file)

    def __len__(self) -> int:
        return len(self.rows)

    def place(self, code: str) -> Place | None:
        """The place of a code; None when it is unassigned or unknown."""
        rows = self.rows.get(code.strip())
        if not rows or rows[0][0] is None:
            return None
        facility, name = rows[0]
        return Place(code.strip(), facility, name)
