"""Which side: from the line, else from what is said under the problem, else from where the note names the
same body part.

Sides are never taken from the note as a whole: only from sentences that name the body part that the code is
about.
"""

import re
from functools import cache

from services.coder.engine.match import words_of
from services.coder.engine.model import Mention
from services.coder.reading import Note
from services.coder.terminology.index import Terminology
from services.coder.terminology.words import tables

SIDES = frozenset(("right", "left", "bilateral"))
_SIDE = re.compile(r"\b(?:right|left|bilat|both|rt|lt)")
_BEFORE, _AFTER = 2, 4  # words around a side in which the body part stands


@cache
def anatomy() -> frozenset[str]:
    """The folded names of body parts."""
    return frozenset(tables()["anatomy"])


def parts_of(code: str, vocabulary: Terminology) -> frozenset[str]:
    """The body parts that the titles at and below `code` name."""
    words: set[str] = set()
    entry = vocabulary.entry(code)
    if entry is not None:
        for title in (
            entry.title,
            *(c.title for c in map(vocabulary.entry, entry.children) if c is not None),
        ):
            words.update(word.stem for word in words_of(title.lower(), 0, len(title)))
    return anatomy() & words


def side_of(
    note: Note, mention: Mention, code: str, vocabulary: Terminology
) -> tuple[str, tuple[int, int] | None]:
    """The side said for the mention, and where it was said if that is not its own line; ("", None) if none
    is.
    """
    stated = SIDES & mention.line
    if stated:
        return (next(iter(stated)) if len(stated) == 1 else "bilateral"), None
    parts = parts_of(code, vocabulary) | (anatomy() & mention.line)
    for spans in _scopes(note, mention):
        side, span = _in_sentences(note, spans, parts)
        if side:
            return side, span
    return "", None


def _scopes(note: Note, mention: Mention) -> list[list[tuple[int, int]]]:
    """Sentences that name a side, the nearest first: under the problem, then in the rest of the note."""
    found: dict[tuple[int, int], None] = {}
    for match in _SIDE.finditer(note.folded):
        sentence = note.sentence_at(match.start())
        if sentence is not None:
            found[sentence.start, sentence.end] = None
    sentences = list(found)
    if mention.problem < 0:
        return [sentences]
    body = note.problems[mention.problem].body
    return [[s for s in sentences if body.start <= s[0] < body.end], sentences]


def _in_sentences(
    note: Note, spans: list[tuple[int, int]], parts: frozenset[str]
) -> tuple[str, tuple[int, int] | None]:
    votes: dict[str, int] = {}
    first: dict[str, tuple[int, int]] = {}
    for start, end in spans:
        for side in _sides_beside(note, start, end, parts):
            votes[side] = votes.get(side, 0) + 1
            first.setdefault(side, (start, end))
    if not votes:
        return "", None
    ranked = sorted(votes.items(), key=lambda v: (-v[1], v[0]))
    if len(ranked) > 1 and ranked[0][1] < 2 * ranked[1][1]:
        return "", None
    return ranked[0][0], first[ranked[0][0]]


def _sides_beside(note: Note, start: int, end: int, parts: frozenset[str]) -> list[str]:
    """The sides that stand within a few words of one of the body parts."""
    words = words_of(note.folded, start, end)
    out: list[str] = []
    for index, word in enumerate(words):
        if word.stem in SIDES:
            near = {w.stem for w in words[max(index - _BEFORE, 0) : index + _AFTER]}
            if near & parts:
                out.append(word.stem)
    return out
