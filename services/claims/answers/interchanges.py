"""A payer's file cut into its interchanges, byte for byte: what each record of `payer-files` holds."""

import re
from collections.abc import Iterator
from typing import Final

_LONGEST: Final = 250
"""Bytes that an ISA may have; the guides fix 106."""
_ELEMENTS: Final = 16


def interchanges(content: bytes) -> Iterator[bytes]:
    """The pieces of the content, each beginning with an ISA; nothing is left out.

    Text before the first ISA stays with it, text behind an interchange with that one: whoever reads the piece
    reports it. Content without any ISA is one piece; blank content is none.
    """
    start = 0
    while (found := _next(content, start)) is not None:
        yield content[start:found]
        start = found
    if content[start:].strip(b"\r\n\t \0"):
        yield content[start:]


def _next(content: bytes, start: int) -> int | None:
    """Where the interchange behind the one at `start` begins: a segment ISA, whatever its delimiters are."""
    at = content.find(b"ISA", start)
    while at >= 0:
        terminator = _terminator(content[at : at + _LONGEST])
        if terminator:
            following = re.compile(re.escape(terminator) + rb"[\s\0]*(?=ISA[^A-Za-z0-9\s])")
            found = following.search(content, at)
            return found.end() if found is not None else None
        at = content.find(b"ISA", at + 3)
    return None


def _terminator(head: bytes) -> bytes:
    """What ends the segments of the interchange with this ISA; empty where it is none."""
    element = head[3:4]
    if not element or element.isalnum() or element.isspace():
        return b""
    parts = head.split(element, _ELEMENTS)
    return parts[-1][1:2] if len(parts) > _ELEMENTS else b""
