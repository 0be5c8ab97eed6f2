"""The cues of `cues.yaml`, compiled: regular expressions over folded text and sets of words."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from services.coder.reading.kinds import PartKind, SectionKind
from services.coder.reading.vocabulary import expand, load

FILE: Final = "cues.yaml"
_CLASSES: Final = {
    "NUM": r"\d[\d.,/%]*",
    "PERIOD": r"(?:day|days|week|weeks|month|months|hour|hours|wk|wks|hr|hrs|year|years|yr|yrs)",
}
_CHOICE: Final = re.compile(r"\(([^()]*\|[^()]*)\)")


@cache
def words(key: str) -> frozenset[str]:
    """The phrases of one list."""
    return frozenset(phrase for pattern in load(FILE)[key] for phrase in expand(pattern))


@cache
def part_labels() -> dict[str, PartKind]:
    """Which part of a problem's text a label introduces."""
    return {label: PartKind(kind) for kind, labels in load(FILE)["parts"].items() for label in labels}


@cache
def pattern(key: str) -> re.Pattern[str]:
    """One expression that finds any phrase of a list, at word boundaries, in folded text."""
    return _compile(load(FILE)[key])


@cache
def inference() -> dict[SectionKind, re.Pattern[str]]:
    """For each part that a sentence without a heading may belong to, the expression of its cues, in order of
    precedence.
    """
    rows: dict[str, Any] = load(FILE)["inference"]
    return {SectionKind(kind): _compile(phrases) for kind, phrases in rows.items()}


def _compile(phrases: Iterable[str]) -> re.Pattern[str]:
    alternatives = sorted({_expression(phrase) for phrase in phrases}, key=lambda text: (-len(text), text))
    return re.compile(rf"(?<!\w)(?:{'|'.join(alternatives)})(?!\w)")


def _expression(phrase: str) -> str:
    """A phrase with choices as an expression; its spaces match up to three white characters, or none about a
    mark.
    """
    pieces = _CHOICE.split(phrase)
    out: list[str] = []
    for index, piece in enumerate(pieces):
        if index % 2:
            out.append("(?:" + "|".join(_plain(option) for option in piece.split("|")) + ")")
        else:
            out.append(_plain(piece))
    return "".join(out).replace(r"\s{1,3}(?::", r"\s{0,3}(?::")


def _plain(text: str) -> str:
    escaped = re.escape(text).replace(r"\ ", " ")
    for mark in (r"\-", "/", ":", r"\."):
        escaped = escaped.replace(f" {mark} ", rf"\s?{mark}\s?")
    for name, expression in _CLASSES.items():
        escaped = escaped.replace(name, expression)
    return escaped.replace(" ", r"\s{1,3}")
