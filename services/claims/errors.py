"""What can go wrong when a claim is built.

ClaimError
└── Unbillable     a clean encounter lacks something that a claim cannot be without
"""


class ClaimError(Exception):
    """Root of the claims service's errors."""


class Unbillable(ClaimError):
    """The validator let pass what cannot be billed: names the missing part, never its value."""
