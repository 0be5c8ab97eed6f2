"""What is looked for in a whole note, told by its words: one sieve for all that ask, used once a note."""

from functools import cache
from typing import Final

from services.coder.engine.beginnings import told
from services.coder.engine.sieve import Sieve
from services.coder.engine.tables import table
from services.coder.kept import kept, source
from services.coder.reading import Note

_CLUES: Final = "clues of what it speaks of"


class Subject:
    """Something that few notes speak of, in the words of an expression that matches within a line."""

    def __init__(self, expression: str) -> None:
        self.expression: Final = expression
        self._place: Final = len(_facts()) + len(_SUBJECTS)
        _SUBJECTS.append(self)
        sieve.cache_clear()

    def may_be_in(self, note: Note) -> bool:
        """Whether a line of the note has the words that the expression needs."""
        return bool(self.lines(note))

    def lines(self, note: Note) -> list[tuple[int, int]]:
        """The lines of the note that have the words that the expression needs."""
        numbers = clues(note).get(self._place)
        return sieve().lines(numbers, note.folded, len(note.folded)) if numbers is not None else []


_SUBJECTS: Final[list[Subject]] = []
"""Those of all modules, in the order in which these were imported."""


def clues(note: Note) -> dict[int, list[int]]:
    """The clues that the note has, by the place of the fact in its table, then of the subject."""
    found: dict[int, list[int]] | None = note.remembered.get(_CLUES)
    if found is None:
        found = note.remembered[_CLUES] = sieve().sifted(note.words())
    return found


@cache
def sieve() -> Sieve:
    """What the facts say, and the subjects, to search a note only for those whose words it has."""
    expressions = [*_facts(), *(subject.expression for subject in _SUBJECTS)]
    sources = "\n".join(expressions).encode(), source("engine/beginnings.py")
    return Sieve(kept("spoken", lambda: [told(expression) for expression in expressions], *sources))


@cache
def _facts() -> list[str]:
    return [fact["says"] for fact in table("facts")]
