"""The compiled vocabulary, opened: terms to codes, the tree of codes, and the steps from a code to more
specific ones.

Opening costs the reading of one file: terms stay packed, and a category of codes is unpacked when one of them
is first asked for. Words and codes are interned, as those of notes are: what is known by them is then found
without a look at their letters, which lie scattered over the memory.
"""

import gc
import marshal
from bisect import bisect_left
from collections.abc import Iterable
from functools import cache
from itertools import takewhile
from pathlib import Path
from sys import intern
from typing import Final

from services.coder.terminology.phrases import Exact, Phrase, Phrases
from services.coder.terminology.refine import Step, split

_BROKEN: Final = (EOFError, ValueError, TypeError, KeyError)
"""What a file that was cut short, by a full disk say, gives where a vocabulary is expected."""
_SIDES: Final = frozenset(("right", "left", "bilateral"))

Row = tuple[str, str, dict[str, str], tuple[Step, ...]]
"""Title, parent, meanings of seventh characters, steps: what is compiled of a code."""


class Entry:
    """One code of the tabular list. `seventh` maps the characters of the seventh place, if any, to their
    meaning; `steps` lead to its children.
    """

    __slots__ = ("code", "parent", "seventh", "steps", "title")

    def __init__(self, code: str, row: Row) -> None:
        title, parent, seventh, steps = row
        self.code: Final = code
        self.title: Final = title
        self.parent: Final = parent
        self.seventh: Final = seventh
        self.steps: Final = steps


class Terminology:
    """Read-only view of one compiled file."""

    def __init__(self, path: Path) -> None:
        data = marshal.loads(path.read_bytes())  # noqa: S302 (our own file, under our own home)
        self._categories: dict[str, bytes] = data["categories"]
        self._rows: dict[str, Row] = {}
        self.version: str = data["version"]
        self._phrases = Phrases(data["phrases"], [intern(stem) for stem in data["stems"].split(" ")])
        self._exact = Exact(data["exact"], self._phrases.numbers)
        self._alphabet: list[str] = []
        self.seventh_words: frozenset[str] = frozenset(data["seventh"].split(" "))
        """The words of the meanings of seventh characters: «subsequent», «encounter», «nonunion», ..."""
        self.near: dict[str, tuple[str, ...]] = {}
        """Unknown stems that were met, with the known ones that one letter makes of them."""
        self.longer: dict[str, tuple[str, ...]] = {}
        """Unknown stems that were met, with the known ones that begin so."""
        self.lifted: dict[str, str] = {}
        """Codes with the highest code of which they are the default, as far as they were asked for."""
        self.defaults: dict[str, str | None] = {}
        """Codes with the child that is meant where nothing more is said, as far as they were asked for."""
        self.parts: dict[str, frozenset[str]] = {}
        """Codes with the body parts that their titles name, as far as they were asked for."""
        self.heard: dict[str, frozenset[str]] = {}
        """Codes with the words that tell the codes below them apart, as far as they were asked for."""
        self.titles: dict[str, str] = {}
        """Codes, complete ones too, with the titles that they go by, as far as they were asked for."""
        self._title_words: dict[str, frozenset[str]] = {}
        self._sided: dict[str, bool] = {}
        self._entries: dict[str, Entry] = {}

    def exact(self, stems: list[str]) -> tuple[str, int] | None:
        """Code and source rank of the term with exactly these words in this order."""
        return self._exact.get(stems)

    def among(self, stems: Iterable[str]) -> list[Phrase]:
        """The terms all of whose words are among `stems`."""
        return self._phrases.among(stems)

    def entry(self, code: str) -> Entry | None:
        """The tabular entry of `code` (without a seventh character), or None."""
        known = self._entries.get(code)
        return self._opened(code) if known is None else known

    def _opened(self, code: str) -> Entry | None:
        category = self._categories.get(code[:3])
        if category is not None:
            self._rows.update(marshal.loads(category))  # noqa: S302 (as above)
            self._categories.pop(code[:3], None)
        row = self._rows.get(code)
        if row is None:
            return None
        code = intern(code)
        made = self._entries[code] = Entry(code, row)
        return made

    def title_words(self, code: str) -> frozenset[str]:
        """The words that the title of `code` asserts."""
        known = self._title_words.get(code)
        if known is None:
            entry = self.entry(code)
            known = self._title_words[code] = frozenset(split(entry.title)[0]) if entry else frozenset()
        return known

    def sided(self, code: str) -> bool:
        """Whether some code below `code` tells right from left."""
        known = self._sided.get(code)
        if known is None:
            known = self._sided[code] = any(
                any(_SIDES.intersection(way) for way in ways) or self.sided(child)
                for child, ways, _, _ in self.steps(code)
            )
        return known

    def steps(self, code: str) -> tuple[Step, ...]:
        """The steps from `code` to its children."""
        entry = self.entry(code)
        return entry.steps if entry is not None else ()

    def knows(self, stem: str) -> bool:
        """Whether some term has this word."""
        return stem in self._phrases.numbers

    def beginning(self, start: str, most: int) -> list[str]:
        """The words of terms that begin so, in order of the alphabet; at most `most` of them."""
        if not self._alphabet:
            self._alphabet = sorted(self._phrases.numbers)
        place = bisect_left(self._alphabet, start)
        return list(takewhile(lambda stem: stem.startswith(start), self._alphabet[place : place + most]))


@cache
def terminology() -> Terminology:
    """The process's vocabulary: opened once; compiled first if its sources changed, or if it cannot be read.

    Raises:
        OSError: there is none, and none can be written.
    """
    from services.coder.terminology.compile import compiled_file  # noqa: PLC0415 (lxml is needed only to compile)

    try:
        opened = Terminology(compiled_file())
    except _BROKEN:
        opened = Terminology(compiled_file(anew=True))
    gc.freeze()  # it stays for good: the collector need not walk it in the middle of a note
    return opened
