"""The vocabularies of reading, loaded once from the YAML files beside this module."""

import re
from functools import cache
from itertools import product
from typing import Any, Final

from services.coder.kept import yaml_values

_CHOICE: Final = re.compile(r"\(([^()]*\|[^()]*)\)")
PLAIN: Final = str.maketrans(
    "\u2022\u00a0\u2002\u2003\u2009\u202f\u201c\u201d\u2019\u00e0\u00e1\u00e2\u00e4\u00e5\u00e7\u00e8\u00e9\u00ea\u00eb\u00ed\u00ee\u00ef\u00f1\u00f3\u00f4\u00f6\u00f8\u00fa\u00fb\u00fc",
    '\u00b7     ""\'aaaaaceeeeiiinoooouuu',
)
"""Letters without their accents, quotation marks straight: «Sj\u00f6gren», «M\u00e9ni\u00e8re»; spaces as
ASCII has them, for expressions know no others, and bullets as Latin-1 has them: what is all of one byte a
character is searched in half the time.
"""
_ASCII: Final = bytes(range(128))
_ASCII_LOWER: Final = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


@cache
def load(name: str) -> dict[str, Any]:
    """The content of the YAML file `name` of this package, a mapping at its top; every scalar is a string.

    The base loader is used because vocabulary is words: "no" and "on" must not turn into booleans.
    """
    content: dict[str, Any] = yaml_values(f"reading/{name}", "BaseLoader")
    return content


def fold(text: str) -> str:
    """`text` in lower case, as plain as `PLAIN` makes it; of the same length, so offsets agree."""
    if text.isascii():
        return text.lower()
    encoded = text.encode("utf-8", "surrogatepass")
    foreign = encoded.translate(None, _ASCII).decode("utf-8", "surrogatepass")
    if foreign == foreign.lower():  # mostly marks: what is to be lowered is ASCII
        lowered = encoded.lower().decode("utf-8", "surrogatepass")
    else:
        lowered = text.lower()
        foreign += foreign.lower()
    if len(lowered) != len(text):  # a few letters (Turkish dotted I) grow when lowered
        lowered = text.translate(_ASCII_LOWER)
    for letter in set(foreign):  # mostly one or two; to translate each character takes longer
        if ord(letter) in PLAIN:
            lowered = lowered.replace(letter, letter.translate(PLAIN))
    return lowered


def expand(phrase: str) -> list[str]:
    """Every phrase that a pattern with choices stands for: "no (clear|) sign(s|) of" gives four."""
    return [" ".join("".join(choice).split()) for choice in product(*choices(phrase))]


def choices(phrase: str) -> list[list[str]]:
    """The stretches of a pattern, each with its alternatives: "no (clear|) sign" gives [no], [clear, ""],
    [sign].
    """
    pieces = _CHOICE.split(phrase)
    return [piece.split("|") if index % 2 else [piece] for index, piece in enumerate(pieces)]


@cache
def phrase_set(name: str, key: str) -> frozenset[str]:
    """The phrases of one list of one file, expanded."""
    return frozenset(phrase for pattern in load(name)[key] for phrase in expand(pattern))
