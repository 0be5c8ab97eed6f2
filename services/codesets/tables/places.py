"""Place of service codes. Source: CMS, Place of Service Code Set; Claims Processing Manual 26, 10.5."""

from dataclasses import dataclass

from services.codesets.tables.rows import RowTable


@dataclass(frozen=True, slots=True)
class Place:
    """A place of service: code, whether the facility rate applies (None: unassigned), name."""

    code: str
    facility: bool | None
    name: str


class Places(RowTable):
    """One version of the code set."""

    def place(self, code: str) -> Place | None:
        """The place of a code; None when it is unassigned or unknown."""
        bare = code.strip()
        row = self.first(bare)
        return None if row is None or row[0] is None else Place(bare, *row)
