"""Words as the matcher sees them: folded to lower case, singular, one spelling, one name for each body part.

The folding tables are data (`data/words.yaml`); the same folding is applied to the terms when they are
compiled and to the notes when they are read, so that it never has to be linguistically right, only the same
on both sides.
"""

import re
from functools import cache
from string import ascii_letters, digits
from sys import intern
from typing import Any, Final

from services.coder.kept import yaml_values
from services.coder.reading.vocabulary import PLAIN

TOKEN: Final = re.compile(r"[a-z0-9]+(?:['\u2019][a-z]+)?(?:/[a-z]{1,2}\b)?")
_FOREIGN: Final = re.compile(r"[^\W\x00-\x7f]")
"""A letter that no word has and at which none ends."""
_IN_RUNS: Final = f"{ascii_letters}{digits}_'/"
_RUNS: Final = bytes(code if chr(code) in _IN_RUNS else ord(" ") for code in range(256))
"""Puts a space for what stands in no word; what is left are runs, nearly all of one word."""
_SECONDARY_TO: Final = "secondary to "
"""Leads to a cause, as «due to» does: «CKD secondary to hypertension» is no secondary hypertension."""
_MOST_REMEMBERED: Final = 200_000
_ADJOINING: Final = 2  # characters
_NEAR: Final = 4  # characters
_NUMERAL: Final = 2  # characters
_SHORT: Final = 4  # characters
_IAS: Final = 5  # characters
_ES: Final = ("sses", "xes", "ches", "shes", "zes")
_KEEP_S: Final = ("ss", "us", "is", "as", "os")


class Word:
    """One content word of a text: its folded form and where it stands.

    No dataclass, whose constructor is never compiled: words are what the coder makes most of.
    """

    __slots__ = ("end", "start", "stem")

    def __init__(self, stem: str, start: int, end: int) -> None:
        self.stem: Final = stem
        self.start: Final = start
        self.end: Final = end


class _Form:
    """What is remembered of a written word: a stem of it, or "" where it carries nothing, and its place in
    its run.

    `opens`: the next word may join or rename it. `level`: the word itself, if it names a vertebra. `article`:
    it is an «a», which is a letter behind some words.
    """

    __slots__ = ("article", "end", "level", "opens", "start", "stem")

    def __init__(self, stem: str, span: tuple[int, int], level: str, *, opens: bool, article: bool) -> None:
        self.stem: Final = stem
        self.start: Final = span[0]
        self.end: Final = span[1]
        self.level: Final = level
        self.opens: Final = opens
        self.article: Final = article


