"""Counts of right and wrong, and the measures made of them."""

from typing import NamedTuple


class Counts(NamedTuple):
    """Counts of one binary decision; what is the positive class, the caller says."""

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
        """Harmonic mean of precision and recall; 1 when nothing was said and nothing is so."""
        total = 2 * self.true_positive + self.false_positive + self.false_negative
        return 2 * self.true_positive / total if total else 1.0

    def measures(self) -> dict[str, float]:
        """Precision, recall and F1, rounded to four places, and the number of positive cases."""
        return {
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
            "f1": round(self.f1, 4),
            "positive": self.true_positive + self.false_negative,
        }
