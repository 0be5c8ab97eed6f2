"""Claim order (sections II and IV.G of the Official Guidelines) and the final form of the codes."""

from typing import Final

from services.coder.engine import admission, assertion, rules
from services.coder.engine.model import Candidate, Code, Encounter, Quote, Setting, Zone
from services.coder.reading import Note
from services.coder.terminology.index import Terminology

_MOST_PASSES: Final = 12


def order(candidates: list[Candidate]) -> list[Candidate]:
    """The order of the note, changed where the classification prescribes one."""
    out = list(candidates)
    if len(out) == 1:
        return out
    possible = rules.orders().places([c.code for c in out])
    for _ in range(_MOST_PASSES):
        moved = False
        for rule in possible:
            moved = _enforce(rule, out) or moved
        if not moved:
            break
    return out


def _enforce(rule: int, out: list[Candidate]) -> bool:
    """Move every `then` of the rule at a place that stands before the last `first` behind it."""
    orders = rules.orders()
    then = [orders.serves(c.code, rule, 1) for c in out]
    places = [i for i, c in enumerate(out) if not then[i] and orders.serves(c.code, rule)]
    if not places:
        return False
    early = [c for i, c in enumerate(out[: places[-1]]) if then[i]]
    if not early:
        return False
    last = out[places[-1]]
    for candidate in early:
        out.remove(candidate)
    at = out.index(last) + 1
    out[at:at] = early
    return True


def assemble(
    note: Note, candidates: list[Candidate], encounter: Encounter, vocabulary: Terminology
) -> tuple[Code, ...]:
    """Codes with evidence in claim order."""
    ordered = order(candidates)
    return tuple(_code(note, c, i, encounter, vocabulary) for i, c in enumerate(ordered))


def _code(
    note: Note, candidate: Candidate, place: int, encounter: Encounter, vocabulary: Terminology
) -> Code:
    first = "principal" if encounter.setting is Setting.INPATIENT else "first_listed"
    role = "external_cause" if candidate.code[0] in "VWXY" else "secondary" if place else first
    return Code(
        code=candidate.code,
        title=title_of(candidate.code, vocabulary),
        role=role,
        confidence=candidate.confidence,
        asked=candidate.asked,
        rules=tuple(dict.fromkeys(candidate.rules)),
        reason=_reason(candidate),
        evidence=tuple(_quote(note, start, end) for start, end in candidate.spans),
        assertion=assertion.verdict(note, candidate.mention, encounter.setting)[1],
        alternatives=tuple(dict.fromkeys(candidate.rejected)),
        stems=candidate.mention.stems,
        line=candidate.mention.line,
        present_on_admission=admission.indicator(note, candidate) if first == "principal" else "",
        strong=candidate.mention.zone <= Zone.ASSESSMENT,
    )


def title_of(code: str, vocabulary: Terminology) -> str:
    """The title of a code, or of the nearest entry above a code that the tabular list does not name."""
    title = vocabulary.titles.get(code)
    if title is None:
        title = vocabulary.titles[code] = _title_of(code, vocabulary)
    return title


def _title_of(code: str, vocabulary: Terminology) -> str:
    entry = vocabulary.entry(code)
    while entry is None and code:
        code = code[:-1].rstrip("X.")
        entry = vocabulary.entry(code)
    return entry.title if entry is not None else ""


def _reason(candidate: Candidate) -> str:
    return f"Documented as «{' '.join(sorted(candidate.mention.stems))}»" + (
        f"; {candidate.guessed} detail(s) not documented" if candidate.guessed else ""
    )


def _quote(note: Note, start: int, end: int) -> Quote:
    return Quote(start, end, note.text[start:end], str(note.section_at(start).kind))
