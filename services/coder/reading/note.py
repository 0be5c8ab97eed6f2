"""A note read: its text and everything found in it, with the questions one may ask of a place in it."""

from functools import lru_cache
from typing import Any, Final

from services.coder.reading.currency import Place, currency_of
from services.coder.reading.headings import headings
from services.coder.reading.infer import infer_sections, stated_problems
from services.coder.reading.kinds import Currency, Flag
from services.coder.reading.lines import lines_of
from services.coder.reading.model import Assertion, Part, Problem, Section, Sentence, Trigger
from services.coder.reading.places import begun
from services.coder.reading.problems import problems_of
from services.coder.reading.scopes import Scope, scopes_of
from services.coder.reading.sections import sections_of
from services.coder.reading.sentences import Sentences
from services.coder.reading.ticked import ticked
from services.coder.reading.tokens import letter_runs
from services.coder.reading.unheaded import concluded
from services.coder.reading.vocabulary import fold

_REMEMBERED: Final = 4
_ASSERTIONS: Final = headings().assertions
_NOTHING: Final = Assertion(Flag.NONE, ())


class Note:
    """A clinical note, read. Its text never shows in its `repr`, so that none reaches a log by accident."""

    def __init__(
        self,
        text: str,
        folded: str,
        sections: tuple[Section, ...],
        problems: tuple[Problem, ...],
        sentences: Sentences,
    ) -> None:
        self.text: Final = text
        self.folded: Final = folded
        self.sections: Final = sections
        self.problems: Final = problems
        self._sentences: Final = sentences
        self._starts: Final = [section.start for section in sections]
        self._titles: Final = [problem.title.start for problem in problems]
        self._words: frozenset[bytes] | None = None
        self._scopes: dict[int, tuple[Scope, ...]] = {}
        self.remembered: dict[tuple[int, int] | str, Any] = {}
        """What a later stage has found out about a span, or of the note by a name, while it asks the same
        again for each mention.
        """

    def written(self, folded: str, instead: str) -> "Note":
        """The note with some of its words written otherwise; what stands `instead` of them is among its
        words.
        """
        return self._changed(folded, self.problems, self.words().union(letter_runs(instead)))

    def about(self, problems: tuple[Problem, ...]) -> "Note":
        """The note with other problems."""
        return self._changed(self.folded, problems, self._words)

    def _changed(self, folded: str, problems: tuple[Problem, ...], words: frozenset[bytes] | None) -> "Note":
        note = Note(self.text, folded, self.sections, problems, self._sentences)
        note._words = words
        note._scopes = self._scopes
        note.remembered = self.remembered
        return note

    def words(self) -> frozenset[bytes]:
        """The runs of letters of the folded text, and some more perhaps: what tells cheaply that something
        is not said.
        """
        if self._words is None:
            self._words = frozenset(letter_runs(self.folded))
        return self._words

    def section_at(self, offset: int) -> Section:
        """The section that holds a character."""
        return self.sections[self.section_index(offset)]

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """Every sentence and list item, in order. Ask for those of a section where these are enough."""
        return tuple(self._sentences)

    def sentences_of(self, section: int) -> tuple[Sentence, ...]:
        """The sentences and list items of the section with that index, in order."""
        return self._sentences.of(section)

    def sentence_at(self, offset: int) -> Sentence | None:
        """The sentence that holds a character, or None between sentences."""
        return self._sentences.at(self.section_index(offset), offset)

    def context_at(self, start: int, end: int) -> Assertion:
        """What the note says of the mention `text[start:end]`: by its sentence, the list it is in, and its
        section.
        """
        index = self.section_index(start)
        section, sentence = self.sections[index], self._sentences.at(index, start)
        triggers: list[Trigger] = []
        if sentence is not None:
            triggers = [scope.trigger for scope in self._scopes_of(sentence) if scope.covers(start, end)]
            lead = self.sentence_at(sentence.lead) if sentence.lead >= 0 else None
            if lead is not None:
                triggers.extend(self._carried(lead))
        flag = _ASSERTIONS.get(section.kind)
        if flag is not None:
            span = section.heading
            triggers.append(Trigger(flag, span.start, span.end, f"section.{section.kind}"))
        if not triggers:
            return _NOTHING
        if len(triggers) == 1:
            return Assertion(triggers[0].flag, (triggers[0],))
        flags = 0
        for trigger in triggers:
            flags |= trigger.flag.value
        return Assertion(Flag(flags), tuple(triggers))

    def problem_at(self, offset: int) -> Problem | None:
        """The problem whose title or body holds a character; where several do, the last that begins before
        it.
        """
        index = begun(self._titles, offset)
        if index < 0:
            return None
        problem = self.problems[index]
        return problem if offset < max(problem.title.end, problem.body.end) else None

    def part_at(self, offset: int) -> Part | None:
        """The labelled part of a problem's text that holds a character, or None."""
        problem = self.problem_at(offset)
        if problem is None:
            return None
        return next((part for part in problem.parts if part.span.start <= offset < part.span.end), None)

    def currency(self, start: int, end: int) -> Currency:
        """Whether the mention `text[start:end]` was dealt with today, is history, or neither can be told."""
        sentence = self.sentence_at(start)
        return currency_of(
            Place(
                mention=self.folded[start:end],
                start=start,
                section=self.section_at(start),
                sentence=self.folded[sentence.start : sentence.end] if sentence else "",
                problem=self.problem_at(start),
                part=self.part_at(start),
                assertion=self.context_at(start, end),
            )
        )

    def section_index(self, offset: int) -> int:
        """The index of the section that holds a character."""
        return max(begun(self._starts, offset), 0)

    def _scopes_of(self, sentence: Sentence) -> tuple[Scope, ...]:
        found = self._scopes.get(sentence.start)
        if found is None:
            found = self._scopes[sentence.start] = scopes_of(self.folded, sentence.start, sentence.end)
        return found

    def _carried(self, lead: Sentence) -> list[Trigger]:
        """The triggers of a list's introduction that reach its end ("Denies:"), and so speak of each item."""
        return [scope.trigger for scope in self._scopes_of(lead) if scope.forward and scope.end == lead.end]


@lru_cache(maxsize=_REMEMBERED)
def read(text: str) -> Note:
    """Read a note; whatever the text is, it is read in time linear in its length, and nothing is raised.

    The last few are remembered: codes and services of an encounter are read from the same notes.
    """
    folded = ticked(fold(text))
    lines = lines_of(text)
    sections = concluded(text, folded, sections_of(text, folded, lines))
    sentences = Sentences(text, lines, sections)
    inferred = infer_sections(folded, sections, sentences)
    if len(inferred) != len(sections) or any(section.inferred for section in inferred):
        sections, sentences = inferred, Sentences(text, lines, inferred)
    problems = problems_of(text, folded, lines, sections)
    if not problems:
        problems = stated_problems(text, folded, sections, sentences)
    return Note(text, folded, tuple(sections), tuple(problems), sentences)
