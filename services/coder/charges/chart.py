"""The notes of an encounter, each read once, and words of our tables found in them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from string import ascii_lowercase, digits
from typing import Final, NamedTuple

from services.coder.reading import Flag, Note, SectionKind, read
from services.contracts.coding import Evidence
from services.contracts.encounter import Document

UNSAID: Final = Flag.NEGATED | Flag.FAMILY | Flag.OTHER_PERSON | Flag.HYPOTHETICAL
"""What is said with one of these was not done to this patient in this visit."""

_K: Final = SectionKind
BACKGROUND: Final = frozenset(
    (
        _K.PAST_HISTORY,
        _K.PAST_MEDICAL_HISTORY,
        _K.PAST_SURGICAL_HISTORY,
        _K.OBSTETRIC_HISTORY,
        _K.FAMILY_HISTORY,
        _K.SOCIAL_HISTORY,
        _K.PROBLEM_LIST,
        _K.MEDICATIONS,
        _K.ALLERGIES,
        _K.IMMUNIZATIONS,
        _K.REVIEW_OF_SYSTEMS,
        _K.PRIOR_NOTE,
        _K.SIGNATURE,
    )
)
"""Sections that carry along what was known before: nothing in them was done in this visit."""

_WEST: Final = timedelta(hours=6)
_TOKEN: Final = re.compile(r"[a-z0-9]+")
_IN_WORDS: Final = frozenset(ascii_lowercase + digits)
_ONLY_WORDS: Final = bytes(code if chr(code) in _IN_WORDS else ord(" ") for code in range(256))


class Hit(NamedTuple):
    """A phrase of a table found in a text: what it stands for, and where it is."""

    concept: str
    start: int
    end: int


class Lexicon:
    """Phrases by what they stand for, looked up by their first word; the longest phrase wins."""

    def __init__(self, concepts: Mapping[str, Iterable[str]]) -> None:
        by_first: dict[str, list[tuple[str, str]]] = {}
        for concept, phrases in concepts.items():
            for phrase in phrases:
                begins = _TOKEN.match(phrase)
                if begins is not None:
                    by_first.setdefault(begins.group(), []).append((phrase, concept))
        for listed in by_first.values():
            listed.sort(key=lambda entry: (-len(entry[0]), entry))
        self._begun = {
            first: (_beginning([phrase for phrase, _ in listed]), listed)
            for first, listed in by_first.items()
        }
        """By their first word: what all of these phrases begin with, and the phrases."""
        self._written: dict[str, list[str]] = {}
        """First words by how they may be written."""
        for first in by_first:
            for form in (first, first + "s"):
                self._written.setdefault(form, []).append(first)

    def find(self, words: "Words", start: int = 0, end: int | None = None) -> list[Hit]:
        """The phrases in `folded[start:end]`, not overlapping; a plural s is allowed at their end."""
        stop = len(words.folded) if end is None else end
        found: list[Hit] = []
        taken = start
        for at, first in sorted(self._places(words, start, stop)):
            if at < taken:
                continue
            for phrase, concept in self._begun[first][1]:
                last = _end(words.folded, at, phrase, stop)
                if last:
                    taken = last
                    found.append(Hit(concept, at, last))
                    break
        return found

    def _places(self, words: "Words", start: int, stop: int) -> list[tuple[int, str]]:
        """Where a phrase may begin, and its first word."""
        folded = words.folded
        places: list[tuple[int, str]] = []
        for first in {each for form in self._written.keys() & words.present for each in self._written[form]}:
            head = self._begun[first][0]
            at = folded.find(head, start, stop)
            while at >= 0:
                if at == 0 or folded[at - 1] not in _IN_WORDS:
                    places.append((at, first))
                at = folded.find(head, at + 1, stop)
        return places


def _beginning(phrases: list[str]) -> str:
    """What all of the phrases begin with."""
    first, last = min(phrases), max(phrases)
    size = next((at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return first[:size]


class Words(NamedTuple):
    """A folded text and its words."""

    folded: str
    present: frozenset[str]


def words_of(folded: str) -> Words:
    """The words of a folded text."""
    spaced = folded.encode("ascii", "replace").translate(_ONLY_WORDS)
    return Words(folded, frozenset(spaced.decode("ascii").split()))


def _end(folded: str, start: int, phrase: str, stop: int) -> int:
    """Where the phrase that begins at `start` ends; 0 if it does not stand there as whole words."""
    if not folded.startswith(phrase, start):
        return 0
    last = start + len(phrase)
    if folded[last : last + 1] == "s":
        last += 1
    return last if last <= stop and not folded[last : last + 1].isalnum() else 0


@dataclass(frozen=True)
class Page:
    """One note of the encounter; it is read when it is first asked for."""

    document: Document
    _hits: dict[Lexicon, list[Hit]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def note(self) -> Note:
        """The note, read."""
        return read(self.document.text)

    @cached_property
    def words(self) -> Words:
        """The words of the note."""
        return words_of(self.note.folded)

    def hits(self, lexicon: Lexicon) -> list[Hit]:
        """The phrases of a lexicon in the note; several ask for the same."""
        found = self._hits.get(lexicon)
        if found is None:
            found = self._hits[lexicon] = lexicon.find(self.words)
        return found

    def evidence(self, start: int, end: int, assertion: str = "affirmed") -> Evidence:
        """The quotation `text[start:end]`."""
        return Evidence.trusted(
            document_id=self.document.document_id,
            start=start,
            end=end,
            text=self.document.text[start:end],
            section=str(self.note.section_at(start).kind),
            assertion=assertion,
        )

    def done(self, start: int, end: int) -> bool:
        """Whether what stands there was said of this patient and of this visit, as done or decided."""
        note = self.note
        if note.section_at(start).kind in BACKGROUND:
            return False
        return not note.context_at(start, end).flags & UNSAID

    def sentence(self, offset: int) -> tuple[int, int]:
        """The bounds of the sentence at a place; of its line between sentences."""
        found = self.note.sentence_at(offset)
        if found is not None:
            return found.start, found.end
        text = self.document.text
        start = text.rfind("\n", 0, offset) + 1
        end = text.find("\n", offset)
        return start, len(text) if end < 0 else end


@dataclass(frozen=True)
class Chart:
    """The notes of an encounter, in the EHR's order; `lines`: what the EHR has charted beside them."""

    pages: tuple[Page, ...] = ()
    lines: tuple[Page, ...] = ()

    def whole(self) -> "Chart":
        """Notes and charted lines as one: for what either may document."""
        return Chart((*self.pages, *self.lines))

    def page(self, document_id: str) -> Page | None:
        """The note of that id."""
        return next((page for page in self.pages if page.document.document_id == document_id), None)

    def of_day(self, day: date) -> "Chart":
        """The notes of one day of a stay: each day's services are judged by its own."""
        return Chart(tuple(page for page in self.pages if _day(page) == day))


def _day(page: Page) -> date | None:
    """The day of a note by the clock of the place; a time that has become UTC is taken back to the
    Americas.
    """
    written = page.document.date
    if written is None:
        return None
    return (written if written.utcoffset() else written - _WEST).date()


def chart_of(documents: Iterable[Document], lines: tuple[Page, ...] = ()) -> Chart:
    """The chart of the documents that say anything, with what is charted beside them."""
    return Chart(tuple(Page(document) for document in documents if document.text.strip()), lines)
