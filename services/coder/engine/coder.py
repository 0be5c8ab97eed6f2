"""The engine: from a note to codes in claim order, through the stages beside this module."""

from services.coder.engine import additions, confidence, guidelines, sequence
from services.coder.engine.mentions import accepted
from services.coder.engine.model import CodedNote, Encounter
from services.coder.engine.specify import specify
from services.coder.reading import read
from services.coder.terminology.index import Terminology, terminology


def code_note(text: str, encounter: Encounter, vocabulary: Terminology | None = None) -> CodedNote:
    """Codes and queries of one note. Never raises, whatever the text; same input, same output."""
    vocabulary = vocabulary or terminology()
    note = read(text)
    mentions = accepted(note, encounter, vocabulary)
    candidates = [candidate for mention in mentions for candidate in specify(note, mention, vocabulary)]
    candidates = additions.apply(note, candidates, encounter)
    kept = guidelines.apply(note, candidates, encounter, vocabulary)
    confidence.weigh(kept)
    return sequence.assemble(note, kept, encounter, vocabulary)
