"""Whether a condition was dealt with in this encounter or only carried along from the past.

The Official Guidelines, section IV.J: code all documented conditions that coexist at the time of the encounter and that
require or affect patient care, treatment or management. Coders look for monitoring, evaluation, assessment or treatment.
"""

import re
from typing import Final

from services.coder.reading.cues import pattern, words
from services.coder.reading.kinds import Currency, Division, Flag, PartKind, SectionKind
from services.coder.reading.model import Assertion, Part, Problem, Section, Sentence

_K: Final = SectionKind
_PAST: Final = frozenset({_K.PAST_MEDICAL_HISTORY, _K.PAST_SURGICAL_HISTORY, _K.PAST_HISTORY, _K.PROBLEM_LIST, _K.PRIOR_NOTE})
_VISIT: Final = frozenset({_K.CHIEF_COMPLAINT, _K.REASON_FOR_VISIT})
_NOT_DEALT_WITH: Final = Flag.NEGATED | Flag.FAMILY | Flag.OTHER_PERSON | Flag.HYPOTHETICAL
_TALK: Final = frozenset({PartKind.EDUCATION, PartKind.OTHER})
_WORD: Final = re.compile(r"[a-z][\w'-]*")


def is_chronic(folded: str) -> bool:
    """Whether the words of a mention (folded) name a disease that stays: a history of it is mostly a present disease."""
    chronic = words("chronic")
    tokens = _WORD.findall(folded)
    return any(
        " ".join(tokens[i : i + size]) in chronic for size in (1, 2, 3) for i in range(len(tokens) - size + 1)
    )


def currency_of(
    folded: str,
    mention: tuple[int, int],
    section: Section,
    sentence: Sentence | None,
    problem: Problem | None,
    part: Part | None,
    assertion: Assertion,
) -> Currency:
    """Where a mention stands decides first (title, section), then what its sentence says of its care."""
    if assertion.flags & _NOT_DEALT_WITH:
        return Currency.UNKNOWN
    past = assertion.historical and not is_chronic(folded[mention[0] : mention[1]])
    if past or section.kind is _K.PRIOR_NOTE:
        return Currency.HISTORY
    cared = sentence is not None and pattern("treated").search(folded, sentence.start, sentence.end) is not None
    if section.kind in _PAST:
        return Currency.UNKNOWN if cared else Currency.HISTORY
    if problem is not None and problem.title.start <= mention[0] < problem.title.end:
        return Currency.TREATED_TODAY
    if section.division is Division.ASSESSMENT_AND_PLAN and problem is not None:
        return Currency.UNKNOWN if part is not None and part.kind in _TALK else Currency.TREATED_TODAY
    if section.kind in _VISIT or (cared and section.division is not Division.OBJECTIVE_RESULTS):
        return Currency.TREATED_TODAY
    return Currency.UNKNOWN
