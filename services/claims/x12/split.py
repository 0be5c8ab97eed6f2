"""A claim with more lines than its form holds goes out as several, each a claim of its own to the payer.

The first part keeps the claim's control number; the others' end in `-2`, `-3` and so on. Every part carries
all diagnoses, so that its pointers keep their meaning, and the total of its own lines.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from services.contracts.base import NO_DOLLARS
from services.contracts.claim import Claim, ClaimLine
from services.contracts.encounter import ClaimType

MAX_LINES: Final = {ClaimType.PROFESSIONAL: 50, ClaimType.INSTITUTIONAL: 999}
"""Loop 2400 may occur 50 times in an 837P, 999 times in an 837I."""

MAX_CLAIMS: Final = 5_000
"""Claims in one transaction set (837 front matter, 1.3.2: recommended limit that payers enforce)."""

_CONTROL_WIDTH: Final = 20


class Part(NamedTuple):
    """What becomes one CLM."""

    claim: Claim
    control_number: str
    lines: tuple[ClaimLine, ...]
    total: Decimal


def parts(claim: Claim) -> Sequence[Part]:
    """The claim as the payer sees it: one part, or as many as its lines need."""
    size = MAX_LINES[claim.claim_type]
    if len(claim.lines) <= size:
        return (Part(claim, claim.patient_control_number, claim.lines, claim.total),)
    return [
        _part(claim, number, claim.lines[start : start + size])
        for number, start in enumerate(range(0, len(claim.lines), size), start=1)
    ]


def _part(claim: Claim, number: int, lines: tuple[ClaimLine, ...]) -> Part:
    total = sum((line.amount for line in lines), NO_DOLLARS)
    return Part(claim, part_number(claim.patient_control_number, number), lines, total)


def part_number(control_number: str, number: int) -> str:
    """The control number of the part."""
    if number == 1:
        return control_number
    suffix = f"-{number}"
    return control_number[: _CONTROL_WIDTH - len(suffix)] + suffix
