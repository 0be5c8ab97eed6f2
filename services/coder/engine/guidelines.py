"""Guideline logic over the candidates of one note (placeholder stage: one code once)."""

from services.coder.engine.model import Candidate, Encounter
from services.coder.reading import Note
from services.coder.terminology.index import Terminology


def apply(
    note: Note, candidates: list[Candidate], encounter: Encounter, vocabulary: Terminology
) -> list[Candidate]:
    """The candidates that go on the claim."""
    seen: dict[str, Candidate] = {}
    for candidate in candidates:
        seen.setdefault(candidate.code, candidate)
    return list(seen.values())
