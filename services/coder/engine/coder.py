"""The engine: from a note to codes in claim order, through the stages beside this module."""

from services.coder.engine import (
    abbreviations,
    additions,
    confidence,
    guidelines,
    laterality,
    osteoporosis,
    pressure,
    queries,
    sequence,
    sites,
    statements,
    ulcers,
)
from services.coder.engine.billable import Valid, only_valid
from services.coder.engine.mentions import accepted
from services.coder.engine.model import Candidate, CodedNote, Encounter
from services.coder.engine.specify import specify
from services.coder.reading import Note, read
from services.coder.terminology.index import Terminology, terminology


def code_note(
    text: str, encounter: Encounter, vocabulary: Terminology | None = None, valid: Valid | None = None
) -> CodedNote:
    """Codes and queries of one note. Never raises, whatever the text; same input, same output.

    `valid` tells whether a code may be reported on the date of service; without it no code is checked by
    date.
    """
    vocabulary = vocabulary or terminology()
    note = abbreviations.resolved(read(text))
    kept = _candidates(note, encounter, vocabulary, valid)
    confidence.weigh(kept, vocabulary)
    kept = confidence.likely(kept)
    asked = queries.ask(note, kept, encounter, vocabulary)
    return CodedNote(sequence.assemble(note, kept, encounter, vocabulary), asked)


def candidates(
    text: str, encounter: Encounter, vocabulary: Terminology, valid: Valid | None
) -> list[Candidate]:
    """The candidates behind the codes of a note: for calibration and for explanations."""
    return _candidates(abbreviations.resolved(read(text)), encounter, vocabulary, valid)


def _candidates(
    note: Note, encounter: Encounter, vocabulary: Terminology, valid: Valid | None
) -> list[Candidate]:
    mentions = accepted(note, encounter, vocabulary)
    note = statements.widened(note, mentions)
    sides = laterality.Sides(note)
    found = [
        candidate
        for mention in sites.apart(mentions)
        for candidate in specify(note, mention, vocabulary, sides)
    ]
    found = pressure.listed(note, found)
    found = osteoporosis.apply(note, additions.apply(note, found, encounter), vocabulary)
    kept = ulcers.deepened(note, guidelines.apply(note, found, vocabulary, sides))
    return only_valid(kept, valid, vocabulary) if valid is not None else kept
