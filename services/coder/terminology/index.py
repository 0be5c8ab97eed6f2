"""The compiled vocabulary, opened: terms to codes, the tree of codes, and the steps from a code to more
specific ones.

Values are kept as the strings of the compiled file and parsed when they are first asked for: opening costs
the reading of one file. Words and codes are interned, as those of notes are: what is known by them is then
found without a look at their letters, which lie scattered over the memory.
"""

import gc
import marshal
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import takewhile
from pathlib import Path
from sys import intern
from typing import Final

from services.coder.terminology.phrases import Phrase, Phrases
from services.coder.terminology.refine import Step, split

_SIDES: Final = frozenset(("right", "left", "bilateral"))


class Entry:
    """One code of the tabular list. `seventh` maps the characters of the seventh place, if any, to their
    meaning.
    """

    __slots__ = ("children", "code", "parent", "seventh", "title")

    def __init__(
        self, code: str, title: str, parent: str, children: tuple[str, ...], seventh: dict[str, str]
    ) -> None:
        self.code: Final = code
        self.title: Final = title
        self.parent: Final = parent
        self.children: Final = children
        self.seventh: Final = seventh


class Terminology:
    """Read-only view of one compiled file."""

    def __init__(self, path: Path) -> None:
        collecting = gc.isenabled()
        gc.disable()  # a hundred thousand strings would be walked again and again while they are read
        try:
            data = marshal.loads(path.read_bytes())  # noqa: S302 (our own file, under our own home)
        finally:
            if collecting:
                gc.enable()
        self._nodes: dict[str, str] = data["nodes"]
        self._refine: dict[str, str] = data["refine"]
        self._exact: dict[str, str] = data["exact"]
        self._notes: dict[str, dict[str, tuple[str, ...]]] = data["notes"]
        self.version: str = data["version"]
        self._phrases = Phrases(data["phrases"], [intern(stem) for stem in data["stems"].split(" ")])
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
        self._steps: dict[str, tuple[Step, ...]] = {}

    def exact(self, stems: Sequence[str]) -> tuple[str, int] | None:
        """Code and source rank of the term with exactly these words in this order."""
        numbers = self._phrases.numbers
        for stem in stems:  # most lines have a word that no term has
            if stem not in numbers:
                return None
        found = self._exact.get(" ".join(stems))
        if found is None:
            return None
        code, rank = found.split()
        return code, int(rank)

    def among(self, stems: Iterable[str]) -> list[Phrase]:
        """The terms all of whose words are among `stems`."""
        return self._phrases.among(stems)

    def entry(self, code: str) -> Entry | None:
        """The tabular entry of `code` (without a seventh character), or None."""
        known = self._entries.get(code)
        if known is not None:
            return known
        raw = self._nodes.get(code)
        if raw is None:
            return None
        found = self._entries[code] = self._entry(code, raw)
        return found

    @staticmethod
    def _entry(code: str, raw: str) -> Entry:
        title, parent, children, seventh = raw.split("\t")
        characters = {part[0]: part[1:] for part in seventh.split("|")} if seventh else {}
        return Entry(code, title, intern(parent), _words(children), characters)

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
        known = self._steps.get(code)
        if known is None:
            known = _steps(self._refine.get(code, ""))
            if known or code in self._nodes:  # what is no code is not remembered
                self._steps[code] = known
        return known

    def notes(self, code: str, kind: str) -> tuple[str, ...]:
        """Notes of `kind` (excludes1, codeFirst, useAdditionalCode, ...) at `code` itself."""
        return self._notes.get(code, {}).get(kind, ())

    def knows(self, stem: str) -> bool:
        """Whether some term has this word."""
        return stem in self._phrases.numbers

    def beginning(self, start: str, most: int) -> list[str]:
        """The words of terms that begin so, in order of the alphabet; at most `most` of them."""
        if not self._alphabet:
            self._alphabet = sorted(self._phrases.numbers)
        place = bisect_left(self._alphabet, start)
        return list(takewhile(lambda stem: stem.startswith(start), self._alphabet[place : place + most]))

    def codes(self) -> tuple[str, ...]:
        """Every code of the tabular list, in its order."""
        return tuple(self._nodes)


def _steps(raw: str) -> tuple[Step, ...]:
    out: list[Step] = []
    for line in raw.split("\n") if raw else ():
        child, ways, unsaid, kind = line.split("\t")
        out.append(
            (
                intern(child),
                tuple([_words(way) for way in ways.split("|")]),
                _words(unsaid),
                int(kind),
            )
        )
    return tuple(out)


def _words(written: str) -> tuple[str, ...]:
    return tuple([intern(word) for word in written.split()])


@cache
def terminology() -> Terminology:
    """The process's vocabulary: opened once; compiled first if its sources changed."""
    from services.coder.terminology.compile import compiled_file  # noqa: PLC0415 (lxml is needed only to compile)

    opened = Terminology(compiled_file())
    gc.freeze()  # it stays for good: the collector need not walk it in the middle of a note
    return opened
