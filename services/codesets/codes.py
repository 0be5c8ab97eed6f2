"""The written forms of a code.

People, FHIR and our events write ICD-10-CM with a dot (`E11.9`); X12, HL7 and every machine table write it
without (`E119`). One function, `normalise`, gives the dotted form, which is the form this package returns.
Every public method takes either form. `compact` gives the form without a dot.
Source: ICD-10-CM Official Guidelines, section I.A.2 (three to seven characters, decimal point after the
third).
"""

import re
from functools import lru_cache
from typing import Final

_SHAPE: Final = re.compile(r"[A-Z][0-9][0-9A-Z][0-9A-Z]{0,4}")
_KEY_BYTES: Final = 8


@lru_cache(65536)
def normalise(code: str) -> str:
    """An ICD-10-CM code as people write it: upper case, dot after the third character.

    What does not have the shape of a diagnosis code comes back trimmed and in upper case only, so the
    function is idempotent and never raises; whether a code exists is a question for `Icd10cm.status`.
    """
    text = code.strip().upper()
    bare = text.replace(".", "")
    if not _SHAPE.fullmatch(bare) or text not in (bare, dotted(bare), f"{bare}."):
        return text
    return dotted(bare)


@lru_cache(65536)
def compact(code: str) -> str:
    """The same code without a dot, for machine tables: `E11.9` -> `E119`."""
    return normalise(code).replace(".", "")


def dotted(bare: str) -> str:
    """Put the dot into a code that has none: `E119` -> `E11.9`, `I10` -> `I10`."""
    return f"{bare[:3]}.{bare[3:]}" if len(bare) > 3 else bare  # noqa: PLR2004 (a category has three characters)


@lru_cache(65536)
def pack(code: str) -> int | None:
    """A code of up to eight ASCII characters as an unsigned 64-bit key that sorts as the text does.

    None when the text does not fit: such a code is in no table.
    """
    if not code.isascii() or len(code) > _KEY_BYTES or "\0" in code:
        return None
    return int.from_bytes(code.encode("ascii").ljust(_KEY_BYTES, b"\0"), "big")


def unpack(key: int) -> str:
    """The code of a key made by `pack`."""
    return key.to_bytes(_KEY_BYTES, "big").rstrip(b"\0").decode("ascii")
