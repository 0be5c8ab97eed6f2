"""The compiled form of a table: typed columns in one file, opened by memory mapping.

    magic  | header length (u64) | header (JSON) | padding | column | padding | column ...

Opening maps the file and reads the header only, so it costs well under a millisecond at any size, and every
worker on a machine shares the same pages. A sorted key column is searched with `bisect` on the mapping
itself. A column is an array of unsigned integers (8, 16, 32 or 64 bits) or a heap: end offsets, then bytes.
The file is a local cache in the machine's byte order; it is rebuilt rather than carried between machines.
Why this and not SQLite: docs/decisions/0010-codeset-storage.md.
"""

import mmap
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from services.codesets.errors import StorageError
from services.contracts.whole import write_whole

FORMAT: Final = 1
_MAGIC: Final = b"CLAIMTB1"
_PREAMBLE: Final = 16
_ALIGN: Final = 8
_HEAP: Final = "heap"


class TableWriter:
    """Collects columns, then writes them at once and atomically."""

    def __init__(self, meta: Mapping[str, Any]) -> None:
        """`meta` is free JSON: the table's name, version, dates, source."""
        self._meta = dict(meta)
        self._columns: list[dict[str, Any]] = []
        self._parts: list[bytes] = []
        self._size = 0

    def _append(self, data: bytes) -> int:
        start = self._size
        padding = -len(data) % _ALIGN
        self._parts += [data, b"\0" * padding]
        self._size += len(data) + padding
        return start

    def numbers(self, name: str, typecode: str, values: Iterable[int]) -> None:
        """Add a column of unsigned integers; typecode B, H, I or Q as in `array`."""
        data = values if isinstance(values, array) else array(typecode, values)
        raw = data.tobytes()
        self._columns.append(
            {"name": name, "kind": data.typecode, "start": self._append(raw), "bytes": len(raw)}
        )

    def heap(self, name: str, values: Iterable[bytes]) -> None:
        """Add a column of byte strings."""
        ends, body = array("I", [0]), bytearray()
        for value in values:
            body += value
            ends.append(len(body))
        offsets = ends.tobytes()
        start = self._append(offsets)
        body_start = self._append(bytes(body))
        self._columns.append(
            {
                "name": name,
                "kind": _HEAP,
                "start": start,
                "bytes": len(offsets),
                "body": body_start,
                "size": len(body),
            }
        )

    def write(self, path: Path) -> None:
        """Write the file: readers see all of it or nothing."""
        header = orjson.dumps(
            {
                "format": FORMAT,
                "order": sys.byteorder,
                "size": self._size,
                "meta": self._meta,
                "columns": self._columns,
            }
        )
        header += b" " * (-(len(header) + _PREAMBLE) % _ALIGN)
        path.parent.mkdir(parents=True, exist_ok=True)
        preamble = _MAGIC + len(header).to_bytes(8, sys.byteorder)
        write_whole(path, (preamble, header, *self._parts), durable=True)


class Heap:
    """A column of byte strings, read from the mapping when asked for."""

    __slots__ = ("_body", "_ends")

    def __init__(self, ends: "memoryview[int]", body: "memoryview[int]") -> None:
        self._ends = ends
        self._body = body

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, index: int) -> bytes:
        return bytes(self._body[self._ends[index] : self._ends[index + 1]])

    def text(self, index: int) -> str:
        """The value as UTF-8 text."""
        return str(self._body[self._ends[index] : self._ends[index + 1]], "utf-8")


class TableFile:
    """An opened table. Safe to share between threads; the mapping closes with the object."""

    def __init__(self, path: Path) -> None:
        """Map the file.

        Raises:
            StorageError: missing, truncated, of another format or of another byte order.
        """
        self.path = path
        try:
            with path.open("rb") as source:
                self._map = mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise StorageError(f"{path.name}: cannot be opened ({error})") from error
        self._view = memoryview(self._map)
        header, self._base = self._read_header()
        self.meta: dict[str, Any] = header["meta"]
        self._columns: dict[str, dict[str, Any]] = {column["name"]: column for column in header["columns"]}

    def _read_header(self) -> tuple[dict[str, Any], int]:
        if len(self._view) < _PREAMBLE or bytes(self._view[:8]) != _MAGIC:
            raise StorageError(f"{self.path.name}: not a compiled table")
        length = int.from_bytes(self._view[8:_PREAMBLE], sys.byteorder)
        base = _PREAMBLE + length
        if base > len(self._view):
            raise StorageError(f"{self.path.name}: header is cut off, or of another byte order")
        header: dict[str, Any] = orjson.loads(self._view[_PREAMBLE:base])
        if header["format"] != FORMAT or header["order"] != sys.byteorder:
            raise StorageError(
                f"{self.path.name}: compiled by another version; run `claimstream codesets build`"
            )
        if base + header["size"] != len(self._view):
            raise StorageError(f"{self.path.name}: cut off ({len(self._view)} bytes)")
        return header, base

    def _slice(self, start: int, size: int) -> "memoryview[int]":
        return self._view[self._base + start : self._base + start + size]

    def numbers(self, name: str) -> "memoryview[int]":
        """A column of integers, as a view on the mapping."""
        column = self._columns[name]
        return self._slice(column["start"], column["bytes"]).cast(column["kind"])

    def heap(self, name: str) -> Heap:
        """A column of byte strings."""
        column = self._columns[name]
        ends = self._slice(column["start"], column["bytes"]).cast("I")
        return Heap(ends, self._slice(column["body"], column["size"]))


def find(keys: "memoryview[int]", key: int | None) -> int:
    """The row of a key in a sorted column, or -1."""
    if key is None:
        return -1
    row = bisect_left(keys, key)
    return row if row < len(keys) and keys[row] == key else -1
