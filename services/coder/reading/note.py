"""A note read: its text and everything found in it, with the questions one may ask of a place in it."""

from bisect import bisect_right
from dataclasses import dataclass, field

from services.coder.reading.kinds import Currency
from services.coder.reading.lines import lines_of
from services.coder.reading.model import Assertion, Part, Problem, Section, Sentence
from services.coder.reading.sections import sections_of
from services.coder.reading.sentences import sentences_of
from services.coder.reading.vocabulary import fold


@dataclass(frozen=True, slots=True)
class Note:
    """A clinical note, read. Its text never shows in its `repr`, so that none reaches a log by accident."""

    text: str = field(repr=False)
    folded: str = field(repr=False, compare=False)
    sections: tuple[Section, ...]
    sentences: tuple[Sentence, ...]
    problems: tuple[Problem, ...]

    def section_at(self, offset: int) -> Section:
        """The section that holds a character."""
        return self.sections[max(bisect_right(self.sections, offset, key=lambda section: section.start) - 1, 0)]


def read(text: str) -> Note:
    """Read a note; whatever the text is, it is read in time linear in its length, and nothing is raised."""
    folded = fold(text)
    lines = lines_of(text)
    sections = sections_of(text, folded, lines)
    sentences = sentences_of(text, lines, sections)
    return Note(text, folded, tuple(sections), tuple(sentences), ())
