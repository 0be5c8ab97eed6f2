"""External causes of injuries, for customers who want them (Official Guidelines I.C.20).

There is no national requirement to report them; a payer, a state or the customer may ask. The mechanism
comes from the note's story, place and activity from the same or a neighbouring sentence; the seventh
character follows the injury's. Patterns: `data/external_causes.yaml`. Their confidence is one constant
below every sensible gate: with 19 codes in the development notes there is nothing to calibrate on.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from services.coder.engine.billable import Valid
from services.coder.engine.model import Code, Quote
from services.coder.engine.sequence import title_of
from services.coder.engine.tables import table
from services.coder.reading import Flag, Note, SectionKind, Sentence
from services.coder.terminology.index import Terminology

_INITIAL: Final = "ABC"
_OTHERS: Final = Flag.NEGATED | Flag.FAMILY | Flag.OTHER_PERSON
_BARRED: Final = _OTHERS | Flag.HYPOTHETICAL | Flag.HISTORICAL
_WHEN: Final = re.compile(r"\bwhen (?:he|she|they|the patient|patient|pt)\b")
"""How a story is told, though elsewhere it begins a condition ("when she has pain, ...")."""
_CATEGORY: Final = 3
_STORY: Final = (
    50_000  # characters: an injury is told at the beginning; bounds the time of a note of megabytes
)
_BEFORE: Final = 30  # characters
_ELSEWHERE: Final = frozenset(
    (
        SectionKind.PAST_HISTORY,
        SectionKind.PAST_MEDICAL_HISTORY,
        SectionKind.PAST_SURGICAL_HISTORY,
        SectionKind.FAMILY_HISTORY,
        SectionKind.SOCIAL_HISTORY,
        SectionKind.REVIEW_OF_SYSTEMS,
        SectionKind.PRIOR_NOTE,
        SectionKind.INSTRUCTIONS,
        SectionKind.PROBLEM_LIST,
    )
)


class _Rule(NamedTuple):
    code: str
    say: re.Pattern[str]
    also: re.Pattern[str] | None
    vehicle: bool


class _Found(NamedTuple):
    code: str
    start: int
    end: int
    sentence: int
    vehicle: bool = False


def external_causes(
    note: Note,
    codes: Sequence[Code],
    vocabulary: Terminology,
    valid: Valid | None,
    *,
    only_first: bool = False,
) -> list[Code]:
    """Codes of the external causes of the coded injuries, in claim order; none where no injury is coded.

    `only_first`: nothing after the first encounter for the injury.
    """
    injury = next((c for c in codes if c.code[0] in "ST" and len(c.code) == len("S00.00XA")), None)
    if injury is None or any(c.code[0] in "VWXY" for c in codes):
        return []
    episode = injury.code[-1]
    first = episode in _INITIAL
    if only_first and not first:
        return []
    cause = _mechanism(note)
    if cause is None:
        return []
    seventh = "" if len(cause.code) == _CATEGORY else "A" if first else episode  # Y09 has no more characters
    found = [cause._replace(code=cause.code + seventh)]
    if first:
        found.extend(_beside(note, cause))
    checked = (each for each in found if valid is None or valid(each.code))
    return [_code(note, each, vocabulary) for each in checked]


def _mechanism(note: Note) -> _Found | None:
    """The mechanism: a vehicle's if one is told, else that of the first sentence which tells one."""
    told = list(_told(note))
    return next((each for each in told if each.vehicle), told[0] if told else None)


def _told(note: Note) -> Iterator[_Found]:
    for index, sentence in enumerate(note.sentences):
        if sentence.start > _STORY:
            break
        if note.sections[sentence.section].kind in _ELSEWHERE:
            continue
        found = _in_sentence(note, sentence, index)
        if found is not None:
            yield found


def _in_sentence(note: Note, sentence: Sentence, index: int) -> _Found | None:
    text = note.folded[sentence.start : sentence.end]
    for rule in _rules():
        match = rule.say.search(text)
        if match is None or (rule.also is not None and not rule.also.search(text)):
            continue
        start, end = sentence.start + match.start(), sentence.start + match.end()
        if _happened(note, sentence, start, end):
            return _Found(rule.code, start, end, index, rule.vehicle)
    return None


def _happened(note: Note, sentence: Sentence, start: int, end: int) -> bool:
    """Whether the note tells it of this patient and this injury."""
    before = note.folded[max(sentence.start, start - _BEFORE) : start]
    if _not_now().search(before):
        return False
    told = _WHEN.search(note.folded, sentence.start, start) is not None
    return not note.context_at(start, end).flags & (_BARRED & ~Flag.HYPOTHETICAL if told else _BARRED)


def _beside(note: Note, cause: _Found) -> Iterator[_Found]:
    """Place, activity and status in the mechanism's sentence, else in those beside it; each once."""
    order = (cause.sentence, cause.sentence - 1, cause.sentence + 1)
    near = [(i, note.sentences[i]) for i in order if 0 <= i < len(note.sentences)]
    for name in ("place", "activity", "status"):
        found = next((hit for i, sentence in near for hit in _hits(note, sentence, i, name)), None)
        if found is not None:
            yield found


def _hits(note: Note, sentence: Sentence, index: int, name: str) -> Iterator[_Found]:
    text = note.folded[sentence.start : sentence.end]
    for code, pattern in _patterns(name):
        match = pattern.search(text)
        if match is not None:
            start, end = sentence.start + match.start("what"), sentence.start + match.end("what")
            if not note.context_at(start, end).flags & _OTHERS:
                yield _Found(code, start, end, index)


@cache
def _rules() -> tuple[_Rule, ...]:
    rows: list[dict[str, Any]] = table("external_causes")["mechanisms"]
    return tuple(
        _Rule(
            row["code"],
            re.compile(row["say"]),
            re.compile(row["and"]) if "and" in row else None,
            row.get("vehicle", False),
        )
        for row in rows
    )


@cache
def _patterns(name: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Code and pattern of the rows of a table; an activity must be told as what was being done."""
    data = table("external_causes")
    lead = data["said"] if name == "activity" else ""
    return tuple((row["code"], re.compile(f"{lead}(?P<what>{row['say']})")) for row in data[name])


@cache
def _not_now() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{table('external_causes')['not_now']})\b[^.;]*$")


def _code(note: Note, found: _Found, vocabulary: Terminology) -> Code:
    quote = Quote(
        found.start, found.end, note.text[found.start : found.end], str(note.section_at(found.start).kind)
    )
    return Code(
        code=found.code,
        title=title_of(found.code, vocabulary),
        role="external_cause",
        confidence=float(table("external_causes")["confidence"]),
        asked=False,
        rules=("external-cause (I.C.20)",),
        reason=f"Told as «{quote.text}»",
        evidence=(quote,),
        strong=True,
    )
