"""Values as X12 005010 writes them: characters, lengths, numbers, days.

Characters: X12.6 names a basic set (capitals, digits, some signs) and an extended one (small letters and
more signs). Neither has accents; a delimiter may never occur in a value.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Final

ELEMENT: Final = "*"
COMPONENT: Final = ":"
REPETITION: Final = "^"
TERMINATOR: Final = "~"

_BASIC_SIGNS: Final = " !\"&'()+,-./;?="
_EXTENDED_SIGNS: Final = "%@[]_{}\\|<>#$"
_LETTERS: Final = {
    "\u00df": "ss",
    "\u00e6": "ae",
    "\u00c6": "AE",
    "\u0153": "oe",
    "\u0152": "OE",
    "\u00f8": "o",
    "\u00d8": "O",
    "\u0142": "l",
    "\u0141": "L",
    "\u0111": "d",
    "\u0110": "D",
    "\u2019": "'",
    "\u2018": "'",
    "\u201d": '"',
    "\u201c": '"',
    "\u2013": "-",
    "\u2014": "-",
}
"""Letters and signs that Unicode does not decompose into ASCII."""
_CACHED: Final = 16_384
"""Values that are kept of each kind: names, cities, codes, dollars and days come again and again."""


class Charset(StrEnum):
    """Which of X12's two character sets a trading partner takes."""

    BASIC = "basic"
    EXTENDED = "extended"


_ALLOWED: Final = {
    Charset.BASIC: frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" + _BASIC_SIGNS),
    Charset.EXTENDED: frozenset(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + _BASIC_SIGNS + _EXTENDED_SIGNS
    ),
}

_PLAIN: Final = {
    charset: re.compile("[{0}]+(?: [{0}]+)*".format(re.escape("".join(sorted(signs - {" "}))))).fullmatch
    for charset, signs in _ALLOWED.items()
}
"""What needs no folding: words of the set with single spaces between them."""


_BASIC: Final = Charset.BASIC

carried: Final = re.compile(f"[{re.escape(''.join(sorted(_ALLOWED[Charset.EXTENDED])))}]*").fullmatch
"""Whether a text can be sent as it stands: characters of X12 only, and no delimiter."""


class NotCarried(ValueError):
    """A coded value that X12 cannot carry as it stands."""


def clean(value: str, width: int, charset: Charset = _BASIC) -> str:
    """The value in the set's characters, single spaces, at most `width` long; what has no equal is left out.

    Delimiters become a space: they are in neither of the sets used here.
    """
    if charset is _BASIC:
        value = value.upper()
    if not _PLAIN[charset](value):
        value = _folded(value, charset)
    return value[:width].rstrip()


def element(width: int) -> Callable[[str], str]:
    """`clean` to that width, for values that come again: what was written is remembered."""

    @lru_cache(_CACHED)
    def written(value: str) -> str:
        return clean(value, width)

    return written


def as_it_stands(value: str) -> str:
    """A number or code that nobody may change; raises `NotCarried`."""
    if not carried(value):
        raise NotCarried
    return value


code: Final = lru_cache(_CACHED)(as_it_stands)
"""The same for codes that come again: folded, one would be another code."""


def _folded(value: str, charset: Charset) -> str:
    """Without accents, and without what is in no set."""
    value = "".join(_LETTERS.get(letter, letter) for letter in value)
    value = unicodedata.normalize("NFKD", value)
    if charset is Charset.BASIC:
        value = value.upper()
    allowed = _ALLOWED[charset]
    kept = (letter if letter in allowed else "" if unicodedata.combining(letter) else " " for letter in value)
    return " ".join("".join(kept).split())


def segment(*elements: str) -> str:
    """A segment without its terminator; empty elements at the end are left out."""
    return ELEMENT.join(elements).rstrip(ELEMENT)


def composite(*components: str) -> str:
    """A composite element; empty components at the end are left out."""
    return COMPONENT.join(components).rstrip(COMPONENT)


@lru_cache(_CACHED)
def number(value: Decimal | int) -> str:
    """A decimal number, without needless zeros after the point (X12 type R)."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") or "0" if "." in text else text


money: Final = number
"""Dollars are written as any number."""


@lru_cache(_CACHED)
def day(value: date) -> str:
    """CCYYMMDD (X12 D8)."""
    return f"{value.year:04d}{value.month:02d}{value.day:02d}"


def period(first: date, last: date) -> str:
    """CCYYMMDD-CCYYMMDD (X12 RD8)."""
    return f"{day(first)}-{day(last)}"


def dated(qualifier: str, first: date, last: date | None = None) -> str:
    """A DTP segment: one day, or a period."""
    if last is None:
        return f"DTP*{qualifier}*D8*{day(first)}"
    return f"DTP*{qualifier}*RD8*{period(first, last)}"


def minutes(value: datetime) -> str:
    """HHMM (X12 TM)."""
    return f"{value.hour:02d}{value.minute:02d}"


def digits(value: str) -> str:
    """Only the digits: a telephone or postal number, a tax id."""
    if value.isascii() and value.isdigit():
        return value
    return "".join(each for each in value if each in "0123456789")


@lru_cache(_CACHED)
def bare(value: str) -> str:
    """A diagnosis or procedure code as it is sent: without its dot; raises `NotCarried`."""
    return code(value).replace(".", "").strip().upper()


def chunks(values: Iterable[str], size: int) -> Iterable[tuple[str, ...]]:
    """The values in groups of at most `size`, in their order."""
    group: list[str] = []
    for value in values:
        group.append(value)
        if len(group) == size:
            yield tuple(group)
            group = []
    if group:
        yield tuple(group)
