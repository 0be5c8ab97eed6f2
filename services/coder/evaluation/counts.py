"""Counts of right and wrong, and the measures made of them."""

from collections.abc import Iterable
from math import isnan, nan
from typing import NamedTuple

_PLACES = 4


class Counts(NamedTuple):
    """Counts of one binary decision; what is the positive class, the caller says. A measure without cases is
    not a number.
    """

    true_positive: int = 0
    false_positive: int = 0
    false_negative: int = 0
    true_negative: int = 0

    @classmethod
    def of(cls, gold: set[str], found: set[str]) -> "Counts":
        """Labels, of which each is found or not, against what was found."""
        return cls(len(gold & found), len(found - gold), len(gold - found))

    @classmethod
    def sum(cls, counts: Iterable["Counts"]) -> "Counts":
        """All of these together."""
        return cls(*map(sum, zip(cls(), *counts, strict=True)))

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
        """Share of what was said that is so."""
        return share(self.true_positive, self.true_positive + self.false_positive)

    @property
    def recall(self) -> float:
        """Share of what is so that was said."""
        return share(self.true_positive, self.true_positive + self.false_negative)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = 2 * self.true_positive
        return share(both, both + self.false_positive + self.false_negative)

    def measures(self) -> dict[str, float]:
        """Precision, recall and F1, rounded to four places, and the number of positive cases."""
        return {
            "precision": round(self.precision, _PLACES),
            "recall": round(self.recall, _PLACES),
            "f1": round(self.f1, _PLACES),
            "positive": self.true_positive + self.false_negative,
        }


def share(part: float, whole: float) -> float:
    """Part of a whole; not a number where there is no whole."""
    return part / whole if whole else nan


def shown(measure: float, form: str = ".4g") -> str:
    """A measure, or a whole number, for people; `-` where there are no cases."""
    if isinstance(measure, int):
        return str(measure)
    return "-" if isnan(measure) else format(measure, form)
