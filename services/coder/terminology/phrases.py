"""The terms, packed: the one that a line is, and those inside it, all of whose words are there.

Each of the latter stands under its rarest word (its anchor) and there, with its like, under another of its
words. Words are known by number. What is gone through for each line of a note lies together in a few bytes
objects: as strings and tuples of their own it would lie all over the memory, and waiting for that took longer
than the search.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from itertools import accumulate
from sys import intern
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from mypy_extensions import i64  # a machine's number where it is compiled, any number where it is not

_WIDTH: Final = 3  # bytes of a number
_GROUP: Final = 2 * _WIDTH  # the second word, where its terms stand
_BITS: Final = 31  # of the mask of the words that are there; mypyc shifts a 1 as an int of C
_LOW: Final = 255  # the part of a number, its first byte, that tells its bit
_CODE: Final = 8  # characters
_FIELD: Final = 2  # digits
_RECORD: Final = _CODE + 2 * _FIELD
_HEAD: Final = 2  # bytes before the words of an exact term: how many these are, its rank
_FACTOR: Final = 1_000_003
_MASK: Final = 0xFFFF_FFFF

Term = tuple[Sequence[str], str, int, int]
"""The words of a term, its code, the rank of its source, its weight."""


class Phrase:
    """A term that may be found inside a line: its words, its code, the rank of its source.

    `words`: the rarest of them first.
    """

    __slots__ = ("code", "rank", "stems", "weight", "words")

    def __init__(self, words: tuple[str, ...], code: str, rank: int, weight: int) -> None:
        self.words: Final = words
        self.stems: Final = frozenset(words)
        self.code: Final = code
        self.rank: Final = rank
        self.weight: Final = weight


def pack(terms: Mapping[str, Iterable[Term]], words: Sequence[str]) -> dict[str, Any]:
    """The terms of each anchor, as `Phrases` reads them; `words` are all there are, in the order of their
    numbers.
    """
    numbers = {word: number for number, word in enumerate(words)}
    anchors, groups, body = bytearray(), bytearray(), bytearray()
    records: list[str] = []
    for word in words:
        anchors += _bytes(len(groups))
        for second, group in _grouped(word, terms.get(word, ())).items():
            groups += _bytes(numbers[second]) + _bytes(len(body))
            for key, code, rank, weight in group:
                others = [numbers[other] for other in key if other not in {word, second}]
                body += bytes([len(others)]) + b"".join(map(_bytes, [*others, len(records)]))
                records.append(f"{code:{_CODE}}{rank:{_FIELD}}{weight:{_FIELD}}")
    anchors += _bytes(len(groups))
    groups += _bytes(0) + _bytes(len(body))
    return {
        "anchors": bytes(anchors),
        "groups": bytes(groups),
        "body": bytes(body),
        "records": "".join(records),
    }


def _grouped(anchor: str, terms: Iterable[Term]) -> dict[str, list[Term]]:
    """The terms of an anchor by the longest of their other words; by the anchor where it is alone."""
    groups: dict[str, list[Term]] = {}
    for term in terms:
        others = (stem for stem in term[0] if stem != anchor)
        groups.setdefault(max(others, key=lambda stem: (len(stem), stem), default=anchor), []).append(term)
    return groups


def pack_exact(terms: Mapping[tuple[str, ...], tuple[str, int]], words: Sequence[str]) -> dict[str, bytes]:
    """The terms by their words in order, with code and rank, as `Exact` reads them: as many groups as terms,
    each found by what the numbers of its words make together.
    """
    numbers = {word: number for number, word in enumerate(words)}
    groups = [bytearray() for _ in range(len(terms) + 1)]
    for stems, (code, rank) in terms.items():
        key = [numbers[stem] for stem in stems]
        record = bytes((len(key), rank)) + b"".join(map(_bytes, key)) + f"{code:{_CODE}}".encode()
        groups[reduce(_mixed, key, 0) % len(groups)] += record
    ends = accumulate(map(len, groups), initial=0)
    return {"starts": b"".join(map(_bytes, ends)), "body": b"".join(groups)}


def _mixed(before: i64, number: i64) -> i64:
    return (before * _FACTOR + number) & _MASK


def _bytes(number: int) -> bytes:
    return number.to_bytes(_WIDTH, "little")


class Phrases:
    """What `pack` has made, opened. Phrases are made when they are first met."""

    def __init__(self, packed: Mapping[str, Any], words: list[str]) -> None:
        """`words`: interned, as those of notes are."""
        self._words = words
        self.numbers = {word: number for number, word in enumerate(words)}
        self._anchors: bytes = packed["anchors"]
        self._groups: bytes = packed["groups"]
        self._body: bytes = packed["body"]
        self._records: str = packed["records"]
        self._made: list[Phrase | None] = [None] * (len(self._records) // _RECORD)

    def among(self, stems: Iterable[str]) -> list[Phrase]:
        """The terms all of whose words are among `stems`."""
        there: set[int] = set()
        mask: i64 = 0  # a bit for each word that is there: most others are told by it alone
        for stem in stems:
            number = self.numbers.get(stem)
            if number is not None:
                there.add(number)
                low: i64 = number & _LOW
                mask |= 1 << low % _BITS
        out: list[Phrase] = []
        for anchor in there:
            group: i64 = _number(self._anchors, anchor)
            end: i64 = _number(self._anchors, anchor + 1)
            while group < end:
                if mask >> self._groups[group] % _BITS & 1:
                    second: i64 = _read(self._groups, group)
                    if second in there:
                        self._collect(group, anchor, second, there, out)
                group += _GROUP
        return out

    def _collect(self, group: i64, anchor: int, second: i64, there: set[int], out: list[Phrase]) -> None:
        """Add those of a group's terms whose remaining words are there too."""
        at: i64 = _read(self._groups, group + _WIDTH)
        end: i64 = _read(self._groups, group + _GROUP + _WIDTH)
        while at < end:
            count: i64 = self._body[at]
            first: i64 = at + 1
            at = first + _WIDTH * count
            place: i64 = first
            while place < at and _read(self._body, place) in there:
                place += _WIDTH
            if place == at:
                out.append(self._phrase(_read(self._body, at), anchor, second, first, count))
            at += _WIDTH

    def _phrase(self, number: i64, anchor: int, second: i64, first: i64, count: i64) -> Phrase:
        made = self._made[number]
        if made is None:
            others = [_read(self._body, first + _WIDTH * index) for index in range(count)]
            numbers = [anchor, *others] if second == anchor else [anchor, second, *others]
            record = self._records[number * _RECORD : (number + 1) * _RECORD]
            made = self._made[number] = Phrase(
                tuple([self._words[each] for each in numbers]),
                intern(record[:_CODE].rstrip()),
                int(record[_CODE:-_FIELD]),
                int(record[-_FIELD:]),
            )
        return made


