"""How well assertions are read: a concept found in its sentence, its context, and scores against labels."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from services.coder.reading import Assertion, read

SHORTEST: Final = 4  # letters; a shorter piece of a concept does not identify it


class Counts(NamedTuple):
    """Counts of one binary decision, positive class as named by the caller."""

    true_positive: int = 0
    false_positive: int = 0
    false_negative: int = 0
    true_negative: int = 0

    def add(self, *, said: bool, is_so: bool) -> "Counts":
        """These counts with one more case."""
        return Counts(
            self.true_positive + (said and is_so),
            self.false_positive + (said and not is_so),
            self.false_negative + (is_so and not said),
            self.true_negative + (not said and not is_so),
        )

    @property
    def precision(self) -> float:
        """Share of what was said that is so; 1 when nothing was said."""
        said = self.true_positive + self.false_positive
        return self.true_positive / said if said else 1.0

    @property
    def recall(self) -> float:
        """Share of what is so that was said; 1 when nothing is so."""
        so = self.true_positive + self.false_negative
        return self.true_positive / so if so else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = 2 * self.true_positive + self.false_positive + self.false_negative
        return 2 * self.true_positive / total if total else 1.0


def locate(sentence: str, concept: str) -> tuple[int, int] | None:
    """Where a concept stands in a sentence: any case, any spacing; the upper-cased occurrence first, if one stands out.

    Returns half-open character offsets, or None if the concept is not there. Of a concept that a sentence holds only in
    part, the longest beginning or end of it that is there.
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
