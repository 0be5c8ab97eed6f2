"""NCCI add-on code edits: a code that is paid only beside one of its primary codes.

Type 1 lists every primary code; type 2 lists none (`CCCCC`: the contractor decides); type 3 lists some, and
the contractor may add others. Source: CMS, Medicare NCCI add-on code edits; Transmittal 2636.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from services.codesets.tables.rows import RowTable

CONTRACTOR_DEFINED: Final = "CCCCC"


@dataclass(frozen=True, slots=True)
class AddOn:
    """An add-on code on a day: its primary codes, and whether the contractor may accept others."""

    code: str
    kind: int
    primaries: frozenset[str]

    @property
    def contractor_defined(self) -> bool:
        """The list of primaries is not complete (types 2 and 3)."""
        return self.kind != 1


class AddOns(RowTable):
    """One version of the add-on table."""

    def primaries(self, code: str, on: date) -> AddOn | None:
        """The primaries of an add-on code; None when the code is not an add-on on the day."""
        bare = code.strip().upper()
        live = [row for row in self.rows.get(bare) if _in_force(row[2], row[3], on)]
        if not live:
            return None
        primaries = frozenset(row[0] for row in live if row[0] != CONTRACTOR_DEFINED)
        return AddOn(bare, max(row[1] for row in live), primaries)


def _in_force(effective: str | None, deleted: str | None, on: date) -> bool:
    day = on.isoformat()
    return (effective is None or effective <= day) and (deleted is None or day <= deleted)
