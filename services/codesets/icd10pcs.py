"""ICD-10-PCS as of one day of discharge (inpatient procedures).

Validity only: no package carries titles that may be shipped with ours. Codes have seven characters and no
dot.
Source: 45 CFR 162.1002(c); CMS's MCE procedure master.
"""

from datetime import date

from services.codesets.validity import Period, Standing, Status, Validity

_LENGTH = 7


class Icd10pcs:
    """The procedure code set on one day."""

    def __init__(self, on: date, validity: Validity) -> None:
        """`validity` is the compiled procedure master."""
        self.on = on
        self._validity = validity

    def status(self, code: str) -> Status:
        """How a code stands on the day. PCS has no headers: fewer than seven characters is unknown."""
        bare = code.strip().upper()
        standing = self._validity.standing(bare, self.on)
        if standing is Standing.HEADER:
            standing = Standing.UNKNOWN
        periods: tuple[Period, ...] = self._validity.periods(bare)
        return Status(bare, self.on, standing, periods)

    def valid(self, code: str) -> bool:
        """In force on the day."""
        bare = code.strip().upper()
        return len(bare) == _LENGTH and self._validity.flags(bare, self.on) is not None

    def flags(self, code: str) -> frozenset[str] | None:
        """The MCE flags of a procedure (`noncovered`, `lcov` ...); None when it is not in force."""
        return self._validity.flags(code.strip().upper(), self.on)