class Exact:
    """What `pack_exact` has made, opened."""

    def __init__(self, packed: Mapping[str, bytes], numbers: dict[str, int]) -> None:
        """`numbers`: of the words."""
        self._numbers = numbers
        self._starts = packed["starts"]
        self._body = packed["body"]

    def get(self, stems: list[str]) -> tuple[str, int] | None:
        """Code and rank of the term with exactly these words in this order."""
        mixed: i64 = 0
        for stem in stems:
            number = self._numbers.get(stem)
            if number is None:  # most lines have a word that no term has
                return None
            mixed = _mixed(mixed, number)
        group: i64 = mixed % (len(self._starts) // _WIDTH - 1)
        at: i64 = _number(self._starts, group)
        end: i64 = _number(self._starts, group + 1)
        while at < end:
            first: i64 = at + _HEAD
            code: i64 = first + _WIDTH * self._body[at]
            if self._body[at] == len(stems) and self._are(stems, first):
                return intern(self._body[code : code + _CODE].decode("ascii").rstrip()), self._body[at + 1]
            at = code + _CODE
        return None

    def _are(self, stems: list[str], at: i64) -> bool:
        """Whether these are the words that stand there."""
        for index, stem in enumerate(stems):
            if _read(self._body, at + _WIDTH * index) != self._numbers[stem]:
                return False
        return True


def _number(numbers: bytes, index: i64) -> i64:
    return _read(numbers, _WIDTH * index)


def _read(data: bytes, at: i64) -> i64:
    low: i64 = data[at]
    middle: i64 = data[at + 1]
    high: i64 = data[at + 2]
    return low | middle << 8 | high << 16
