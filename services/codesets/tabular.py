"""The compiled tabular list: titles, hierarchy and notes of ICD-10-CM.

A code that the list does not spell out (most codes with a seventh character, codes of another fiscal year)
hangs under the longest entry that begins it, so it inherits that entry's notes.
Source of inheritance: Official Guidelines, section I.A: notes at a chapter, block or category apply to all
below.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

import orjson

from services.codesets.codes import compact, dotted, pack, unpack
from services.codesets.ranges import CodeRange
from services.codesets.storage import TableFile, find

KINDS: Final = ("chapter", "section", "category", "code")
NONE: Final = 0xFFFFFFFF
_CACHED: Final = 16384
_PAIRS_CACHED: Final = 65536


@dataclass(frozen=True, slots=True)
class Note:
    """One line of a note, the entry it stands at (`J18`, `E08-E13`, `Chapter 2`), the codes it names."""

    kind: str
    owner: str
    text: str
    ranges: tuple[CodeRange, ...] = ()

    def names(self, code: str) -> CodeRange | None:
        """The reference of this note that a code falls under."""
        bare = compact(code)
        return next((reference for reference in self.ranges if reference.holds(bare)), None)


@dataclass(frozen=True, slots=True)
class Heading:
    """A chapter (`9`) or a block (`I20-I25`) with its title."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class SeventhCharacter:
    """A seventh character of a category, its meaning, and the terms listed under it."""

    character: str
    meaning: str
    terms: tuple[str, ...] = ()


class Tabular:
    """One version of the tabular list."""

    def __init__(self, file: TableFile) -> None:
        """Use the columns of a table compiled by `build`."""
        self.meta = file.meta
        self.effective = date.fromisoformat(file.meta["effective"])
        self._keys = file.numbers("key")
        self._parents = file.numbers("parent")
        self._kinds = file.numbers("kind")
        self._titles = file.heap("title")
        self._details = file.heap("detail")
        self.details = lru_cache(_CACHED)(self._read_details)
        self.node = lru_cache(_CACHED)(self._find_node)
        self.notes = lru_cache(_CACHED)(self._inherited)
        self.kept_apart = lru_cache(_PAIRS_CACHED)(self._kept_apart)

    def __len__(self) -> int:
        return len(self._keys)

    def row(self, key: str) -> int:
        """The row of an entry (`E119`, `E08-E13`, `4`), or -1."""
        return find(self._keys, pack(key))

    def _find_node(self, bare: str) -> int:
        """The row of the longest entry that begins the code, or -1."""
        for length in range(len(bare), 2, -1):
            row = self.row(bare[:length])
            if row >= 0:
                return row
        return -1

    def key(self, row: int) -> str:
        """The key of a row."""
        return unpack(self._keys[row])

    def kind(self, row: int) -> str:
        """`chapter`, `section`, `category` or `code`."""
        return KINDS[self._kinds[row]]

    def title(self, row: int) -> str:
        """The title printed at a row."""
        return self._titles.text(row)

    def parent(self, row: int) -> int:
        """The row above, or -1 at a chapter."""
        parent = self._parents[row]
        return -1 if parent == NONE else parent

    def ancestry(self, row: int) -> Iterator[int]:
        """The row itself, then everything above it."""
        while row >= 0:
            yield row
            row = self.parent(row)

    def owner(self, row: int) -> str:
        """What people call an entry."""
        key = self.key(row)
        return f"Chapter {key}" if self.kind(row) == "chapter" else key if "-" in key else dotted(key)

    def _read_details(self, row: int) -> Mapping[str, Any]:
        raw = self._details[row]
        details: Mapping[str, Any] = orjson.loads(raw) if raw else {}
        return details

    def own(self, row: int, kind: str) -> tuple[str, ...]:
        """The lines of one kind that stand at the row itself."""
        return tuple(line[0] for line in self.details(row).get(kind, ()))

    def _inherited(self, row: int, kind: str) -> tuple[Note, ...]:
        """The notes of one kind at the row and above it, nearest first."""
        return tuple(
            Note(kind, self.owner(above), text, tuple(map(CodeRange.unpack, references)))
            for above in self.ancestry(row)
            for text, references in self.details(above).get(kind, ())
        )

    def excluded_by(self, code: str, other: str) -> tuple[Note, CodeRange] | None:
        """The Excludes1 note at or above a code that names the other (no dots) but not the code itself."""
        row = self.node(code)
        if row < 0:
            return None
        for note in self.notes(row, "excludes1"):
            for reference in note.ranges:
                if reference.holds(other) and note.names(code) is None:
                    return note, reference
        return None

    def _kept_apart(self, one: str, other: str) -> str:
        """The one of two codes, with dot, whose Excludes1 note names the other and asks for nothing that
        codes cannot answer; empty: none does.
        """
        first, second = compact(one), compact(other)
        for code, excluded in ((first, second), (second, first)):
            found = self.excluded_by(code, excluded)
            if found is not None:
                return dotted(code) if found[1].certain else ""
        return ""

    def seventh(self, row: int) -> tuple[SeventhCharacter, ...]:
        """The seventh characters that hold at a row: those of the nearest entry that defines some."""
        for above in self.ancestry(row):
            defined = self.details(above).get("seventh")
            if defined:
                return tuple(
                    SeventhCharacter(sign, meaning, tuple(terms)) for sign, meaning, terms in defined
                )
        return ()

    def rows(self) -> range:
        """Every row, in the order of keys."""
        return range(len(self._keys))
