"""One claim of an 837 beyond its syntax: its sums, pointers, codes and numbers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from services.claims.x12.split import MAX_LINES
from services.codesets import CodeSets, Standing
from services.codesets.tables.procedures import Listed
from services.contracts.encounter import ClaimType
from services.contracts.npi import has_check_digit

DIAGNOSES: Final = frozenset({"ABK", "ABF", "ABJ", "APR", "ABN"})
PROCEDURES: Final = frozenset({"BBR", "BBQ"})
_ALL_DIAGNOSES: Final = DIAGNOSES | {"BK", "BF", "BJ", "PR", "BN"}
_CANNOT_SAY: Final = (Standing.NOT_COVERED, Standing.NO_VERSION)
_NDC_DIGITS: Final = 11

Found = Iterator[tuple[int, str, str]]
"""Segment number, element, message."""


@dataclass(slots=True)
class Line:
    """A service line as it was read."""

    segment: int
    amount: Decimal
    pointers: tuple[str, ...]
    code: str
    pointed: bool
    day: date | None = None
    control: str = ""
    control_segment: int = 0
    decided: dict[str, Decimal] = field(default_factory=dict)


@dataclass(slots=True)
class ClaimSeen:
    """A claim as it was read, from CLM to before the next one."""

    segment: int
    total: Decimal | None
    codes: list[tuple[int, str, str]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    first: date | None = None
    last: date | None = None
    payer: str = ""

    def diagnoses(self) -> int:
        """How many diagnoses there are to point to."""
        return sum(1 for _, kind, _ in self.codes if kind in _ALL_DIAGNOSES)


def judge(claim: ClaimSeen, sets: CodeSets | None) -> Found:
    """Every finding of a finished claim."""
    if claim.total is None:
        yield claim.segment, "CLM02", "the claim's total is no number"
    else:
        due = sum((line.amount for line in claim.lines), Decimal(0))
        if due != claim.total:
            yield claim.segment, "CLM02", f"the total is {claim.total}; the lines sum to {due}"
    yield from _lines(claim)
    yield from _codes(claim, sets)


def _lines(claim: ClaimSeen) -> Found:
    professional = any(line.pointed for line in claim.lines)
    most = MAX_LINES[ClaimType.PROFESSIONAL if professional else ClaimType.INSTITUTIONAL]
    if len(claim.lines) > most:
        yield claim.segment, "LX", f"{len(claim.lines)} lines; a claim of this form holds {most}"
    known, seen = claim.diagnoses(), set[str]()
    for line in claim.lines:
        if line.pointed and not line.pointers:
            yield line.segment, "SV107", "the line points to no diagnosis"
        for pointer in line.pointers:
            if not pointer.isdigit() or not 1 <= int(pointer) <= known:
                yield line.segment, "SV107", f"points to diagnosis {pointer}; there are {known}"
        if line.control and line.control in seen:
            yield line.control_segment, "REF*6R", "the line's control number occurs twice in the claim"
        seen.add(line.control)
        for payer, decided in line.decided.items():
            if decided != line.amount:
                yield line.segment, "SVD", f"payer {payer} paid and adjusted {decided} of {line.amount}"


def _codes(claim: ClaimSeen, sets: CodeSets | None) -> Found:
    for segment, kind, code in claim.codes:
        if "." in code:
            yield segment, f"HI {kind}", "an ICD code is sent without its dot"
    if sets is None:
        return
    on = claim.last or max((line.day for line in claim.lines if line.day), default=None)
    if on is not None:
        for segment, kind, code in claim.codes:
            standing = _standing(sets, kind, code.replace(".", ""), on)
            if standing is not None and standing is not Standing.VALID and standing not in _CANNOT_SAY:
                yield segment, f"HI {kind}", f"{code} is {standing.value.replace('_', ' ')} on {on}"
    for line in claim.lines:
        when = line.day or on
        if line.code and when is not None:
            listed = sets.procedure(line.code, when).listed
            if listed not in (Listed.VALID, Listed.NOT_CHECKED):
                yield line.segment, "SV1/SV2", f"procedure {line.code} is {listed.value} on {when}"


def _standing(sets: CodeSets, kind: str, code: str, on: date) -> Standing | None:
    if kind in DIAGNOSES:
        return sets.icd10cm(on).status(code).standing
    if kind in PROCEDURES:
        return sets.icd10pcs(on).status(code).standing
    return None


def npi_fault(npi: str) -> str:
    """What is wrong with an NPI: ten digits, the last a Luhn check over 80840 and them (45 CFR 162.406)."""
    if not (len(npi) == 10 and npi.isascii() and npi.isdigit()):  # noqa: PLR2004 (an NPI's digits)
        return "an NPI has ten digits"
    return "" if has_check_digit(npi) else "the NPI's check digit is wrong"


def ndc_fault(ndc: str) -> str:
    """What is wrong with a drug code: eleven digits (5-4-2) without hyphens."""
    return "" if len(ndc) == _NDC_DIGITS and ndc.isdigit() else "a drug code has eleven digits"
