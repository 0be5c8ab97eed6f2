"""The compiled form of every small table: a sorted key of up to eight characters and a JSON row."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Final

import orjson

from services.codesets.codes import pack, unpack
from services.codesets.manifest import Entry
from services.codesets.storage import TableFile, TableWriter

Row = list[Any]
_CACHED: Final = 16384


class Rows:
    """Rows by key; a key may have several."""

    def __init__(self, file: TableFile) -> None:
        """Use the columns written by `write_rows`."""
        self._keys = file.numbers("key")
        self._rows = file.heap("row")
        self.get = lru_cache(_CACHED)(self._get)

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, key: str) -> bool:
        return bool(self.get(key))

    def _get(self, key: str) -> tuple[Row, ...]:
        """Every row of a key, in the order written; empty when there is none."""
        packed = pack(key)
        if packed is None:
            return ()
        first, last = bisect_left(self._keys, packed), bisect_right(self._keys, packed)
        return tuple(orjson.loads(self._rows[row]) for row in range(first, last))

    def items(self) -> Iterator[tuple[str, Row]]:
        """Every key and row, sorted by key."""
        for row, key in enumerate(self._keys):
            yield unpack(key), orjson.loads(self._rows[row])


class RowTable:
    """One imported version of a table that is kept as `Rows`: the base of the views beside this module."""

    def __init__(self, file: TableFile, entry: Entry) -> None:
        """Use a table written by `write_rows`; `entry` is its line of the manifest."""
        self.entry = entry
        self.version = entry.version
        self.rows = Rows(file)

    def __len__(self) -> int:
        return len(self.rows)

    def first(self, key: str) -> Row | None:
        """The row of a key, the first where it has several; None when there is none."""
        found = self.rows.get(key)
        return found[0] if found else None


def write_rows(writer: TableWriter, rows: Iterable[tuple[str, Row]]) -> None:
    """Add the columns of `Rows`; rows of one key keep their order.

    Raises:
        ValueError: a key is longer than eight ASCII characters.
    """
    packed = []
    for key, row in rows:
        number = pack(key)
        if number is None:
            raise ValueError(f"key {key!r} does not fit a table")
        packed.append((number, orjson.dumps(row)))
    packed.sort(key=lambda each: each[0])
    writer.numbers("key", "Q", (number for number, _ in packed))
    writer.heap("row", (row for _, row in packed))
