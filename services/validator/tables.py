"""The reference data that edits ask for: ICD-10-CM and the Medicare Code Editor, and the imported tables.

`Imported` is the port behind which the imported tables stand. Each table is by date of service and may not be
loaded: an edit that needs one states it, and is `not_checked` without it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from services.codesets.catalog import CodeSets
from services.codesets.icd10cm import Icd10cm
from services.codesets.mce import Mce

BUILT_IN = frozenset({"icd10cm", "icd10pcs", "mce"})


@dataclass(frozen=True, slots=True)
class UnitLimit:
    """A medically unlikely edit: most units, and the MUE adjudication indicator (1 line, 2 and 3 day)."""

    units: int
    indicator: int


@dataclass(frozen=True, slots=True)
class AddOn:
    """An add-on code: its type (1 primaries fixed, 2 by contractor, 3 some fixed) and its primaries."""

    kind: int
    primaries: frozenset[str]


@dataclass(frozen=True, slots=True)
class FeePolicy:
    """The policy indicators of the Medicare physician fee schedule for one code (and modifier)."""

    status: str
    technical: str
    global_days: str
    bilateral: str
    assistant: str
    co_surgeon: str
    team: str


class Imported(Protocol):
    """Imported tables, by date of service; `setting` is practitioner, outpatient or dme."""

    def has(self, table: str, day: date) -> bool:
        """Whether the table is loaded and covers the day."""
        ...

    def versions(self) -> Mapping[str, str]:
        """Version of every loaded table."""
        ...

    def hcpcs(self, code: str, day: date) -> bool:
        """Whether a HCPCS Level II code is in force."""
        ...

    def cpt(self, code: str, day: date) -> bool:
        """Whether a CPT number is in the user's licensed list."""
        ...

    def ptp(self, column1: str, column2: str, day: date, setting: str) -> int | None:
        """The modifier indicator (0, 1, 9) of a procedure-to-procedure pair, None where there is no edit."""
        ...

    def mue(self, code: str, day: date, setting: str) -> UnitLimit | None:
        """The medically unlikely edit of a code."""
        ...

    def add_on(self, code: str, day: date) -> AddOn | None:
        """The add-on entry of a code, None where it is no add-on code."""
        ...

    def fee_policy(self, code: str, modifier: str, day: date) -> FeePolicy | None:
        """The fee schedule's entry."""
        ...

    def facility(self, place: str) -> bool | None:
        """Whether a place of service is a facility; None where the code is unknown."""
        ...

    def modifier(self, modifier: str, day: date) -> bool:
        """Whether a modifier is in the HCPCS or CPT modifier list."""
        ...


class Tables:
    """Built-in code sets and imported tables behind one face."""

    __slots__ = ("codesets", "imported", "mce")

    def __init__(self, codesets: CodeSets, imported: Imported) -> None:
        """Use these code sets."""
        self.codesets = codesets
        self.imported = imported
        self.mce: Mce = codesets.mce

    def has(self, table: str, day: date) -> bool:
        """Whether a table covers a day of service."""
        return table in BUILT_IN or self.imported.has(table, day)

    def icd10cm(self, day: date) -> Icd10cm:
        """ICD-10-CM as of a day."""
        return self.codesets.icd10cm(day)

    def versions(self) -> dict[str, str]:
        """The version of every table that may have judged."""
        return {**self.codesets.versions(), **self.imported.versions()}
