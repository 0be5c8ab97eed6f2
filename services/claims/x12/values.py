"""Elements as values: numbers and days, or nothing where they are none."""

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

_NUMBER: Final = re.compile(r"-?(?:[0-9]{1,15}(?:\.[0-9]{0,6})?|\.[0-9]{1,6})")
_DOLLARS: Final = re.compile(r"-?(?:[0-9]{1,12}(?:\.[0-9]{0,2}0*)?|\.[0-9]{1,2}0*)")
_CENT: Final = Decimal("0.01")
_CACHED: Final = 16_384


@lru_cache(_CACHED)
def number_of(text: str) -> Decimal | None:
    """An X12 number (types N and R)."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


@lru_cache(_CACHED)
def dollars_of(text: str) -> Decimal | None:
    """Dollars with at most two decimals that say something, below 10^12."""
    return Decimal(text).quantize(_CENT) if len(text) <= 18 and _DOLLARS.fullmatch(text) else None  # noqa: PLR2004


@lru_cache(_CACHED)
def day_of(text: str) -> date | None:
    """CCYYMMDD at the beginning of the text."""
    head = text[:8]
    if len(head) < 8 or not (head.isascii() and head.isdigit()):  # noqa: PLR2004 (CCYYMMDD)
        return None
    try:
        return date(int(head[:4]), int(head[4:6]), int(head[6:8]))
    except ValueError:
        return None
