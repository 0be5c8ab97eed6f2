"""The check functions that rules name, a module for each family; importing the package registers them."""

from services.validator.checks import (
    authorisation,
    coding,
    conventions,
    diagnoses,
    eligibility,
    institutional,
    lines,
    modifiers,
    ncci,
    pairs,
    parties,
    surgery,
    timing,
    visits,
)
from services.validator.checks.registry import REGISTRY, Check

__all__ = [
    "REGISTRY",
    "Check",
    "authorisation",
    "coding",
    "conventions",
    "diagnoses",
    "eligibility",
    "institutional",
    "lines",
    "modifiers",
    "ncci",
    "pairs",
    "parties",
    "surgery",
    "timing",
    "visits",
]
