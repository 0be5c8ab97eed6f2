"""The words of places in a note, those of each place read once: every mention of a problem asks the same."""

from services.coder.engine.match import words_of
from services.coder.reading import Note
from services.coder.terminology.words import Word

Words = tuple[list[Word], frozenset[str]]


def words_in(note: Note, start: int, end: int) -> Words:
    """The content words between two places of the note, and their stems."""
    known: Words | None = note.remembered.get((start, end))
    if known is None:
        words = words_of(note.folded, start, end)
        known = note.remembered[start, end] = words, frozenset([word.stem for word in words])
    return known
