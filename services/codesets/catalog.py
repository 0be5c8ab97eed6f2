"""`load()`: every table of reference data, each by date of service."""

from datetime import date
from functools import lru_cache
from typing import Final

from services.codesets.build import TABULAR, ensure_built
from services.codesets.icd10cm import Icd10cm
from services.codesets.icd10pcs import Icd10pcs
from services.codesets.mce import Mce, MceFlags
from services.codesets.sources.mce import AgeRange
from services.codesets.storage import TableFile
from services.codesets.tabular import Tabular
from services.codesets.validity import Validity

_DAYS_KEPT: Final = 4096


class CodeSets:
    """The reference data of one process: opened once, shared by threads, refreshed between batches."""

    def __init__(self) -> None:
        """Open the built-in tables, compiling them from the installed packages on first use."""
        paths = ensure_built()
        self._tabular = Tabular(TableFile(paths[TABULAR]))
        self._icd10cm = Validity(TableFile(paths["icd10cm"]))
        self._icd10pcs = Validity(TableFile(paths["icd10pcs"]))
        self.mce = Mce(self._icd10cm, [_age_range(row) for row in self._icd10cm.meta["ages"]])
        self.icd10cm = lru_cache(_DAYS_KEPT)(self._make_icd10cm)

    def _make_icd10cm(self, on: date) -> Icd10cm:
        """ICD-10-CM as of a day of service (or of discharge, for inpatient claims)."""
        return Icd10cm(on, self._icd10cm, self._tabular)

    def icd10pcs(self, on: date) -> Icd10pcs:
        """ICD-10-PCS as of a day of discharge."""
        return Icd10pcs(on, self._icd10pcs)

    def mce_flags(self, code: str, on: date) -> MceFlags | None:
        """The Medicare Code Editor's flags of a diagnosis; None when the code is not in force."""
        return self.mce.flags(code, on)

    def versions(self) -> dict[str, str]:
        """The version of every table, for the outputs that these tables judged."""
        return {
            "icd10cm": str(self._icd10cm.meta["version"]),
            "icd10cm-tabular": str(self._tabular.meta["version"]),
            "icd10pcs": str(self._icd10pcs.meta["version"]),
            "mce": str(self._icd10cm.meta["version"]),
        }


def _age_range(row: dict[str, str]) -> AgeRange:
    return AgeRange(
        row["category"],
        int(row["youngest"]),
        int(row["oldest"]),
        date.fromisoformat(row["first"]),
        date.fromisoformat(row["last"]),
    )


@lru_cache(1)
def load() -> CodeSets:
    """The code sets of this process."""
    return CodeSets()
