"""The cues of `cues.yaml`: phrases to be found in folded text, and sets of words."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from services.coder.reading.kinds import PartKind, SectionKind
from services.coder.reading.tokens import word_end
from services.coder.reading.vocabulary import choices, expand, load

FILE: Final = "cues.yaml"
_CLASSES: Final = {
    "NUM": r"\d[\d.,/%]*",
    "PERIOD": r"(?:day|days|week|weeks|month|months|hour|hours|wk|wks|hr|hrs|year|years|yr|yrs)",
}
_NUMBER: Final = "NUM"
_FIRST_WORD: Final = re.compile(r"\s*\w+\W")
_CHOICE: Final = re.compile(r"\(([^()]*\|[^()]*)\)")


@cache
def words(key: str) -> frozenset[str]:
    """The phrases of one list."""
    return frozenset(phrase for pattern in load(FILE)[key] for phrase in expand(pattern))


@cache
def part_labels() -> dict[str, PartKind]:
    """Which part of a problem's text a label introduces."""
    return {label: PartKind(kind) for kind, labels in load(FILE)["parts"].items() for label in labels}


class Phrases:
    """Finds the phrases of a list, at word boundaries, in folded text.

    They are looked for only at the words that one of them begins with: to try each of a list's phrases at
    each character takes ten times as long.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        listed = list(phrases)
        alternatives = sorted({_expression(phrase) for phrase in listed}, key=lambda text: (-len(text), text))
        self._phrase = re.compile(rf"(?:{'|'.join(alternatives)})(?!\w)")
        self._beginnings = frozenset(word for phrase in listed for word in _beginnings(phrase))
        self._numbers = any(word.startswith(_NUMBER) for word in self._beginnings)

    def match(self, folded: str) -> re.Match[str] | None:
        """A phrase that a text begins with."""
        return self._phrase.match(folded)

    def search(self, folded: str, start: int, end: int) -> re.Match[str] | None:
        """The first phrase within `folded[start:end]`."""
        at = start
        if start > 0 and word_end(folded, start - 1, start) == start:
            at = word_end(folded, start, end)  # in the middle of a word none begins
        while at < end:
            stop = word_end(folded, at, end)
            if stop == at:
                at += 1
                continue
            if folded[at:stop] in self._beginnings or (self._numbers and folded[at].isdigit()):
                found = self._phrase.match(folded, at, end)
                if found is not None:
                    return found
            at = stop
        return None


@cache
def phrases(key: str) -> Phrases:
    """The phrases of one list."""
    return Phrases(load(FILE)[key])


@cache
def inference() -> dict[SectionKind, Phrases]:
    """For each part that a sentence without a heading may belong to, its cues, in order of precedence."""
    rows: dict[str, Any] = load(FILE)["inference"]
    return {SectionKind(kind): Phrases(listed) for kind, listed in rows.items()}


def _beginnings(phrase: str) -> set[str]:
    """The words that a phrase with choices may begin with."""
    begun = {""}
    for options in choices(phrase):
        begun = {text + option for text in begun for option in options}
        if all(_FIRST_WORD.match(text) for text in begun):
            break
    return {text.lstrip()[: word_end(text.lstrip(), 0, len(text))] for text in begun}


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
