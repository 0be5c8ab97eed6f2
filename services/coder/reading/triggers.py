"""The trigger phrases as an automaton over words: which rules and ends begin at a word."""

import re
from collections.abc import Sequence
from functools import cache, reduce
from typing import Any, Final

from services.coder.reading.kinds import Flag
from services.coder.reading.tokens import tokens_of
from services.coder.reading.vocabulary import choices, load

FILE: Final = "triggers.yaml"
CLOSING: Final = frozenset(",;.)/!?]")
_YEAR_DIGITS: Final = 4
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_NUMERIC: Final = frozenset("&0123456789")
_ALL: Final = 63  # every flag
_TERMINAL: Final = ""
_CLOSED: Final = "END"
_AHEAD: Final = "&"
_SPECIAL: Final = frozenset({_TERMINAL, _CLOSED, _AHEAD})
_Written = dict[str, Any]
"""A node as it is built: a word leads to the next node, "" to what the phrases ending here mean; END and & to
nodes that hold when the sentence or clause closes here, or when certain words follow.
"""


class Rule:
    """One entry of `rules`: what its phrases say, of mentions behind or before them (`forward`), and how far.

    `flag` is the integer of `said`, for flags are combined at every word.
    """

    def __init__(self, identifier: str, row: dict[str, Any]) -> None:
        self.id: Final = identifier
        self.flag: Final = _flags(row["flag"])
        self.said: Final = Flag(self.flag)
        self.forward: Final = row["direction"] == "after"
        self.scope: Final = int(row.get("scope", 0))
        self.clause: Final = "clause" in row
        self.lists: Final = "lists" in row
        self.stops: Final = "stops" in row
        self.causes: Final = "causes" in row


class Match:
    """The longest phrase at a word: its rules (none for a pseudo-trigger) and where its words end."""

    def __init__(self, rules: tuple[Rule, ...], end: int) -> None:
        self.rules: Final = rules
        self.end: Final = end


class _Node:
    """What the phrases mean that end behind the words read so far, or would if the sentence or clause closed
    here (`closing`) or certain words followed (`ahead`), and how phrases go on by the next word.
    """

    def __init__(self, written: _Written, made: dict[int, "_Node"]) -> None:
        self.following: Final = {
            word: _node(child, made) for word, child in written.items() if word not in _SPECIAL
        }
        self.alone: Final = not _SPECIAL.isdisjoint(written)
        """Whether a phrase may end here."""
        self.meanings: Final[tuple[Any, ...]] = written.get(_TERMINAL, ())
        self.closing: Final[tuple[Any, ...]] = written.get(_CLOSED, {}).get(_TERMINAL, ())
        self.ahead: Final = _node(written[_AHEAD], made) if _AHEAD in written else None


def _node(written: _Written, made: dict[int, _Node]) -> _Node:
    """The node of one as it is built; `made` are those made already, for tails are shared."""
    node = made.get(id(written))
    if node is None:
        node = made[id(written)] = _Node(written, made)
    return node


class Automaton:
    """Phrases stored word by word, classes resolved to their words: a walk needs one look-up a word."""

    def __init__(self, root: _Written) -> None:
        self._first: Final = _node(root, {}).following

    def candidates(self, keys: list[str]) -> list[int]:
        """Where a phrase may begin, told by two words: cheap, and nearly everywhere not."""
        found: list[int] = []
        last = len(keys) - 1
        for at, key in enumerate(keys):
            node = self._first.get(key)
            if node is not None and (node.alone or (at < last and keys[at + 1] in node.following)):
                found.append(at)
        return found

    def every(self, keys: list[str], at: int) -> list[tuple[Sequence[Any], int]]:
        """What every phrase from word `at`, a candidate, means and where its words end, the shorter first."""
        found: list[tuple[Sequence[Any], int]] = []
        _walk(self._first[keys[at]], keys, at + 1, found)
        return found


def _walk(start: _Node, keys: list[str], at: int, found: list[tuple[Sequence[Any], int]]) -> None:
    node: _Node | None = start
    count = len(keys)
    while node is not None:
        if node.meanings:
            found.append((node.meanings, at))
        if node.closing and (at >= count or keys[at] in CLOSING):
            found.append((node.closing, at))
        if node.ahead is not None:
            ahead: list[tuple[Sequence[Any], int]] = []
            _walk(node.ahead, keys, at, ahead)
            found.extend((meanings, at) for meanings, _ in ahead)
        if at >= count:
            return
        node = node.following.get(keys[at])
        at += 1


