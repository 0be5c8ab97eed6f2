"""One disease in several places of one line, where the classification has a code for each: «thrombosis of the
popliteal and peroneal veins».

The places and their codes are data: `data/sites.yaml`.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Final

from services.coder.engine.model import Mention
from services.coder.engine.rules import Index
from services.coder.engine.tables import table

_SUBCATEGORY: Final = 5  # characters


def apart(mentions: Iterable[Mention]) -> Iterator[Mention]:
    """The mentions, those of several places once for each, with the code of the place."""
    for mention in mentions:
        rule = _rules().first(mention.code)
        yield from _each(mention, rule) if rule is not None else (mention,)


def _each(mention: Mention, rule: dict[str, Any]) -> Iterator[Mention]:
    """The mention for each place that its line names, of the kind that it says; itself where it names
    none.
    """
    named: list[str] = []
    if mention.line.isdisjoint(rule["but"]):
        named = sorted({code for word, code in rule["sites"].items() if word in mention.line})
    for code in named or (mention.code,):
        yield mention.having(code=_of_kind(code, mention, rule["chronic"]))


def _of_kind(code: str, mention: Mention, chronic: dict[str, str]) -> str:
    """The code of the chronic disease, where the line says chronic and not acute."""
    instead = chronic.get(code[:_SUBCATEGORY])
    if instead is None or "chronic" not in mention.line or "acute" in mention.line:
        return code
    return instead + code[_SUBCATEGORY:]


@cache
def _rules() -> Index[dict[str, Any]]:
    """The rules, by the codes that they are for."""
    return Index((rule, (tuple(rule["for"]),)) for rule in table("sites"))
