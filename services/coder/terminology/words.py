"""Words as the matcher sees them: folded to lower case, singular, one spelling, one name for each body part.

The folding tables are data (`data/words.yaml`); the same folding is applied to the terms when they are
compiled and to the
notes when they are read, so that it never has to be linguistically right, only the same on both sides.
"""

import re
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

import yaml

from services.coder.reading.vocabulary import PLAIN

TOKEN: Final = re.compile(r"[a-z0-9]+(?:['\u2019][a-z]+)?(?:/[a-z]{1,2}\b)?")
_MOST_REMEMBERED: Final = 200_000
_ADJOINING: Final = 2  # characters
_NEAR: Final = 4  # characters
_NUMERAL: Final = 2  # characters
_SHORT: Final = 4  # characters
_IAS: Final = 5  # characters
_ES: Final = ("sses", "xes", "ches", "shes", "zes")
_KEEP_S: Final = ("ss", "us", "is", "as", "os")


class Word(NamedTuple):
    """One content word of a text: its folded form and where it stands."""

    stem: str
    start: int
    end: int


_new = tuple.__new__
"""Makes a `Word` without a call in Python: words are what the coder makes most of."""


@cache
def tables() -> dict[str, Any]:
    """The folding tables of `data/words.yaml`."""
    text = files("services.coder").joinpath("data/words.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def lower(text: str) -> str:
    """`text` in lower case without accents, of the same length: a letter whose lower case is longer stays as
    it is.
    """
    folded = text.lower() if text.isascii() else text.lower().translate(PLAIN)
    if len(folded) == len(text):
        return folded
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


class Folder:
    """Folds words to stems; remembers what it has folded."""

    def __init__(self) -> None:
        data = tables()
        self._stop = frozenset(data["stop"])
        self._fold: dict[str, str] = {k: v for v, names in data["fold"].items() for k in names.split()}
        self._pairs: dict[tuple[str, str], str] = {}
        for stem, phrases in data["pairs"].items():
            for phrase in phrases:
                first, second = phrase.split()
                self._pairs[first, second] = stem
        self._renamed: dict[tuple[str, str], str] = {}
        for stem, phrases in data["renamed"].items():
            for phrase in phrases:
                first, second = phrase.split()
                self._renamed[first, second] = stem
        self._several: dict[str, list[str]] = {k: v.split() for k, v in data["several"].items()}
        self._levels: dict[str, list[str]] = {k: v.split() for k, v in data["levels"].items()}
        self._numbered = frozenset(data["numbered"])
        self._lettered = frozenset(data["lettered"])
        self._roman: dict[str, str] = data["roman"]
        self._stems: dict[str, str] = {}
        self._forms: dict[str, tuple[str, ...]] = {}
        self._opening = self._numbered.union(
            *({first} for first, _ in (*self._pairs, *self._renamed))
        )  # stems that the next word may join or rename

    def stem(self, word: str) -> str:
        """The folded form of one lower-case word; empty for a word that carries nothing."""
        known = self._stems.get(word)
        if known is None:
            known = self._stems[word] = self._compute(word)
            if len(self._stems) > _MOST_REMEMBERED:  # garbage input must not grow memory without bound
                self._stems.clear()
        return known

    def form(self, word: str) -> str:
        """The folded form of a word in the singular, not remembered: for words that are only tried."""
        return self._fold.get(word, word)

    def _compute(self, word: str) -> str:
        if word in self._stop:
            return ""
        direct = self._fold.get(word)
        if direct is not None:
            return direct
        single = _singular(word.replace("\u2019", "'").removesuffix("'s"))
        folded = self._fold.get(single, single)
        return "" if folded in self._stop else folded

    def words(self, text: str, offset: int = 0) -> list[Word]:
        """The content words of lower-case `text`; positions are counted from `offset`."""
        out: list[Word] = []
        forms, levels, opening = self._forms, self._levels, self._opening
        level, joins = "", False  # whether the last word may join or rename the next one
        for match in TOKEN.finditer(text):
            written = match.group()
            if level and written.isdigit() and text[match.start() - 1] in "-/":
                written = level[0] + written  # the second of two vertebrae: «L4-5»
            level = written if written in levels else ""
            stems = forms.get(written)
            if stems is None:
                stems = self._form(written)
            if not stems:
                if out and written == "a" and out[-1].stem in self._lettered:
                    out[-1] = Word(out[-1].stem + "a", out[-1].start, match.end() + offset)
                    joins = out[-1].stem in opening
                continue
            start, end = match.span()
            for stem in stems:
                word = _new(Word, (stem, start + offset, end + offset))
                if joins:
                    self._append(out, word)
                    joins = out[-1].stem in opening
                else:
                    out.append(word)
                    joins = stem in opening
        return out

    def _form(self, written: str) -> tuple[str, ...]:
        """The stems of one written word; none for a word that carries nothing."""
        stems = self._levels.get(written) or self._several.get(written) or [self.stem(written)]
        known = self._forms[written] = tuple(stem for stem in stems if stem)
        if len(self._forms) > _MOST_REMEMBERED:
            self._forms.clear()
        return known

    def _append(self, out: list[Word], word: Word) -> None:
        """Append `word`, or join it to the last one: «type 2», «upper end», «stage iiia»; name that as the
        classification does: «small finger».
        """
        last = out[-1]
        if last.stem in self._numbered and word.start - last.end <= _ADJOINING:
            number = self._roman.get(word.stem, word.stem)
            if number[0].isdigit() and len(number) <= _NUMERAL:
                meant = self._several.get(last.stem + number, [last.stem + number])
                out[-1:] = [Word(stem, last.start, word.end) for stem in meant]
                return
        joined = self._pairs.get((last.stem, word.stem))
        if joined is not None and word.start - last.end <= _NEAR:
            out[-1] = Word(joined, last.start, word.end)
            return
        renamed = self._renamed.get((last.stem, word.stem))
        if renamed is not None and word.start - last.end <= _NEAR:
            out[-1] = last._replace(stem=renamed)
        out.append(word)

    def stems(self, text: str) -> tuple[str, ...]:
        """Only the stems of `text` (any case), in order."""
        return tuple(word.stem for word in self.words(lower(text)))


def _singular(word: str) -> str:
    if len(word) < _SHORT or not word.endswith("s"):
        return word
    if word.endswith("ies") and len(word) > _SHORT:
        return word[:-3] + "y"
    if word.endswith("omas"):
        return word[:-1]
    if word.endswith("ias") and len(word) > _IAS:
        return word[:-1]  # «dyskinesias»; «bias» is none
    if word.endswith(_ES):
        return word[:-2]
    return word if word.endswith(_KEEP_S) else word[:-1]


@cache
def folder() -> Folder:
    """The process's one folder (its tables never change)."""
    return Folder()
