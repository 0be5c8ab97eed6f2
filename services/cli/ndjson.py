"""NDJSON in and out: JSON objects, one a line, answered as they arrive; what is wrong with a line, told."""

import sys
from codecs import BOM_UTF8
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from io import BufferedIOBase
from typing import Any, Final

import click
import orjson

Row = tuple[int, dict[str, Any]]
"""The number of a line, counted from 1, and its object."""

_READ: Final = 1 << 18  # bytes
_TOLD: Final = 3  # lines of each kind that are told one by one
_REMEMBERED: Final = 100_000  # ids; a process that answers for months does not keep all of them
_LONGEST: Final = 40  # characters of a field's name
_NOT_UTF8: Final = "not UTF-8: save the file as UTF-8"
_NOT_JSON: Final = "not JSON; each line must be one JSON object"
_NO_OBJECT: Final = "not a JSON object; each line must be one JSON object"


class Faults:
    """The lines without an answer. They are told on standard error by number and field, never by content: it
    may be a patient's.
    """

    def __init__(self) -> None:
        self.count = 0
        self._unreadable: dict[str, list[int]] = defaultdict(list)
        self._warned: set[tuple[str, str]] = set()

    def report(self, number: int, message: str) -> None:
        """Say what is wrong with a line."""
        self.count += 1
        click.echo(f"line {number}: {message}", err=True)

    def unreadable(self, number: int, what: str, why: str = "") -> None:
        """Say that a line is no object. Of a file that is none of lines, every line would say so: after some,
        the others wait for `end`.
        """
        numbers = self._unreadable[what]
        numbers.append(number)
        if len(numbers) <= _TOLD:
            self.report(number, f"{what}{why}")
        else:
            self.count += 1

    def warn(self, number: int, field: str, message: str) -> None:
        """Say once what is odd about a field, of the first line where it is."""
        if (field, message) not in self._warned:
            self._warned.add((field, message))
            click.echo(f"line {number}: field {field}: {message}", err=True)

    def end(self) -> None:
        """Say what has not been said yet; exit with status 1 if some line had no answer."""
        for what, numbers in self._unreadable.items():
            if len(numbers) > _TOLD:
                click.echo(f"{_named(numbers[_TOLD:])}: {what}", err=True)
        if self.count:
            raise SystemExit(1)


def _named(numbers: list[int]) -> str:
    """Lines in order, neighbours together: `lines 3, 5-9`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    return ("lines " if len(numbers) > 1 else "line ") + ", ".join("-".join(map(str, run)) for run in runs)


def arriving(stream: BufferedIOBase) -> Iterator[list[bytes]]:
    """The lines of a stream, together what one read gives: the notes of a file, or that wait in a pipe, are
    coded together; one that comes alone is answered at once.
    """
    begun: list[bytes] = []
    while chunk := stream.read1(_READ):
        head, end, rest = chunk.rpartition(b"\n")
        if end:
            yield b"".join([*begun, head]).split(b"\n")
            begun = []
        begun.append(rest)
    yield [b"".join(begun)]


def rows_of(lines: Iterable[bytes], faults: Faults, first: int = 1) -> Iterator[Row]:
    """The objects of some lines; the first of these has the number `first`."""
    for number, line in enumerate(lines, start=first):
        text = line.removeprefix(BOM_UTF8) if number == 1 else line
        if not text.strip():
            continue
        try:
            row = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            if _is_utf8(text):
                faults.unreadable(number, _NOT_JSON, f" ({error.msg})")
            else:
                faults.unreadable(number, _NOT_UTF8)
            continue
        if isinstance(row, dict):
            yield number, row
        else:
            faults.unreadable(number, _NO_OBJECT)


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in text  # which UTF-16 has beside every letter


def answer_lines(
    stream: BufferedIOBase,
    fields: frozenset[str],
    answers: Callable[[Iterator[Row], Faults], Iterable[dict[str, Any]]],
) -> None:
    """Write the answers to the lines of a stream, those of one read before the next. A line has an `id` and
    other `fields`; `answers` reports the lines that have none to `Faults`, and the exit status is then 1.
    """
    if sys.stdout is None:
        raise click.ClickException("standard output is closed")
    faults = Faults()
    out = sys.stdout.buffer
    ids: set[object] = set()
    first = 1
    try:
        for lines in arriving(stream):
            rows = _checked(rows_of(lines, faults, first), fields, ids, faults)
            out.writelines(
                orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE) for each in answers(rows, faults)
            )
            out.flush()
            first += len(lines)
    except OSError:
        with suppress(OSError):  # what it holds cannot be written at the end of the process either
            sys.stdout.close()
        raise
    faults.end()


def _checked(rows: Iterable[Row], fields: frozenset[str], ids: set[object], faults: Faults) -> Iterator[Row]:
    """The rows whose answers can be told apart by their ids; warns of what is not read, and of ids that stand
    for several rows.
    """
    for number, row in rows:
        if not row.keys() <= fields:
            for name in sorted(row.keys() - fields):
                faults.warn(number, _shown(name), f"not read; there are {', '.join(sorted(fields))}")
        ident = row.get("id")
        if ident is None:
            faults.warn(number, "id", "missing; the answer's is null")
        elif isinstance(ident, bool) or not isinstance(ident, str | int):
            faults.report(number, "field id: must be a string or an integer of at most 64 bits")
            continue
        elif ident in ids:
            faults.warn(number, "id", "an earlier line has the same")
        elif len(ids) < _REMEMBERED:
            ids.add(ident)
        yield number, row


def _shown(name: str) -> str:
    """A field's name, unless it looks like content."""
    return name if name.isidentifier() and len(name) <= _LONGEST else "(of another name)"
