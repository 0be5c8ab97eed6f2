"""The national provider identifier."""

from functools import lru_cache
from typing import Final

_ISSUER: Final = "80840"
_LENGTH: Final = 10


@lru_cache(1 << 16)
def has_check_digit(npi: str) -> bool:
    """Whether ten digits are an NPI: Luhn's formula over 80840 and the NPI (CMS, 45 CFR 162.406)."""
    if len(npi) != _LENGTH or not (npi.isascii() and npi.isdigit()):
        return False
    digits = [int(digit) for digit in reversed(_ISSUER + npi)]
    return (sum(digits[::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])) % 10 == 0
