"""The trigger phrases as an automaton over words: which rules and ends begin at a word."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from typing import Any, Final, NamedTuple

from services.coder.reading.kinds import Flag
from services.coder.reading.vocabulary import expand, load

FILE: Final = "triggers.yaml"
WORDS: Final = re.compile(r"\w+(?:'\w+)?|[^\w\s]")
CLOSING: Final = frozenset(",;.)/!?]")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_ALL: Final = Flag(63)
_TERMINAL: Final = ""


class Rule(NamedTuple):
    """One entry of `rules`: what its phrases say, of mentions on which side, and how far."""

    id: str
    flag: Flag
    direction: str
    scope: int
    clause: bool
    lists: bool


class Match(NamedTuple):
    """The longest phrase at a word: the rules it gives (none for a pseudo-trigger) and where its words end."""

    rules: tuple[Rule, ...]
    end: int


class _Phrase(NamedTuple):
    """The end of a phrase in the automaton: its words' number without the look-ahead, and what it means."""

    length: int
    payload: Any


_Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Automaton:
    """Phrases stored word by word, so that one walk from a word finds the longest phrase that begins there."""

    root: _Node
    starts: frozenset[str]
    classes: dict[str, tuple[str, ...]]

    def longest(self, words: Sequence[str], at: int) -> list[_Phrase]:
        """The phrases, all equally long, of the longest match that begins at word `at`."""
        best: list[_Phrase] = []
        frontier = [self.root]
        count = len(words)
        for index in range(at, count + 1):
            word = words[index] if index < count else ""
            names = self.names(word) if word else ("END",)
            following: list[_Node] = []
            for node in frontier:
                for name in names:
                    if name in node:
                        following.append(node[name])
            ended = [phrase for node in following for phrase in node.get(_TERMINAL, ())]
            best = ended or best
            frontier = following
            if not frontier:
                break
        return best

    def names(self, word: str) -> tuple[str, ...]:
        """A word and the classes it belongs to: what it may be called in a phrase."""
        found = self.classes.get(word)
        if found is not None:
            return found
        if word[0].isdigit():
            return (word, "NUM", "YEAR") if _YEAR.fullmatch(word) else (word, "NUM")
        return (word,)


@cache
def modifiers() -> Automaton:
    """The phrases of `rules` and `pseudo`; a pseudo phrase's payload is None."""
    data = load(FILE)
    entries: list[tuple[str, Any]] = [(pattern, None) for pattern in data["pseudo"]]
    for identifier, row in data["rules"].items():
        rule = Rule(
            identifier,
            _flags(row["flag"]),
            row["direction"],
            int(row.get("scope", 0)),
            "clause" in row,
            "lists" in row,
        )
        entries.extend((pattern, rule) for pattern in row["phrases"])
    return _build(entries, data["classes"])


@cache
def ends() -> Automaton:
    """The phrases of `ends`; a payload is the flags whose scopes end there."""
    data = load(FILE)
    entries: list[tuple[str, Any]] = []
    for row in data["ends"].values():
        flags = _ALL if "of" not in row else _flags(row["of"])
        entries.extend((pattern, flags) for pattern in row["phrases"])
    return _build(entries, data["classes"])


def _flags(names: str | list[str]) -> Flag:
    """The flag of one name, or of several together."""
    listed = [names] if isinstance(names, str) else names
    return reduce(or_, (Flag[name.upper()] for name in listed), Flag.NONE)


def _build(entries: Sequence[tuple[str, Any]], classes: dict[str, list[str]]) -> Automaton:
    root: _Node = {}
    for pattern, payload in entries:
        for phrase in expand(pattern):
            _insert(root, phrase, payload)
    members: dict[str, tuple[str, ...]] = {}
    for name, words in classes.items():
        for word in words:
            members[word] = (*members.get(word, (word,)), name)
    for mark in CLOSING:
        members[mark] = (*members.get(mark, (mark,)), "END")
    starts = {word for word, names in members.items() if any(name in root for name in names)}
    return Automaton(root, frozenset(starts | set(root)), members)


def _insert(root: _Node, phrase: str, payload: Any) -> None:  # noqa: ANN401 (the automaton does not look into it)
    """Add one phrase; words after & must follow and are not counted, END never is."""
    node = root
    counted, length = True, 0
    for word in phrase.split():
        if word == "&":
            counted = False
            continue
        for piece in (word,) if word.isupper() else WORDS.findall(word):
            node = node.setdefault(piece, {})
            length += counted
    node.setdefault(_TERMINAL, []).append(_Phrase(length, payload))


def match_modifier(words: Sequence[str], at: int) -> Match | None:
    """The longest modifier or pseudo phrase that begins at a word; pseudo wins when both are."""
    automaton = modifiers()
    word = words[at]
    if word not in automaton.starts and not word[0].isdigit():
        return None
    found = automaton.longest(words, at)
    if not found:
        return None
    pseudo = [phrase for phrase in found if phrase.payload is None]
    chosen = pseudo or found
    return Match(tuple(phrase.payload for phrase in chosen if phrase.payload is not None), at + chosen[0].length)


def match_end(words: Sequence[str], at: int) -> Flag:
    """The flags whose scopes end at a word: every phrase that begins there counts, not the longest only."""
    automaton = ends()
    word = words[at]
    if word not in automaton.starts and not word[0].isdigit():
        return Flag.NONE
    flags = Flag.NONE
    frontier = [automaton.root]
    for index in range(at, len(words)):
        following = [node[name] for node in frontier for name in automaton.names(words[index]) if name in node]
        for node in following:
            for phrase in node.get(_TERMINAL, ()):
                flags |= phrase.payload
        frontier = following
        if not frontier:
            break
    return flags
