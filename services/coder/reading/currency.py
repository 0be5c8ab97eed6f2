"""Whether a condition was dealt with in this encounter or only carried along from the past.

The Official Guidelines, section IV.J: code all documented conditions that coexist at the time of the
encounter and that require or affect patient care, treatment or management. Coders look for monitoring,
evaluation, assessment or treatment.
"""

import re
from typing import Final, NamedTuple

from services.coder.reading.cues import phrases, words
from services.coder.reading.kinds import Currency, Division, Flag, PartKind, SectionKind
from services.coder.reading.model import Assertion, Part, Problem, Section

_K: Final = SectionKind
_PAST: Final = frozenset(
    {_K.PAST_MEDICAL_HISTORY, _K.PAST_SURGICAL_HISTORY, _K.PAST_HISTORY, _K.PROBLEM_LIST, _K.PRIOR_NOTE}
)
_VISIT: Final = frozenset({_K.CHIEF_COMPLAINT, _K.REASON_FOR_VISIT})
_NOT_DEALT_WITH: Final = Flag.NEGATED | Flag.FAMILY | Flag.OTHER_PERSON | Flag.HYPOTHETICAL
_TALK: Final = frozenset({PartKind.EDUCATION, PartKind.OTHER})
_WORD: Final = re.compile(r"[a-z][\w'-]*")


def is_chronic(folded: str) -> bool:
    """Whether the words of a mention (folded) name a disease that stays: a history of it is mostly a present
    disease.
    """
    chronic = words("chronic")
    tokens = _WORD.findall(folded)
    return any(
        " ".join(tokens[i : i + size]) in chronic for size in (1, 2, 3) for i in range(len(tokens) - size + 1)
    )


class Place(NamedTuple):
    """A mention's words (folded), and all that a note holds at its place."""

    mention: str
    start: int
    section: Section
    sentence: str
    problem: Problem | None
    part: Part | None
    assertion: Assertion


def currency_of(place: Place) -> Currency:
    """Where a mention stands decides first (title, section), then what its sentence says of its care."""
    kind = place.section.kind
    if place.assertion.flags & _NOT_DEALT_WITH:
        return Currency.UNKNOWN
    if kind is _K.PRIOR_NOTE or (place.assertion.historical and not is_chronic(place.mention)):
        return Currency.HISTORY
    cared = phrases("treated").search(place.sentence, 0, len(place.sentence)) is not None
    if kind in _PAST:
        return Currency.UNKNOWN if cared else Currency.HISTORY
    dealt_with = _in_assessment(place)
    if dealt_with is None:
        dealt_with = kind in _VISIT or (cared and place.section.division is not Division.OBJECTIVE_RESULTS)
    return Currency.TREATED_TODAY if dealt_with else Currency.UNKNOWN


def _in_assessment(place: Place) -> bool | None:
    """Whether a mention in a problem's text is dealt with there; None outside of problems."""
    problem = place.problem
    if problem is None:
        return None
    if problem.title.start <= place.start < problem.title.end:
        return True
    if place.section.division is not Division.ASSESSMENT_AND_PLAN:
        return None
    return place.part is None or place.part.kind not in _TALK
