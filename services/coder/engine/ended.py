"""Statuses that the note says have ended: a stoma that was taken down (I.C.21.c.3: a status is present)."""

from functools import cache

from services.coder.engine.literals import Guarded, guarded
from services.coder.engine.model import Candidate
from services.coder.engine.tables import table
from services.coder.reading import Note


def apply(note: Note, candidates: list[Candidate]) -> list[Candidate]:
    """The candidates without those statuses."""
    return [
        c
        for c in candidates
        if c.code[0] != "Z"
        or not any(c.code.startswith(prefix) and said.search(note.folded) for prefix, said in _ended())
    ]


@cache
def _ended() -> tuple[tuple[str, Guarded], ...]:
    entries = table("additions")["ended"]
    said = guarded("ended", entries.values())
    return tuple((prefix, said[each]) for prefix, each in entries.items())
