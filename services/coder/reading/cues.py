"""The cues of `cues.yaml`: phrases to be found in folded text, and sets of words."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from services.coder.reading.kinds import PartKind, SectionKind
from services.coder.reading.tokens import rough_words, word_end, words_between
from services.coder.reading.vocabulary import choices, expand, load

FILE: Final = "cues.yaml"
_CLASSES: Final = {
    "NUM": r"\d[\d.,/%]*",
    "PERIOD": r"(?:day|days|week|weeks|month|months|hour|hours|wk|wks|hr|hrs|year|years|yr|yrs)",
}
_NUMBER: Final = "NUM"
_ZERO: Final = ord("0")
_DIGIT: Final = b"0"
_ANY: Final = b""
_CLASS: Final = re.compile(r"[A-Z].*")
_TWO: Final = re.compile(r"\s*\w+\W+\w+\W")
_CHOICE: Final = re.compile(r"\(([^()]*\|[^()]*)\)")


@cache
def words(key: str) -> frozenset[str]:
    """The phrases of one list."""
    return frozenset(phrase for pattern in load(FILE)[key] for phrase in expand(pattern))


@cache
def part_labels() -> dict[str, PartKind]:
    """Which part of a problem's text a label introduces."""
    return {label: PartKind(kind) for kind, labels in load(FILE)["parts"].items() for label in labels}


class Beginnings:
    """The first two words of the phrases of some lists, and which lists have a phrase that begins so.

    They are told among the rough words of a text, which is cheap, and mostly no phrase is there.
    """

    def __init__(self, listed: Iterable[Iterable[str]]) -> None:
        self._behind: dict[bytes, dict[bytes, set[int]]] = {}
        """By first and second word; b"" stands for whatever is behind a phrase of one word."""
        for index, phrases in enumerate(listed):
            for beginning in (begun for phrase in phrases for begun in _beginnings(phrase)):
                told = rough_words(_CLASS.sub("", beginning.replace(_NUMBER, "0")))
                first, second = _key(told[0]), _key(told[1]) if len(told) > 1 else _ANY
                self._behind.setdefault(first, {}).setdefault(second, set()).add(index)
        for behind in self._behind.values():
            for lists in behind.values():
                lists.update(behind.get(_ANY, ()))

    def told(self, rough: list[bytes]) -> set[int]:
        """The lists that may have a phrase in a text of these rough words."""
        found: set[int] = set()
        last = len(rough) - 1
        for at, word in enumerate(rough):
            behind = self._behind.get(_key(word))
            if behind is None:
                continue
            lists = behind.get(_key(rough[at + 1])) if at < last else None
            if lists is None:
                lists = behind.get(_ANY)
            if lists is not None:
                found.update(lists)
        return found


class Phrases:
    """Finds the phrases of a list, at word boundaries, in folded text.

    They are looked for only at the words that one of them begins with, and there only those: to try each of a
    list's phrases at each character takes ten times as long.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        self.listed: Final = list(phrases)
        self._by_word: dict[str, set[str]] = {}
        for phrase in self.listed:
            for word in {begun[: word_end(begun, 0, len(begun))] for begun in _beginnings(phrase)}:
                self._by_word.setdefault(_NUMBER if word.startswith(_NUMBER) else word, set()).add(phrase)
        self._numbers = _NUMBER in self._by_word
        self._beginnings = Beginnings([self.listed])
        self._found: dict[str, re.Pattern[str]] = {}

    def match(self, folded: str) -> re.Match[str] | None:
        """A phrase that a text begins with."""
        return self.among(folded, [(0, folded[: word_end(folded, 0, len(folded))])], len(folded))

    def search(self, folded: str, start: int, end: int) -> re.Match[str] | None:
        """The first phrase within `folded[start:end]`."""
        if not self._beginnings.told(rough_words(folded[start:end])):
            return None
        return self.among(folded, words_between(folded, start, end), end)

    def among(self, folded: str, places: list[tuple[int, str]], end: int) -> re.Match[str] | None:
        """The first phrase that begins with one of the words at some places, and ends before `end`."""
        for at, word in places:
            if word in self._by_word or (self._numbers and _is_number(word)):
                found = self._at(folded, at, word, end)
                if found is not None:
                    return found
        return None

    def _at(self, folded: str, at: int, word: str, end: int) -> re.Match[str] | None:
        """The phrase, the longest first, that begins with a word at a place, with which phrases begin."""
        beginning = word if word in self._by_word else _NUMBER
        expression = self._found.get(beginning)
        if expression is None:
            listed = {*self._by_word[beginning]}
            if _is_number(word):
                listed.update(self._by_word.get(_NUMBER, ()))
            expression = self._found[beginning] = _longest(listed)
        return expression.match(folded, at, end)


class Sorting:
    """Lists of phrases in order of precedence: which is the first that has one in a text."""

    def __init__(self, listed: dict[SectionKind, Phrases]) -> None:
        self._kinds = list(listed)
        self._phrases = list(listed.values())
        self._beginnings = Beginnings(each.listed for each in self._phrases)

    def kind(self, folded: str, start: int, end: int) -> SectionKind | None:
        """What the first list stands for that has a phrase within `folded[start:end]`."""
        possible = self._beginnings.told(rough_words(folded[start:end]))
        if not possible:
            return None
        places = words_between(folded, start, end)
        for index in sorted(possible):
            if self._phrases[index].among(folded, places, end) is not None:
                return self._kinds[index]
        return None


def _is_number(word: str) -> bool:
    return "0" <= word[:1] <= "9"


def _key(rough: bytes) -> bytes:
    """A rough word, or what stands for each that begins as a number."""
    return _DIGIT if rough[0] == _ZERO else rough


def _longest(listed: Iterable[str]) -> re.Pattern[str]:
    """The longest of some phrases, up to the end of its last word."""
    alternatives = sorted({_expression(phrase) for phrase in listed}, key=lambda text: (-len(text), text))
    return re.compile(rf"(?:{'|'.join(alternatives)})(?!\w)")


@cache
def phrases(key: str) -> Phrases:
    """The phrases of one list."""
    return Phrases(load(FILE)[key])


@cache
def inference() -> dict[SectionKind, Phrases]:
    """For each part that a sentence without a heading may belong to, its cues, in order of precedence."""
    rows: dict[str, Any] = load(FILE)["inference"]
    return {SectionKind(kind): Phrases(listed) for kind, listed in rows.items()}


@cache
def sorting() -> Sorting:
    """Tells by its cues which part a sentence belongs to."""
    return Sorting(inference())


def _beginnings(phrase: str) -> set[str]:
    """What a phrase with choices may begin with: two words, or all of it where it has fewer."""
    begun = {""}
    for options in choices(phrase):
        begun = {text + option for text in begun for option in ([""] if _TWO.match(text) else options)}
    return {text.lstrip() for text in begun}


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
