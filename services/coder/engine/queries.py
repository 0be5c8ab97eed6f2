"""Questions to the provider where the documentation leaves open what matters. Rules: `data/queries.yaml`.

Which side is asked for every code that tells right from left and was left at «unspecified».
"""

from functools import cache
from typing import Any, Final

from services.coder.engine.model import Candidate, Encounter, Inquiry, Quote
from services.coder.engine.tables import table
from services.coder.reading import Note
from services.coder.terminology.index import Terminology
from services.coder.terminology.refine import UNSPECIFIED
from services.coder.terminology.words import folder

_SIDES: Final = ("right", "left")
_EXEMPT: Final = ("G40", "G43", "I50", "O", "T", "V", "W", "X", "Y", "C")


def ask(
    note: Note, candidates: list[Candidate], encounter: Encounter, vocabulary: Terminology
) -> tuple[Inquiry, ...]:
    """The questions that the codes of a note leave open, in the order of the codes."""
    out: list[Inquiry] = []
    for candidate in candidates:
        out.extend(_by_rule(note, candidate, encounter, vocabulary))
        out.extend(_which_side(note, candidate, vocabulary))
    return tuple(dict.fromkeys(out))


def _by_rule(
    note: Note, candidate: Candidate, encounter: Encounter, vocabulary: Terminology
) -> list[Inquiry]:
    out: list[Inquiry] = []
    for rule in _rules().get(candidate.code[:3], ()):
        if _applies(rule, note, candidate, encounter):
            candidate.asked |= rule["holds"] or rule.get("doubts", False)
            codes = tuple(rule.get("codes", ())) or _siblings(candidate.code, vocabulary)
            out.append(
                Inquiry(
                    topic=rule["topic"],
                    question=rule["question"],
                    why=rule["why"],
                    about=candidate.code,
                    codes=codes,
                    evidence=_quotes(note, candidate),
                    holds=rule["holds"],
                )
            )
    return out


def _siblings(code: str, vocabulary: Terminology) -> tuple[str, ...]:
    """The codes beside one that leaves open what is asked: the stages of an ulcer of that very place."""
    entry = vocabulary.entry(code)
    steps = vocabulary.steps(entry.parent) if entry is not None else ()
    return tuple(child for child, _, _, kind in steps if child != code and kind != UNSPECIFIED)


def _applies(rule: dict[str, Any], note: Note, candidate: Candidate, encounter: Encounter) -> bool:
    line, settings = candidate.mention.line, rule.get("settings")
    return (
        any(_fits(candidate.code, pattern) for pattern in rule["for"])
        and (not rule["words"] or not line.isdisjoint(rule["words"]))
        and not any(word in _told(note, candidate) for word in rule.get("unless", ()))
        and (not settings or encounter.setting.value in settings)
    )


def _told(note: Note, candidate: Candidate) -> str:
    """What is said of the condition: its sentence, and the text of its problem."""
    mention = candidate.mention
    sentence = note.sentence_at(mention.start)
    spans = [(mention.start, mention.end) if sentence is None else (sentence.start, sentence.end)]
    if mention.problem >= 0:
        body = note.problems[mention.problem].body
        spans.append((body.start, body.end))
    return "\n".join(note.folded[start:end] for start, end in spans)


def _which_side(note: Note, candidate: Candidate, vocabulary: Terminology) -> list[Inquiry]:
    entry = vocabulary.entry(candidate.code) or vocabulary.entry(candidate.code[:-1].rstrip("X").rstrip("."))
    if entry is None or "unspecified" not in entry.title or candidate.code.startswith(_EXEMPT):
        return []
    sided = {
        side: child
        for child, ways, _, _ in vocabulary.steps(entry.parent)
        for side in _SIDES
        if any(way and all(word == side for word in way) for way in ways)
    }
    if len(sided) != len(_SIDES) or candidate.code.startswith(tuple(sided.values())):
        return []
    condition = note.text[candidate.mention.start : candidate.mention.end]
    return [
        Inquiry(
            "laterality",
            f"Which side does «{condition}» concern: right, left or both?",
            "The code tells the sides apart (I.B.13)",
            candidate.code,
            tuple(sided.values()),
            _quotes(note, candidate),
        )
    ]


def _fits(code: str, pattern: str) -> bool:
    """A code, a prefix ending in `*`, or a prefix and an ending around `*`."""
    start, star, end = pattern.partition("*")
    return code == pattern if not star else code.startswith(start) and code.endswith(end)


def _quotes(note: Note, candidate: Candidate) -> tuple[Quote, ...]:
    start, end = candidate.mention.start, candidate.mention.end
    return (Quote(start, end, note.text[start:end], str(note.section_at(start).kind)),)


@cache
def _rules() -> dict[str, list[dict[str, Any]]]:
    """The rules by category, so that a code is only held against its own."""
    out: dict[str, list[dict[str, Any]]] = {}
    for rule in table("queries"):
        folded = {"words": set(folder().stems(" ".join(rule.get("words", ()))))}
        for category in {pattern[:3] for pattern in rule["for"]}:
            out.setdefault(category, []).append(rule | folded)
    return out
