"""How well assertions are read: a concept found in its sentence, its context, and scores against labels.

The labels are those of the NegEx test kit (`rows.CONTEXT_LABELS`).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from services.coder.errors import NoteError
from services.coder.evaluation import rows
from services.coder.evaluation.counts import Counts
from services.coder.reading import Assertion, Flag, read

FIELDS: Final = frozenset(("id", "sentence", "concept"))
"""What is read of a line of `claimstream context`."""

SHORTEST: Final = 4  # letters; a shorter piece of a concept does not identify it


def locate(sentence: str, concept: str) -> tuple[int, int] | None:
    """Where a concept stands in a sentence: any case, any spacing; the upper-cased occurrence first, if one
    stands out.

    Returns half-open character offsets, or None if the concept is not there. Of a concept that a sentence
    holds only in part, the longest beginning or end of it that is there.
    """
    words = concept.split()
    if not words:
        return None
    whole = _occurrence(sentence, words)
    if whole is not None:
        return whole
    for count in range(len(words) - 1, 0, -1):  # a concept cut off by the end of its sentence
        for part in (words[:count], words[-count:]):
            if sum(map(len, part)) >= SHORTEST and (found := _occurrence(sentence, part)) is not None:
                return found
    return None


def _occurrence(sentence: str, words: Sequence[str]) -> tuple[int, int] | None:
    pattern = r"\s+".join(re.escape(word) for word in words)
    found = list(re.finditer(pattern, sentence, re.IGNORECASE))
    bounded = [match for match in found if _is_bounded(sentence, match.start(), match.end())] or found
    marked = [match for match in bounded if match.group().isupper()] or bounded
    marked = [match for match in marked if not sentence[match.end() :].lstrip().startswith(":")] or marked
    return marked[0].span() if marked else None


def _is_bounded(text: str, start: int, end: int) -> bool:
    """Whether no letter or digit touches the span from outside."""
    before = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
    after = end < len(text) and (text[end].isalnum() or text[end] in "'\u2019") and text[end - 1].isalnum()
    return not before and not after


def assertion_in(sentence: str, concept: str) -> Assertion | None:
    """What a sentence says about a concept in it, or None if the concept is not there."""
    span = locate(sentence, concept)
    return None if span is None else read(sentence).context_at(*span)


def answer(row: Mapping[str, Any]) -> dict[str, Any]:
    """The line of `claimstream context` for {"id", "sentence", "concept"}; raises `NoteError` if it cannot
    be answered.
    """
    assertion = assertion_in(rows.text(row, "sentence"), rows.text(row, "concept"))
    if assertion is None:
        raise NoteError("field concept: does not occur in the sentence")
    return {
        "id": row.get("id"),
        "negated": assertion.negated,
        "historical": assertion.historical,
        "experiencer": assertion.experiencer,
        "possible": assertion.possible,
        "hypothetical": assertion.hypothetical,
    }


LABELS: Final = {
    "negation": ("negation", "negated"),
    "temporality_historical": ("temporality", "historical"),
    "temporality_hypothetical": ("temporality", "not particular"),
    "experiencer": ("experiencer", "family member"),
}


def score(labelled: Iterable[Mapping[str, Any]]) -> dict[str, Counts]:
    """Counts per measure over rows of `rows.context`; a concept that is not in its sentence counts as
    affirmed, recent, the patient's.
    """
    counts = dict.fromkeys(LABELS, Counts())
    for row in labelled:
        assertion = assertion_in(row["sentence"], row["concept"]) or Assertion(Flag.NONE, ())
        said = {
            "negation": assertion.negated,
            "temporality_historical": assertion.historical,
            "temporality_hypothetical": assertion.hypothetical,
            "experiencer": assertion.experiencer != "patient",
        }
        for measure, (label, positive) in LABELS.items():
            if label in row:
                counts[measure] = counts[measure].add(said=said[measure], is_so=row[label] == positive)
    return counts
