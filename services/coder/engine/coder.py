"""The engine: from a note to codes in claim order. One pass through the stages of the coder, each a module
beside this one.
"""

from services.coder.engine import assertion, guidelines, laterality, match, sequence, specificity, zones
from services.coder.engine.model import Candidate, CodedNote, Encounter, Mention, Zone
from services.coder.reading import Note, read
from services.coder.terminology.index import Terminology, terminology


def code_note(text: str, encounter: Encounter, vocabulary: Terminology | None = None) -> CodedNote:
    """Codes and queries of one note. Never raises, whatever the text; same input, same output."""
    vocabulary = vocabulary or terminology()
    note = read(text)
    candidates = [specify(note, found, vocabulary) for found in _accepted(note, encounter, vocabulary)]
    kept = guidelines.apply(note, candidates, encounter, vocabulary)
    return sequence.assemble(note, kept, encounter, vocabulary)


def mentions(note: Note, vocabulary: Terminology) -> list[Mention]:
    """Every term of the vocabulary in the parts of the note that are read."""
    out: list[Mention] = []
    for line in zones.lines_of(note):
        words = match.words_of(note.folded, line.start, line.end)
        found = match.find(words, vocabulary)
        taken = {position for one in found for position in one.positions}
        free = frozenset(word.stem for index, word in enumerate(words) if index not in taken)
        for one in found:
            stems = frozenset(words[p].stem for p in one.positions)
            first, last = words[one.positions[0]], words[one.positions[-1]]
            out.append(
                Mention(
                    first.start,
                    last.end,
                    stems,
                    one.code,
                    one.rank,
                    stems | free,
                    line.zone,
                    one.whole,
                    line.problem,
                )
            )
    return out


def _accepted(note: Note, encounter: Encounter, vocabulary: Terminology) -> list[Mention]:
    """The mentions that the guidelines allow to be coded, from the strongest zone that has any."""
    allowed = [m for m in mentions(note, vocabulary) if assertion.verdict(note, m, encounter.setting)[0]]
    for zone in (Zone.PROBLEM, Zone.ASSESSMENT, Zone.BODY, Zone.REASON, Zone.NARRATIVE, Zone.HISTORY):
        chosen = [m for m in allowed if m.zone <= zone]
        if chosen:
            return chosen
    return []


def specify(note: Note, mention: Mention, vocabulary: Terminology) -> Candidate:
    """The most specific code for one mention."""
    candidate = Candidate(mention.code, mention, spans=[(mention.start, mention.end)])
    base = specificity.lift(base_of(mention.code, vocabulary), vocabulary)
    said = set(mention.line)
    if specificity.sides_matter(base, vocabulary):
        side, span = laterality.side_of(note, mention, base, vocabulary)
        said -= laterality.SIDES
        if side:
            said.add(side)
            if span:
                candidate.spans.append(span)
    code, candidate.guessed = specificity.descend(base, said, vocabulary)
    entry = vocabulary.entry(code)
    if entry is not None and entry.seventh:
        code = specificity.complete(code, "A" if "A" in entry.seventh else entry.seventh[0])
    candidate.code = code
    candidate.rules.append(f"term.{mention.rank}")
    return candidate


def base_of(code: str, vocabulary: Terminology) -> str:
    """The tabular code under a code that carries its seventh character."""
    if vocabulary.entry(code) is not None:
        return code
    bare = code[:-1].rstrip("X").rstrip(".")
    return bare if vocabulary.entry(bare) is not None else code
