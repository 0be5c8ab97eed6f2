"""X12 as a stream of segments: any delimiters, many interchanges in one file, bounded memory.

Bytes are taken as Latin-1, so that none is ever unreadable. What cannot be read on (no ISA, a segment without
an end) is a located fault; reading goes on at the next ISA.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from services.stage.model import Fault

_CHUNK: Final = 1 << 16
_LONGEST_SEGMENT: Final = 1 << 16
"""Characters; the longest segment of the guides has well under 2,000."""
_ISA_ELEMENTS: Final = 16
_ISA_LONGEST: Final = 250
_SPACE: Final = "\r\n\t \0"


@dataclass(frozen=True, slots=True)
class Delimiters:
    """As an ISA states them."""

    element: str = "*"
    component: str = ":"
    terminator: str = "~"
    repetition: str = "^"


class Tokens:
    """Iterate over it for segments as lists of elements; the first is the segment's id.

    `number` counts segments from 1 through the file, `delimiters` are those in force, `faults` is what could
    not be read.
    """

    def __init__(self, stream: BinaryIO, name: str = "") -> None:
        """Read from where the stream stands; `name` begins the path of every fault."""
        self.delimiters = Delimiters()
        self.number = 0
        self.faults: list[Fault] = []
        self._stream, self._name = stream, name
        self._buffer, self._at, self._ended = "", 0, False
        self._inside = False

    def __iter__(self) -> Iterator[list[str]]:
        while self._begin():
            yield from self._interchange()

    def place(self, detail: str = "") -> str:
        """Where reading stands: file, segment, detail."""
        return ":".join(part for part in (self._name, f"segment {self.number}", detail) if part)

    def _fill(self) -> bool:
        """More text behind what is left; False at the end of the stream."""
        if self._ended:
            return False
        chunk = self._stream.read(_CHUNK)
        self._buffer = self._buffer[self._at :] + chunk.decode("latin-1")
        self._at = 0
        self._ended = not chunk
        return not self._ended

    def _begin(self) -> bool:
        """Stand before the next ISA that can be read; False when there is none."""
        skipped = False
        while True:
            while len(self._buffer) - self._at < _ISA_LONGEST and self._fill():
                pass
            found = self._buffer.find("ISA", self._at)
            junk = self._buffer[self._at : found if found >= 0 else len(self._buffer)]
            skipped = skipped or bool(junk.strip(_SPACE))
            if found >= 0 and self._read_isa(found):
                if skipped:
                    self._report("text that belongs to no interchange")
                return True
            self._at = found + 3 if found >= 0 else max(self._at, len(self._buffer) - 2)
            if found < 0 and not self._fill():
                if skipped or self.number == 0:
                    self._report("no readable ISA segment")
                return False
            skipped = skipped or found >= 0

    def _report(self, message: str) -> None:
        self.faults.append(Fault(self.place(), message, "send whole interchanges, from ISA to IEA"))

    def _read_isa(self, at: int) -> bool:
        """Take the delimiters over; they stand where the sixteenth element ends."""
        self._at = at
        while len(self._buffer) - self._at < _ISA_LONGEST and self._fill():
            pass
        head = self._buffer[self._at : self._at + _ISA_LONGEST]
        element = head[3:4]
        if not element or element.isalnum() or element.isspace():
            return False
        parts = head.split(element, _ISA_ELEMENTS)
        if len(parts) <= _ISA_ELEMENTS or len(parts[-1]) < 2:  # noqa: PLR2004 (component, terminator)
            return False
        component, terminator = parts[-1][0], parts[-1][1]
        if component.isalnum() or terminator.isalnum() or len({element, component, terminator}) < 3:  # noqa: PLR2004
            return False
        repetition = parts[11] if len(parts[11]) == 1 and not parts[11].isalnum() else "^"
        self.delimiters = Delimiters(element, component, terminator, repetition)
        return True

    def _interchange(self) -> Iterator[list[str]]:
        """The segments from ISA to IEA; ends early, with a fault, where there is no IEA."""
        element, terminator = self.delimiters.element, self.delimiters.terminator
        strip = _SPACE.replace(terminator, "")
        while True:
            end = self._buffer.rfind(terminator, self._at)
            if end < 0:
                if len(self._buffer) - self._at <= _LONGEST_SEGMENT and self._fill():
                    continue
                self._cut(strip)
                return
            at = self._at
            for text in self._buffer[at:end].split(terminator):
                elements = text.strip(strip).split(element)
                kind = elements[0]
                if kind == "ISA" and self._inside:
                    self._report("a new ISA before the IEA of the one before")
                    self._at, self._inside = at, False
                    return
                at += len(text) + 1
                if not kind and len(elements) == 1:
                    continue
                self.number += 1
                self._inside = kind != "IEA"
                if not self._inside:
                    self._at = at
                yield elements
                if not self._inside:
                    return
            self._at = at

    def _cut(self, strip: str) -> None:
        """The stream ended, or a segment did not."""
        rest = self._buffer[self._at :].strip(strip)
        message = "a segment has no end" if rest else "the interchange has no IEA"
        self._report(message)
        self._at = len(self._buffer) if self._ended else self._at + 3
        self._inside = False
