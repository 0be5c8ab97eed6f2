"""Abbreviations that mean more than one thing, read by the words that stand with them.

What stands for what is data: `data/abbreviations.yaml`. The reading replaces the abbreviation in the folded
text by one of the same length («OD» of an eye by «rt»), or by blanks where it names no condition («ED» of a
department), so that every offset stays true.
"""

import re
from dataclasses import dataclass
from functools import cache
from sys import maxsize
from typing import Any, Final

from services.coder.engine.expressions import Late, late
from services.coder.engine.tables import table
from services.coder.reading import Note
from services.coder.reading.places import line_at
from services.coder.reading.tokens import letter_runs

_WORD: Final = re.compile(r"(?<!\w)\w+")


@dataclass(frozen=True, slots=True)
class Reading:
    """One meaning: what is written in its place (None: it stays), and what must stand with it."""

    instead: str | None
    line: Late | None
    near: Late | None
    note: Late | None
    always: bool

    def fits(self, note: Note, place: tuple[int, int], line: tuple[int, int]) -> bool:
        """Whether the abbreviation at `place`, in the statement at `line`, is meant so."""
        if self.always:
            return True
        folded = note.folded
        if self.line is not None and any(
            found.start() <= place[0] < found.end() for found in self.line.every(folded, *line)
        ):
            return True
        if self.near is not None and self.near.first(folded, *line):
            return True
        return self.note is not None and _is_said(note, self.note)


def _is_said(note: Note, words: Late) -> bool:
    """Whether the note has the words anywhere: asked once, however often the abbreviation stands there."""
    said: bool | None = note.remembered.get(words.expression)
    if said is None:
        said = note.remembered[words.expression] = words.first(note.folded, 0, maxsize) is not None
    return said


def resolved(note: Note) -> Note:
    """The note with its ambiguous abbreviations read."""
    pieces: list[tuple[int, int, str]] = []
    for start, form in _written(note):
        end, readings = start + len(form), _forms()[form]
        line = (start, end) if readings[0].always else _statement(note, start)
        meant = next((r for r in readings if r.fits(note, (start, end), line)), None)
        if meant is not None and meant.instead is not None:
            pieces.append((start, end, meant.instead.ljust(end - start)))
    if not pieces:
        return note
    out, place = [], 0
    for start, end, instead in pieces:
        out += [note.folded[place:start], instead]
        place = end
    folded = "".join([*out, note.folded[place:]])
    return note.written(folded, " ".join(instead for _, _, instead in pieces))


def _statement(note: Note, start: int) -> tuple[int, int]:
    """The sentence, or the line, in which an abbreviation stands."""
    sentence = note.sentence_at(start)
    return (sentence.start, sentence.end) if sentence is not None else line_at(note.folded, start)


def _written(note: Note) -> list[tuple[int, str]]:
    """Where ambiguous abbreviations stand as words of their own, in order."""
    text, (forms, known) = note.text, _by_run()
    out: list[tuple[int, str]] = []
    runs = note.words() & known
    for form in [form for run in runs for form in forms[run]]:
        at = text.find(form)
        while at >= 0:
            word = _WORD.match(text, at)
            if word is not None and word.group() == form:
                out.append((at, form))
            at = text.find(form, at + len(form))
    return sorted(out)


@cache
def _readings() -> dict[str, tuple[Reading, ...]]:
    entries = [(word, entry) for entry in table("abbreviations") for word in entry["words"].lower().split()]
    told = [_told(word, entry) for word, entry in entries]
    known = late("abbreviations", (each for three in told for each in three if each), re.MULTILINE)
    out: dict[str, tuple[Reading, ...]] = {}
    for (word, entry), three in zip(entries, told, strict=True):
        instead: Any = entry.get("as")
        written = instead if instead is None else str(instead)[: len(word)]
        line, near, anywhere = (known.get(each) for each in three)
        reading = Reading(written, line, near, anywhere, bool(entry.get("always")))
        out[word] = (*out.get(word, ()), reading)
    return out


def _told(word: str, entry: dict[str, Any]) -> tuple[str, str, str]:
    """The expressions of what must stand with a word: about it, in its line, in the note; empty: nothing."""
    about = "|".join(each.replace("@", rf"\b{word}\b") for each in entry.get("line", ()))
    return about, _words(entry.get("near")), _words(entry.get("note"))


def _words(written: str | None) -> str:
    """An expression of words of which only the beginning is given; `_` stands for a blank."""
    if not written:
        return ""
    return r"\b(?:" + "|".join(re.escape(w.replace("_", " ")) for w in written.split()) + ")"


@cache
def _forms() -> dict[str, tuple[Reading, ...]]:
    """The readings of each abbreviation as it is written: in capitals, or as the table writes it («Ca»)."""
    readings = _readings()
    words = [word for entry in table("abbreviations") for word in entry["words"].split()]
    return {
        form: readings[word.lower()] for word in words for form in (word.upper(), word) if not form.islower()
    }


@cache
def _by_run() -> tuple[dict[bytes, list[str]], frozenset[bytes]]:
    """The forms by the small letters that they are in a folded text; and these, of which a note has few."""
    out: dict[bytes, list[str]] = {}
    for form in _forms():
        for run in letter_runs(form.lower()):
            out.setdefault(run, []).append(form)
    return out, frozenset(out)
