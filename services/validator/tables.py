"""The reference data that edits ask for: ICD-10-CM and the Medicare Code Editor, and the imported tables.

`Imported` is the port behind which the imported tables stand. Each table is by date of service and may not be
loaded: an edit that needs one states it, and is `not_checked` without it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final, Protocol

from services.codesets.catalog import CodeSets
from services.codesets.icd10cm import Conflict, Icd10cm
from services.codesets.mce import Sex
from services.codesets.tabular import Note
from services.validator import risk

_KEPT: Final = 1 << 16
BUILT_IN: Final = frozenset({"icd10cm", "icd10pcs", "mce", "msdrg", "hcc"})

PRACTITIONER: Final = "practitioner"
OUTPATIENT: Final = "outpatient"


@dataclass(frozen=True, slots=True)
class Pair:
    """A procedure-to-procedure edit in force: column two is not paid beside column one.

    The modifier indicator is 0 (no modifier allows it) or 1 (a modifier may).
    """

    column1: str
    column2: str
    indicator: int


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
    """The policy indicators of the Medicare physician fee schedule for one code, as CMS writes them."""

    status: str
    technical: str
    global_days: str
    bilateral: str
    assistant: str
    co_surgeon: str
    team: str


class Necessity(StrEnum):
    """What the coverage articles in force say about a line's diagnoses."""

    COVERED = "covered"
    NOT_COVERED = "not_covered"
    NO_ARTICLE = "no_article"


class Imported(Protocol):
    """Imported tables, by date of service; `setting` is practitioner or outpatient."""

    def has(self, table: str, day: date, setting: str = "") -> bool:
        """Whether the table (of that setting, where it has settings) is loaded and covers the day."""
        ...

    def versions(self, day: date) -> Mapping[str, str]:
        """Version of every loaded table that judges the day."""
        ...

    def refresh(self) -> bool:
        """Take up newly imported tables; whether anything changed."""
        ...

    def code_in_force(self, code: str, day: date) -> bool | None:
        """Whether a HCPCS code or CPT number is in force; None where no loaded list can say."""
        ...

    def modifier(self, modifier: str, day: date) -> bool:
        """Whether a modifier is in the HCPCS Level II list."""
        ...

    def ptp(self, one: str, other: str, day: date, setting: str) -> Pair | None:
        """The procedure-to-procedure edit in force between two codes, either of them column one."""
        ...

    def mue(self, code: str, day: date, setting: str) -> UnitLimit | None:
        """The medically unlikely edit of a code."""
        ...

    def add_on(self, code: str, day: date) -> AddOn | None:
        """The add-on entry of a code, None where it is no add-on code."""
        ...

    def fee_policy(self, code: str, day: date) -> FeePolicy | None:
        """The fee schedule's entry of a code."""
        ...

    def facility(self, place: str, day: date) -> bool | None:
        """Whether a place of service is a facility; None where the code is unknown."""
        ...

    def necessity(self, code: str, diagnoses: tuple[str, ...], day: date) -> tuple[Necessity, str]:
        """What coverage articles say about a code with these diagnoses, and which article says it."""
        ...


class Tables:
    """Built-in code sets and imported tables behind one face."""

    __slots__ = ("billable", "code_first", "codesets", "excludes1", "imported", "mce_edits")

    def __init__(self, codesets: CodeSets, imported: Imported) -> None:
        """Use these code sets."""
        self.codesets = codesets
        self.imported = imported
        self._forget()

    def _forget(self) -> None:
        """Answers are kept until the tables change: the same codes come again and again."""
        self.mce_edits = lru_cache(_KEPT)(self._mce_edits)
        self.billable = lru_cache(_KEPT)(self._billable)
        self.code_first = lru_cache(_KEPT)(self._code_first)
        self.excludes1 = lru_cache(_KEPT)(self._excludes1)

    def has(self, table: str, day: date) -> bool:
        """Whether a table covers a day of service."""
        return table in BUILT_IN or self.imported.has(table, day)

    def _mce_edits(
        self, code: str, day: date, principal_and_alone: tuple[bool, bool], age: int, sex: Sex
    ) -> frozenset[str]:
        principal, alone = principal_and_alone
        edits = self.codesets.mce.edits(code, day, principal=principal, age=age, sex=sex, alone=alone)
        return frozenset(edits)

    def _billable(self, code: str, day: date) -> bool:
        """Whether a diagnosis code is in force and complete on a day."""
        return self.icd10cm(day).billable(code)

    def _code_first(self, code: str, day: date) -> Sequence[Note]:
        """The "code first" notes that hold for a diagnosis code."""
        return self.icd10cm(day).code_first(code)

    def _excludes1(self, one: str, other: str, day: date) -> Conflict | None:
        """The Excludes1 note that keeps two diagnosis codes apart."""
        return self.icd10cm(day).excludes1_conflict(one, other)

    def icd10cm(self, day: date) -> Icd10cm:
        """ICD-10-CM as of a day."""
        return self.codesets.icd10cm(day)

    def versions(self, day: date) -> dict[str, str]:
        """The version of every table that may have judged services of a day."""
        return {**self.codesets.versions(day), **self.imported.versions(day), "hcc": risk.version()}

    def refresh(self) -> bool:
        """Take up newly imported tables; whether anything changed."""
        changed = self.imported.refresh()
        if changed:
            self._forget()
        return changed
