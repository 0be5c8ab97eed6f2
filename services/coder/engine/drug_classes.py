"""The class that a drug belongs to, by its name, and the codes of the harm that its class did.

Drug classes and their codes: `data/drugs.csv`.
"""

import csv
from functools import cache
from importlib.resources import files
from itertools import islice
from sys import maxsize

from services.coder.engine.specificity import complete
from services.coder.reading.tokens import letter_runs
from services.coder.terminology.words import TOKEN


@cache
def drugs() -> dict[str, str]:
    """T code without its intent character, by lower-case drug name."""
    text = files("services.coder").joinpath("data/drugs.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(text.splitlines()))[1:]
    return {name: code for names, code, _ in rows for name in names.split("|")}


def first_named(
    folded: str, start: int = 0, end: int = maxsize, most: int = maxsize
) -> tuple[str, int, int] | None:
    """T code, beginning and end of the first drug among the first `most` words of `folded[start:end]`."""
    for word in islice(TOKEN.finditer(folded, start, end), most):
        base = drugs().get(word.group())
        if base:
            return base, word.start(), word.end()
    return None


def may_name_drug(folded: str) -> bool:
    """Whether a text may name a drug; cheap, and no for most texts."""
    return not _parts().isdisjoint(letter_runs(folded))


@cache
def _parts() -> frozenset[bytes]:
    """The longest run of letters of each drug's name."""
    return frozenset(max(letter_runs(name), key=len, default=b"") for name in drugs())


def code_of(base: str, character: str) -> str:
    """The code of an initial encounter: the class of a drug, then how it did harm."""
    return complete(f"{base}{character}", "A")
