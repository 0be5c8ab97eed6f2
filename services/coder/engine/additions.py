"""Codes that the documentation adds to those of the terms: details of drugs, sequelae, body mass index, status."""

from services.coder.engine.model import Candidate, Encounter
from services.coder.reading import Note
from services.coder.terminology.index import Terminology


def apply(
    note: Note, candidates: list[Candidate], encounter: Encounter, vocabulary: Terminology
) -> list[Candidate]:
    """The candidates with what they call for."""
    return candidates
