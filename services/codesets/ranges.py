"""Code references in the notes of the tabular list, read from their free text.

The tabular list writes references as people do: `(J12.0)`, `(C00-C96)`, `(I60.-)`, `(O00-O07, O08.-)`,
`(T36-T50 with fifth or sixth character 5)`, `(E08-E13 with .51-.52)`, `(I69. with final characters -23)`.
`code_ranges` turns them into `CodeRange` objects. What a reference says in words that no code can answer
("with ketoacidosis") is kept as an unclear condition: `contains` says yes and `certain` says no.
Source: ICD-10-CM Official Guidelines, sections I.A.4 to I.A.17 (conventions of the tabular list).
"""

import re
from dataclasses import dataclass
from typing import Any, Final

from services.codesets.codes import compact, dotted

_CATEGORY: Final = 3
_FULL: Final = 7
# Three neoplasm categories were added out of alphabetical order; the tabular list prints C7A and C7B
# between C75 and C76, and D3A between D36 and D37, and its ranges mean that order.
_ORDER: Final = {"C7A": "C75A", "C7B": "C75B", "D3A": "D36A"}


@dataclass(frozen=True, slots=True)
class Condition:
    """The `with ...` part of a reference.

    kind: `subcategory` (what follows the category starts so), `final` (the code, without 7th character and
    placeholder, ends so), `position` (the characters from `position` are one of these), `intent` (fifth or
    sixth character, whichever is the last meaningful one), `unclear` (words; cannot be answered from the
    code).
    """

    kind: str
    values: tuple[str, ...]
    position: int = 0

    def holds(self, code: str) -> bool:
        """Whether a code without dot fulfils the condition; an unclear one counts as fulfilled."""
        match self.kind:
            case "subcategory":
                return code[_CATEGORY:].startswith(self.values)
            case "final":
                return code[: _FULL - 1].rstrip("X").endswith(self.values)
            case "position":
                return code[self.position - 1 :].startswith(self.values)
            case "intent":
                return code[4:6].rstrip("X")[-1:] in self.values
            case _:
                return True


@dataclass(frozen=True, slots=True)
class CodeRange:
    """Codes from `first` to `last` (both without dot, both with all their descendants)."""

    first: str
    last: str
    condition: Condition | None = None

    @property
    def certain(self) -> bool:
        """False when the reference carries words that a code cannot answer."""
        return self.condition is None or self.condition.kind != "unclear"

    def contains(self, code: str) -> bool:
        """Whether a code (with or without dot) is in the range; a header above the range is not."""
        return self.holds(compact(code))

    def holds(self, bare: str) -> bool:
        """`contains` for a code that has no dot."""
        category, rest = _split(bare)
        low, low_rest = _split(self.first)
        high, high_rest = _split(self.last)
        inside = (category, rest) >= (low, low_rest) and (category, rest[: len(high_rest)]) <= (
            high,
            high_rest,
        )
        return inside and (self.condition is None or self.condition.holds(bare))

    def __str__(self) -> str:
        """`J12.0` or `C00-C96`."""
        ends = dotted(self.first)
        return ends if self.first == self.last else f"{ends}-{dotted(self.last)}"

    def pack(self) -> list[Any]:
        """As a JSON array, for the compiled table."""
        condition = self.condition
        tail = [] if condition is None else [condition.kind, list(condition.values), condition.position]
        return [self.first, self.last, *tail]

    @classmethod
    def unpack(cls, packed: list[Any]) -> "CodeRange":
        """From the form of `pack`."""
        first, last, *tail = packed
        return cls(first, last, Condition(tail[0], tuple(tail[1]), tail[2]) if tail else None)


def _split(bare: str) -> tuple[str, str]:
    category = bare[:_CATEGORY]
    return _ORDER.get(category, category), bare[_CATEGORY:]


_CODE: Final = r"[A-Z]\d[0-9A-Z](?:\.[0-9A-Zx]{1,4})?(?![0-9A-Za-z])"
_REFERENCE: Final = re.compile(rf"(?<![A-Za-z0-9/])({_CODE})(?:\.?-?\s*(?:-|to)\s*({_CODE})|)")
_GROUP: Final = re.compile(r"\(([^()]*?)(?:[)}]|$)")
_SCOPE: Final = re.compile(r"for codes? .*? to identify")
_WITH: Final = re.compile(r"\s*,?\s*with\s+(.+)$")
_ORDINAL: Final = {"fifth": 5, "5th": 5, "sixth": 6, "six": 6, "6th": 6, "seventh": 7, "7th": 7}
_ORDINALS: Final = r"(?:fifth|5th|sixth|six|6th|seventh|7th)"
_POSITION: Final = re.compile(
    rf"({_ORDINALS})(?:\s+(or|to)\s+{_ORDINALS})?[\s-]+characters?\s+\.?([0-9A-Z]\S*(?:\s+or\s+\S+)*)$"
)


def code_ranges(note: str) -> tuple[CodeRange, ...]:
    """Every code reference of a note, in the note's order.

    When parentheses hold references only they count: in "tuberculosis, any type in A15 (J65)" the note
    excludes J65.
    """
    text = _SCOPE.sub("", note)
    groups = [group for group in _GROUP.findall(text) if _REFERENCE.search(group)]
    found: list[CodeRange] = []
    for group in groups or [re.sub(r"\([^()]*\)", " ", text)]:
        references, condition = _take_condition(group)
        for first, last in _REFERENCE.findall(references):
            low = first.upper().replace(".", "")
            found.append(CodeRange(low, last.upper().replace(".", "") or low, condition))
    return tuple(found)


def _take_condition(group: str) -> tuple[str, Condition | None]:
    match = _WITH.search(group)
    if match is None or not _REFERENCE.search(group[: match.start()]):
        return group, None
    return group[: match.start()], _condition(match.group(1).strip())


def _condition(words: str) -> Condition:
    position = _POSITION.match(words)
    if position is not None:
        return _by_position(position)
    if words.startswith("final character"):
        return Condition("final", tuple(re.findall(r"[0-9]+", words)))
    if words.startswith("."):
        return Condition("subcategory", _values(re.sub(r"[.,]", " ", words)))
    if words == "open fracture 7th character":
        # B, C: open type I/II and IIIA-IIIC at the initial encounter; the later ones are subsequent care.
        return Condition("position", ("B", "C"), 7)
    return Condition("unclear", (words,))


def _by_position(match: re.Match[str]) -> Condition:
    ordinal, joint, characters = match.groups()
    values = _values(characters)
    return Condition("intent", values) if joint == "or" else Condition("position", values, _ORDINAL[ordinal])


def _values(words: str) -> tuple[str, ...]:
    """`1-4 or 6` -> 1 2 3 4 6; `51- 52` -> 51 52; `62-` -> 62."""
    values: list[str] = []
    for first, last in re.findall(r"([0-9A-Z]+)(?:\s*-\s*([0-9A-Z]+))?", words.replace("or", " ")):
        if last and first.isdigit() and last.isdigit():
            width = len(first)
            values += [str(number).zfill(width) for number in range(int(first), int(last) + 1)]
        else:
            values.append(first)
    return tuple(values)