@cache
def tables() -> dict[str, Any]:
    """The folding tables of `data/words.yaml`."""
    loaded: dict[str, Any] = yaml_values("data/words.yaml", "SafeLoader")
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
        self._spelled: dict[str, str] = data["british"]
        self._british = re.compile("|".join(self._spelled))
        self._fold: dict[str, str] = {k: v for v, names in data["fold"].items() for k in names.split()}
        self._pairs: dict[tuple[str, str], str] = {}
        for stem, phrases in data["pairs"].items():
            for phrase in phrases:
                first, second = phrase.split()
                self._pairs[first, second] = intern(stem)
        self._renamed: dict[tuple[str, str], str] = {}
        for stem, phrases in data["renamed"].items():
            for phrase in phrases:
                first, second = phrase.split()
                self._renamed[first, second] = intern(stem)
        self._several: dict[str, list[str]] = {k: v.split() for k, v in data["several"].items()}
        self._levels: dict[str, list[str]] = {k: v.split() for k, v in data["levels"].items()}
        self._numbered = frozenset(data["numbered"])
        self._lettered = frozenset(data["lettered"])
        self._roman: dict[str, str] = data["roman"]
        self._plain: dict[str, str] = {}
        """The stems of runs that are one word, which no other changes and which changes none: nearly all."""
        self._forms: dict[str, tuple[_Form, ...]] = {}
        self._opening = self._numbered.union(
            *({first} for first, _ in (*self._pairs, *self._renamed))
        )  # stems that the next word may join or rename

    def form(self, word: str) -> str:
        """The folded form of a word in the singular, not remembered: for words that are only tried."""
        return self._fold.get(word, word)

    def stem(self, word: str) -> str:
        """The folded form of one lower-case word; empty for a word that carries nothing."""
        if word in self._stop:
            return ""
        direct = self._fold.get(word)
        if direct is not None:
            return direct
        single = _singular(word.replace("\u2019", "'").removesuffix("'s"))
        if self._british.search(single) is not None:
            single = self._british.sub(lambda found: self._spelled[found.group()], single)
        folded = self._fold.get(single, single)
        return "" if folded in self._stop else folded

    def words(self, text: str, offset: int = 0) -> list[Word]:
        """The content words of lower-case `text`; positions are counted from `offset`."""
        out: list[Word] = []
        if _SECONDARY_TO in text:
            text = text.replace(_SECONDARY_TO, " " * len(_SECONDARY_TO))
        level, joins = "", False  # whether the last word may join or rename the next one
        at = offset
        for run in _runs(text):
            if run:
                stem = None if level else self._plain.get(run)
                if stem:
                    joins = self._add(out, Word(stem, at, at + len(run)), opens=False, joins=joins)
                elif stem is None:
                    forms = self._read(run, level, text[at - offset - 1]) if level else self._known(run)
                    level = forms[-1].level if forms else level
                    for form in forms:
                        joins = self._add_form(out, form, at, joins=joins)
            at += len(run) + 1
        return out

    def _add_form(self, out: list[Word], form: _Form, at: int, *, joins: bool) -> bool:
        """Add a word of a run that begins at `at`; gives whether it may join the next one in its turn."""
        if form.stem:
            word = Word(form.stem, at + form.start, at + form.end)
            return self._add(out, word, opens=form.opens, joins=joins)
        if form.article and out and out[-1].stem in self._lettered:
            out[-1] = Word(out[-1].stem + "a", out[-1].start, at + form.end)
            return out[-1].stem in self._opening
        return joins

    def _known(self, run: str) -> tuple[_Form, ...]:
        """The forms of a run with no vertebra before it; which runs are plain is found out here."""
        known = self._forms.get(run)
        if known is None:
            known = self._read(run)
            if all(_is_plain(form, run) for form in known) and len(known) <= 1:
                stem = known[0].stem if known else ""
                _remember(self._plain, stem if stem == run else run, stem)  # one string to look at, not two
            else:
                _remember(self._forms, run, known)
        return known

    def _read(self, run: str, level: str = "", before: str = "") -> tuple[_Form, ...]:
        """The forms of the words of a run; `level` is the vertebra that the last word named, `before` the
        character between.
        """
        out: list[_Form] = []
        text = before + run
        for match in TOKEN.finditer(text):
            written = match.group()
            start, end = match.span()
            if level and written.isdigit() and text[start - 1] in "-/":
                written = level[0] + written  # the second of two vertebrae: «L4-5»
            level = written if written in self._levels else ""
            stems = self._levels.get(written) or self._several.get(written) or [self.stem(written)]
            span = start - len(before), end - len(before)
            for stem in [stem for stem in stems if stem] or [""]:
                opens = stem in self._opening
                out.append(_Form(intern(stem), span, level, opens=opens, article=written == "a"))
        return tuple(out)

    def _add(self, out: list[Word], word: Word, *, opens: bool, joins: bool) -> bool:
        """Add a word; gives whether it may join the next one in its turn."""
        if not joins:
            out.append(word)
            return opens
        self._append(out, word)
        return out[-1].stem in self._opening

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
            out[-1] = Word(renamed, last.start, last.end)
        out.append(word)

    def stems(self, text: str) -> tuple[str, ...]:
        """Only the stems of `text` (any case), in order."""
        return tuple(word.stem for word in self.words(lower(text)))


def _is_plain(form: _Form, run: str) -> bool:
    """Whether a form is all of its run, or nothing, and has nothing to do with the words beside it."""
    if form.level or form.opens or form.article:
        return False
    return not form.stem or (form.start == 0 and form.end == len(run))


def _remember(known: dict[str, Any], run: str, found: object) -> None:
    """Garbage input must not grow the memory without bound."""
    if len(known) > _MOST_REMEMBERED:
        known.clear()
    known[run] = found


def _runs(text: str) -> list[str]:
    """The stretches of a text that may be words, each followed by one character that ends it; empty where
    several do.
    """
    if "\u2019" in text:
        text = text.replace("\u2019", "'")
    if "/" in text and not text.isascii():
        text = _FOREIGN.sub("_", text)
    return text.encode("ascii", "replace").translate(_RUNS).decode("ascii").split(" ")


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
