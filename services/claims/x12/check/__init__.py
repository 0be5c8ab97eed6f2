"""What a file of claims must hold beyond X12's syntax: checks that syntax checkers do not make.

`check(stream)` gives every finding, located by segment: envelopes and their counts, NPI check digits,
pointers that point, ICD codes without dots and in force on the day, procedure codes that exist, totals that
are the sum of their lines, control numbers that are unique. Memory grows with the control numbers seen.
"""

from services.claims.x12.check.file import Report, check

__all__ = ["Report", "check"]
