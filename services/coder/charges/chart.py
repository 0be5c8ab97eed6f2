"""The notes of an encounter, each read once, and words of our tables found in them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
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


class Hit(NamedTuple):
    """A phrase of a table found in a text: what it stands for, and where it is."""

    concept: str
    start: int
    end: int


class Lexicon:
    """Phrases by what they stand for, looked up by their first word; the longest phrase wins."""

    def __init__(self, concepts: Mapping[str, Iterable[str]]) -> None:
        self._by_first: dict[str, list[tuple[str, str]]] = {}
        for concept, phrases in concepts.items():
            for phrase in phrases:
                first = _TOKEN.match(phrase)
                if first is not None:
                    self._by_first.setdefault(first.group(), []).append((phrase, concept))
        for listed in self._by_first.values():
            listed.sort(key=lambda entry: (-len(entry[0]), entry))

    def find(self, words: "Words", start: int = 0, end: int | None = None) -> Iterator[Hit]:
        """The phrases in `folded[start:end]`, not overlapping; a plural s is allowed at their end."""
        stop = len(words.folded) if end is None else end
        taken = start
        for at, listed in sorted(self._begun(words, start, stop), key=lambda pair: pair[0]):
            if at < taken:
                continue
            for phrase, concept in listed:
                last = _end(words.folded, at, phrase, stop)
                if last:
                    taken = last
                    yield Hit(concept, at, last)
                    break

    def _begun(self, words: "Words", start: int, stop: int) -> Iterator[tuple[int, list[tuple[str, str]]]]:
        """Where a phrase may begin, and which ones."""
        for first in self._by_first.keys() & words.places.keys():
            listed = self._by_first[first]
            for at in words.places[first]:
                if start <= at < stop:
                    yield at, listed


class Words(NamedTuple):
    """A folded text and where each of its words begins; a word with a plural s counts as both its forms."""

    folded: str
    places: dict[str, list[int]]


def words_of(folded: str) -> Words:
    """The words of a folded text."""
    places: dict[str, list[int]] = {}
    for token in _TOKEN.finditer(folded):
        word = token.group()
        places.setdefault(word, []).append(token.start())
        single = word.removesuffix("s")
        if single != word:
            places.setdefault(single, []).append(token.start())
    return Words(folded, places)


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

    @cached_property
    def note(self) -> Note:
        """The note, read."""
        return read(self.document.text)

    @cached_property
    def words(self) -> Words:
        """Where each word of the note stands."""
        return words_of(self.note.folded)

    def evidence(self, start: int, end: int, assertion: str = "affirmed") -> Evidence:
        """The quotation `text[start:end]`."""
        return Evidence(
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
