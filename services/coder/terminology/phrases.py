"""Terms that may be found inside a line, packed: which of them have all their words there.

A term stands under its rarest word (its anchor) and there, with its like, under another of its words. Words
are known by number. What is gone through for each line of a note lies together in a few bytes objects: as
strings and tuples of their own it would lie all over the memory, and waiting for that took longer than the
search.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from sys import intern
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from mypy_extensions import i64  # a machine's number where it is compiled, any number where it is not

_WIDTH: Final = 3  # bytes of a number
_BITS: Final = 31  # of the mask of the words that are there; mypyc shifts a 1 as an int of C
_CODE: Final = 8  # characters
_FIELD: Final = 2  # digits
_RECORD: Final = _CODE + 2 * _FIELD

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
    anchors, seconds, starts, body = bytearray(), bytearray(), bytearray(), bytearray()
    records: list[str] = []
    for word in words:
        anchors += _bytes(len(seconds) // _WIDTH)
        for second, group in _grouped(word, terms.get(word, ())).items():
            seconds += _bytes(numbers[second])
            starts += _bytes(len(body))
            for key, code, rank, weight in group:
                others = [numbers[other] for other in key if other not in {word, second}]
                body += bytes([len(others)]) + b"".join(map(_bytes, [*others, len(records)]))
                records.append(f"{code:{_CODE}}{rank:{_FIELD}}{weight:{_FIELD}}")
    anchors += _bytes(len(seconds) // _WIDTH)
    starts += _bytes(len(body))
    return {
        "anchors": bytes(anchors),
        "seconds": bytes(seconds),
        "starts": bytes(starts),
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


def _bytes(number: int) -> bytes:
    return number.to_bytes(_WIDTH, "little")


class Phrases:
    """What `pack` has made, opened. Phrases are made when they are first met."""

    def __init__(self, packed: Mapping[str, Any], words: list[str]) -> None:
        """`words`: interned, as those of notes are."""
        self._words = words
        self.numbers = {word: number for number, word in enumerate(words)}
        self._anchors: bytes = packed["anchors"]
        self._seconds: bytes = packed["seconds"]
        self._starts: bytes = packed["starts"]
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
                bit: i64 = number % _BITS
                mask |= 1 << bit
        out: list[Phrase] = []
        for anchor in there:
            group: i64 = _number(self._anchors, anchor)
            end: i64 = _number(self._anchors, anchor + 1)
            while group < end:
                second: i64 = _number(self._seconds, group)
                if mask >> (second % _BITS) & 1 and second in there:
                    self._collect(group, anchor, second, there, out)
                group += 1
        return out

    def _collect(self, group: i64, anchor: int, second: i64, there: set[int], out: list[Phrase]) -> None:
        """Add those of a group's terms whose remaining words are there too."""
        at: i64 = _number(self._starts, group)
        end: i64 = _number(self._starts, group + 1)
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


def _number(numbers: bytes, index: i64) -> i64:
    return _read(numbers, _WIDTH * index)


def _read(data: bytes, at: i64) -> i64:
    low: i64 = data[at]
    middle: i64 = data[at + 1]
    high: i64 = data[at + 2]
    return low | middle << 8 | high << 16
