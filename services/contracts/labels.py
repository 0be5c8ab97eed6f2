"""Metric labels that stay bounded, whatever the events say."""

from typing import Final

OTHER: Final = "other"
MOST_PAYERS: Final = 50


class BoundedLabel:
    """Gives the first `most` distinct values as they are and `other` for every later one."""

    def __init__(self, most: int = MOST_PAYERS) -> None:
        """`most` bounds the time series that one label can make."""
        self._most = most
        self._seen: set[str] = set()

    def __call__(self, value: str) -> str:
        """The label for this value."""
        if value not in self._seen:
            if len(self._seen) >= self._most:
                return OTHER
            self._seen.add(value)
        return value or OTHER
