"""Claim order and the final form of the codes."""

from services.coder.engine.model import Candidate, Code, CodedNote, Encounter, Quote
from services.coder.reading import Note
from services.coder.terminology.index import Terminology


def assemble(
    note: Note, candidates: list[Candidate], encounter: Encounter, vocabulary: Terminology
) -> CodedNote:
    """Codes with evidence in claim order."""
    out = []
    for position, c in enumerate(candidates):
        entry = vocabulary.entry(c.code)
        quotes = tuple(Quote(s, e, note.text[s:e], str(note.section_at(s).kind)) for s, e in c.spans)
        out.append(
            Code(
                c.code,
                entry.title if entry else "",
                "first_listed" if position == 0 else "secondary",
                0.5,
                False,
                tuple(c.rules),
                "",
                quotes,
            )
        )
    return CodedNote(tuple(out), ())
