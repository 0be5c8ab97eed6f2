"""The engine: from a note to codes in claim order, through the stages beside this module."""

from services.coder.engine import additions, confidence, guidelines, sequence
from services.coder.engine.billable import Valid, only_valid
from services.coder.engine.mentions import accepted
from services.coder.engine.model import CodedNote, Encounter
from services.coder.engine.specify import specify
from services.coder.reading import read
from services.coder.terminology.index import Terminology, terminology


def code_note(
    text: str, encounter: Encounter, vocabulary: Terminology | None = None, valid: Valid | None = None
) -> CodedNote:
    """Codes and queries of one note. Never raises, whatever the text; same input, same output.

    `valid` tells whether a code may be reported on the date of service; without it no code is checked by
    date.
    """
    vocabulary = vocabulary or terminology()
    note = read(text)
    mentions = accepted(note, encounter, vocabulary)
    candidates = [candidate for mention in mentions for candidate in specify(note, mention, vocabulary)]
    candidates = additions.apply(note, candidates, encounter)
    kept = guidelines.apply(note, candidates, encounter, vocabulary)
    if valid is not None:
        kept = only_valid(kept, valid, vocabulary)
    confidence.weigh(kept)
    return sequence.assemble(note, kept, encounter, vocabulary)
