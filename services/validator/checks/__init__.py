"""The check functions that rules name, a module for each family; importing the package registers them."""

from services.validator.checks import coding, diagnoses, eligibility, lines, ncci, pairs, parties, timing
from services.validator.checks.registry import REGISTRY, Check

__all__ = [
    "REGISTRY",
    "Check",
    "coding",
    "diagnoses",
    "eligibility",
    "lines",
    "ncci",
    "pairs",
    "parties",
    "timing",
]
