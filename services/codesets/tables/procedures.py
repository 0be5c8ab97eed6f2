"""HCPCS Level II, its modifiers, and a licensed CPT list.

The shape of a code says which list it belongs to; whether it exists is a question for that list. CPT is the
AMA's: without the user's licensed list a CPT number is `NOT_CHECKED`, unless an imported CMS table names it.
Source: 45 CFR 162.1002(a)(5) and (b); CMS, HCPCS Level II coding procedures; HCPC record layout.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from services.codesets.tables.rows import RowTable

_LEVEL_II: Final = re.compile(r"[A-V][0-9]{4}")
_CPT: Final = re.compile(r"[0-9]{4}[0-9AFMTU]")
_MODIFIER: Final = re.compile(r"[0-9A-Z]{2}")


class CodeFamily(StrEnum):
    """The list a five-character code belongs to, by its shape."""

    HCPCS = "hcpcs"
    CPT = "cpt"
    NONE = "none"


def family(code: str) -> CodeFamily:
    """`G0008` is HCPCS Level II, `99213`, `0001U`, `1170F`, `0042T` are CPT numbers."""
    bare = code.strip().upper()
    if _LEVEL_II.fullmatch(bare):
        return CodeFamily.HCPCS
    return CodeFamily.CPT if _CPT.fullmatch(bare) else CodeFamily.NONE


def modifier_shaped(modifier: str) -> bool:
    """Two letters or digits."""
    return _MODIFIER.fullmatch(modifier.strip().upper()) is not None


class Listed(StrEnum):
    """What a list says about a code on a day."""

    VALID = "valid"
    UNKNOWN = "unknown"  # the list covers the day and does not have the code
    NOT_YET = "not_yet"
    TERMINATED = "terminated"
    NOT_CHECKED = "not_checked"  # no list covers the code on that day
    MALFORMED = "malformed"  # the shape of no list


@dataclass(frozen=True, slots=True)
class Listing:
    """The answer, with the table and version that gave it (empty when none did)."""

    code: str
    listed: Listed
    source: str = ""
    text: str = ""


class CodeList(RowTable):
    """A list of codes with dates and, where the source gives them, texts: HCPCS, modifiers, CPT."""

    def look_up(self, code: str, on: date) -> Listing:
        """How the list has a code on a day it covers."""
        bare = code.strip().upper()
        source = f"{self.entry.table}@{self.version}"
        row = self.first(bare)
        if row is None:
            return Listing(bare, Listed.UNKNOWN, source)
        text, added, terminated, _ = row
        day = on.isoformat()
        listed = Listed.VALID
        if added is not None and day < added:
            listed = Listed.NOT_YET
        elif terminated is not None and day > terminated:
            listed = Listed.TERMINATED
        return Listing(bare, listed, source, text)

    def coverage_code(self, code: str) -> str:
        """Medicare's coverage code of a HCPCS code (`C`, `D`, `I`, `M`, `S`); empty when there is none."""
        row = self.first(code.strip().upper())
        return "" if row is None else str(row[3])
