"""How large a record is on the wire, so that one too large is found before it is sent (rule 6)."""

from collections.abc import Mapping
from typing import Final

_BATCH: Final = 61  # header of a record batch, message format 2
_RECORD: Final = (
    40  # length, attributes, time and offset deltas, lengths of key and value, header count: at most
)
_HEADER: Final = 10  # the two lengths of a header: at most


def wire_size(key: str, value: bytes, headers: Mapping[str, bytes]) -> int:
    """The most bytes that a record takes alone in an uncompressed batch: what `max.message.bytes` bounds."""
    size = _BATCH + _RECORD + 4 * len(key) + len(value)
    for name, content in headers.items():
        size += _HEADER + 4 * len(name) + len(content)
    return size
