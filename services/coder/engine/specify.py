"""From a mention to candidate codes: lifted, led down by what the note says, given its seventh character."""

from services.coder.engine import elsewhere, episode, laterality, specificity
from services.coder.engine.model import Candidate, Mention
from services.coder.reading import Note
from services.coder.terminology.index import Terminology
from services.coder.terminology.sources import PRIORITY


def specify(note: Note, mention: Mention, vocabulary: Terminology) -> list[Candidate]:
    """The most specific code for one mention; two where both sides are affected and no bilateral code exists
    (I.B.13).
    """
    base = specificity.lift(base_of(mention.code, vocabulary), vocabulary)
    said = set(mention.line)
    spans = [(mention.start, mention.end)]
    if vocabulary.sided(base):
        side, span = laterality.side_of(note, mention, base, vocabulary)
        said = (said - laterality.SIDES) | ({side} if side else set())
        spans += [span] if span else []
    out = _candidate(mention, base, said, spans, vocabulary)
    if out.guessed:
        more = said | (elsewhere.said_of(note, mention) - laterality.SIDES)
        again = _candidate(mention, base, more, spans, vocabulary) if more != said else out
        if again.guessed < out.guessed:
            again.rules.append("detail.elsewhere")
            out, said = again, more
    if out.guessed and "bilateral" in said:
        pair = [_candidate(mention, base, said | {side}, spans, vocabulary) for side in ("right", "left")]
        if pair[0].code != pair[1].code and min(c.guessed for c in pair) < out.guessed:
            return pair
    return [out]


def _candidate(
    mention: Mention, base: str, said: set[str], spans: list[tuple[int, int]], vocabulary: Terminology
) -> Candidate:
    code, guessed = specificity.descend(base, said, vocabulary)
    candidate = Candidate(code, mention, [f"term.{PRIORITY[mention.rank]}"], list(spans), guessed=guessed)
    entry = vocabulary.entry(code)
    if entry is not None and entry.seventh:
        character = specificity.seventh(entry.seventh, said, episode.of(mention))
        candidate.code = specificity.complete(code, character)
    return candidate


def base_of(code: str, vocabulary: Terminology) -> str:
    """The tabular code under a code that carries its seventh character."""
    if vocabulary.entry(code) is not None:
        return code
    bare = code[:-1].rstrip("X").rstrip(".")
    return bare if vocabulary.entry(bare) is not None else code
