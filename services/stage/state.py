"""What a stage remembers: a mapping for each partition, and the changes of an open transaction."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final


class Overlay(Mapping[str, Any]):
    """A partition's state as an open transaction sees it: the committed rows under its own changes.

    Later records of a batch see what earlier ones changed; an abort only has to drop the overlay.
    """

    __slots__ = ("_rows", "changes")

    def __init__(self, rows: Mapping[str, Any]) -> None:
        """Start without changes over committed rows."""
        self._rows = rows
        self.changes: dict[str, Any] = {}

    def apply(self, changes: Iterable[tuple[str, Any]]) -> None:
        """Take up changes; a value of None deletes the key."""
        self.changes.update(changes)

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 (the handler's own)
        """The value of a key, or KeyError."""
        if key in self.changes:
            value = self.changes[key]
            if value is None:
                raise KeyError(key)
            return value
        return self._rows[key]

    def __iter__(self) -> Iterator[str]:
        """The keys: the committed ones that remain, then the new ones."""
        for key in self._rows:
            if self.changes.get(key, True) is not None:
                yield key
        for key, value in self.changes.items():
            if value is not None and key not in self._rows:
                yield key

    def __len__(self) -> int:
        """How many keys there are."""
        return sum(1 for _ in self)


class Store:
    """The committed state of the partitions that this instance owns."""

    def __init__(self) -> None:
        """Own nothing yet."""
        self._partitions: dict[int, dict[str, Any]] = {}

    def __contains__(self, partition: object) -> bool:
        """Whether the partition is owned."""
        return partition in self._partitions

    def open(self, partition: int, rows: dict[str, Any]) -> None:
        """Own a partition, with the rows read back for it."""
        self._partitions[partition] = rows

    def close(self, partition: int) -> None:
        """Forget a partition: another instance writes it now."""
        self._partitions.pop(partition, None)

    def overlay(self, partition: int) -> Overlay:
        """A view on which an open transaction works."""
        return Overlay(self._partitions[partition])

    def merge(self, partition: int, changes: Mapping[str, Any]) -> None:
        """Make a committed transaction's changes part of the state."""
        fold_into(self._partitions[partition], changes.items())

    def sizes(self) -> dict[int, int]:
        """How many keys each partition has."""
        return {partition: len(rows) for partition, rows in self._partitions.items()}

    def rows(self, partition: int) -> Mapping[str, Any]:
        """The committed rows of a partition."""
        return self._partitions[partition]


def fold_into(rows: dict[str, Any], changes: Iterable[tuple[str, Any]]) -> None:
    """Apply changes to rows in place; a value of None deletes the key."""
    for key, value in changes:
        if value is None:
            rows.pop(key, None)
        else:
            rows[key] = value


NOTHING: Final = Overlay({})
"""The state of a stage that remembers nothing."""