def keys_of(words: list[str]) -> list[str]:
    """Words as the automaton knows them: a number is NUM, or YEAR if it may be one; & is "and"."""
    return [_key(word) if word[0] in _NUMERIC else word for word in words]


def _key(word: str) -> str:
    if word == "&":
        return "and"
    return "YEAR" if len(word) == _YEAR_DIGITS and _YEAR.fullmatch(word) else "NUM"


@cache
def word_set(name: str) -> frozenset[str]:
    """One of the sets of `words`."""
    return frozenset(load(FILE)["words"][name])


def _modifiers() -> Automaton:
    """The phrases of `rules` and `pseudo`; a pseudo phrase's payload is None."""
    data = load(FILE)
    entries: list[tuple[str, Any]] = [(pattern, None) for pattern in data["pseudo"]]
    for identifier, row in data["rules"].items():
        rule = Rule(identifier, row)
        entries.extend((pattern, rule) for pattern in row["phrases"])
    return _build(entries, data["classes"])


def _ends() -> Automaton:
    """The phrases of `ends`; a payload is the flags whose scopes end there."""
    data = load(FILE)
    entries: list[tuple[str, Any]] = []
    for row in data["ends"].values():
        flags = _ALL if "of" not in row else _flags(row["of"])
        entries.extend((pattern, flags) for pattern in row["phrases"])
    return _build(entries, data["classes"])


def _flags(names: str | list[str]) -> int:
    """The flag of one name or of several, as an integer: flags are combined at every word."""
    listed = [names] if isinstance(names, str) else names
    return sum({int(Flag[name.upper()]) for name in listed})


def _build(entries: Sequence[tuple[str, Any]], classes: dict[str, list[str]]) -> Automaton:
    builder = _Builder({**classes, "NUM": ["NUM", "YEAR"]})
    root: _Written = {}
    for pattern, payload in entries:
        root = builder.merge(root, builder.phrase(pattern, payload))
    return Automaton(root)


class _Builder:
    """Makes patterns into nodes and nodes into one; equal merges are made once, for nodes are shared and
    never changed.
    """

    def __init__(self, classes: dict[str, list[str]]) -> None:
        self._classes = classes
        self._merged: dict[tuple[int, int], tuple[_Written, _Written, _Written]] = {}

    def phrase(self, pattern: str, payload: Any) -> _Written:  # noqa: ANN401
        """The node at which the phrases of a pattern with choices begin; built from its end, so that tails
        are shared.
        """
        node: _Written = {_TERMINAL: (payload,)}
        for options in reversed(choices(pattern)):
            alternatives = [self._before(option, node) for option in options]
            node = reduce(self.merge, alternatives)
        return node

    def _before(self, option: str, node: _Written) -> _Written:
        """The node from which the words of one option lead to `node`."""
        for word in reversed(option.split()):
            pieces = (word,) if word.isupper() else tokens_of(word)
            for piece in reversed(pieces):
                node = dict.fromkeys(self._classes.get(piece, (piece,)), node)
        return node

    def merge(self, left: _Written, right: _Written) -> _Written:
        """Both nodes in one, neither changed."""
        known = self._merged.get((id(left), id(right)))
        if known is not None:
            return known[2]
        merged = dict(left)
        for name, child in right.items():
            if name == _TERMINAL:
                merged[name] = (
                    *merged.get(name, ()),
                    *(item for item in child if item not in merged.get(name, ())),
                )
            else:
                merged[name] = self.merge(merged[name], child) if name in merged else child
        self._merged[id(left), id(right)] = (left, right, merged)  # all kept, so that no id is used again
        return merged


def match_modifier(keys: list[str], at: int) -> Match | None:
    """The longest modifier or pseudo phrase that begins at a word; pseudo wins when both are equally long."""
    found = MODIFIERS.every(keys, at)
    if not found:
        return None
    rules, end = found[-1]
    return Match((), end) if None in rules else Match(tuple(rules), end)


def match_end(keys: list[str], at: int) -> int:
    """The flags whose scopes end at a word: every phrase that begins there counts, not the longest only."""
    flags = 0
    for meanings, _ in ENDS.every(keys, at):
        for flag in meanings:
            flags |= flag
    return flags


MODIFIERS: Final = _modifiers()
ENDS: Final = _ends()
