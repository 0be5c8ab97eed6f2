"""What notes say of a diagnosis, wherever they name it: affirmed, denied, doubted, of a relative, past."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from services.coder.charges.chart import Page
from services.coder.encounter.relation import says_less
from services.coder.encounter.tables import Tables, stems
from services.coder.engine import assertion
from services.coder.engine.finding import in_lines
from services.coder.engine.model import Mention, Setting
from services.coder.engine.spans import words_in
from services.coder.engine.tables import table
from services.coder.engine.zones import Lines
from services.coder.reading import NOT_AFFIRMED, Flag
from services.contracts.coding import Evidence

AFFIRMED: Final = "affirmed"
NEGATED: Final = "negated"
_CATEGORY: Final = 3


class Word(NamedTuple):
    """What a note says of a diagnosis at one place: affirmed or the assertion's word, and where."""

    word: str
    evidence: Evidence


class Search:
    """Looks for diagnoses in notes; the vocabulary's mentions are collected when first needed."""

    def __init__(self, pages: Sequence[Page], setting: Setting, tables: Tables) -> None:
        self._pages = pages
        self._setting = setting
        self._tables = tables
        self._mentions: list[tuple[Page, Mention]] | None = None

    def said(self, code: str, texts: Sequence[str]) -> Word | None:
        """What the notes say of a diagnosis: an affirmation if there is one, else the first denial, else
        None.
        """
        found = [*self._by_words(code, texts)]
        if not any(each.word == AFFIRMED for each in found):
            found.extend(self._word(*each) for each in self._named(code))
        return min(found, key=lambda each: each.word != AFFIRMED, default=None)

    def denied(self, code: str) -> bool:
        """Whether the notes deny the diagnosis, or what it is a kind of, and nowhere affirm it."""
        words = {
            self._word(page, mention).word
            for page, mention in self._named(code)
            if mention.code == code or says_less(mention.code, code, self._tables.vocabulary)
        }
        return NEGATED in words and AFFIRMED not in words

    def _by_words(self, code: str, texts: Sequence[str]) -> Iterator[Word]:
        """Sentences that hold all words of the EHR's text."""
        wanted = [words for words in map(stems, texts) if words]
        for page in self._pages if wanted else ():
            note = page.note
            for sentence in note.sentences:
                words, found = words_in(note, sentence.start, sentence.end)
                full = next((each for each in wanted if each <= found), None)
                if full is None:
                    continue
                places = [word for word in words if word.stem in full]
                start, end = places[0].start, places[-1].end
                told = _told(note.context_at(start, end).flags, code)
                yield Word(told, page.evidence(start, end, told))

    def _named(self, code: str) -> list[tuple[Page, Mention]]:
        """Terms of the code's category."""
        if self._mentions is None:
            self._mentions = [(page, mention) for page in self._pages for mention in self._mentions_of(page)]
        return [each for each in self._mentions if each[1].code[:_CATEGORY] == code[:_CATEGORY]]

    def _mentions_of(self, page: Page) -> list[Mention]:
        pieces = Lines(page.note)
        return in_lines(page.note, [*pieces.of_problems(), *pieces.others()], self._tables.vocabulary)

    def _word(self, page: Page, mention: Mention) -> Word:
        sure, word, _ = assertion.verdict(page.note, mention, self._setting)
        told = AFFIRMED if sure else word
        return Word(told, page.evidence(mention.start, mention.end, told))


def _told(flags: Flag, code: str) -> str:
    """The assertion in a word. What passes is no diagnosis of today where the note tells of it as past."""
    if not flags & NOT_AFFIRMED:
        past = flags & Flag.HISTORICAL and code.startswith(tuple(table("additions")["acute_only"]))
        return "historical" if past else AFFIRMED
    named = ((Flag.NEGATED, NEGATED), (Flag.POSSIBLE, "possible"), (Flag.HYPOTHETICAL, "hypothetical"))
    return next((word for flag, word in named if flags & flag), "family")
