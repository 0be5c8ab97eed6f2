"""`claimstream code` and `claimstream context`: notes to codes, and what a sentence says about a concept in
it.
"""

import sys
from collections.abc import Iterable, Iterator
from io import BufferedIOBase
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import click
import orjson

if TYPE_CHECKING:  # a command pays for what it uses
    from services.coder.batch import Coder
    from services.coder.engine.coder import Task


_READ: Final = 1 << 18  # bytes


def there(stream: BufferedIOBase) -> Iterator[list[bytes]]:
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


def rows_of(
    lines: Iterable[bytes], faults: list[int], first: int = 1
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The JSON objects of the lines of an NDJSON file with their line numbers, counted from `first`; a line
    that is none is reported and counted in `faults`.
    """
    for number, line in enumerate(lines, start=first):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            report(number, f"not JSON ({error.msg})", faults)
            continue
        if isinstance(row, dict):
            yield number, row
        else:
            report(number, "not a JSON object", faults)


def report(number: int, message: str, faults: list[int]) -> None:
    """Say on standard error what is wrong with a line (never its content: it may be a patient's), and count
    it.
    """
    click.echo(f"line {number}: {message}", err=True)
    faults.append(number)


@click.command()
@click.argument("file", type=click.File("rb"))
def context(file: BinaryIO) -> None:
    """Read NDJSON {"id", "sentence", "concept"} from FILE (- for standard input); write what is asserted of
    each concept.

    Each output line is {"id", "negated", "historical", "experiencer", "possible", "hypothetical"}, in the
    order of the
    input. A line that cannot be answered is reported on standard error with its number; the exit status is
    then 1.
    """
    from services.coder.evaluation.context import answer  # noqa: PLC0415 (a command pays for what it uses)

    faults: list[int] = []
    write = sys.stdout.buffer.write
    for number, row in rows_of(file, faults):
        try:
            write(orjson.dumps(answer(row), option=orjson.OPT_APPEND_NEWLINE))
        except ValueError as error:
            report(number, str(error), faults)
    sys.stdout.buffer.flush()
    if faults:
        raise SystemExit(1)


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option(
    "--gate", type=click.FloatRange(0, 1), default=None, help="Least confidence of a code routed auto."
)
@click.option(
    "--switch",
    "switched",
    multiple=True,
    metavar="NAME=VALUE",
    help="A customer's switch; see docs/coder.md.",
)
def code(file: BufferedIOBase, *, gate: float | None, switched: tuple[str, ...]) -> None:
    """Code NDJSON {"id", "note", "date"?, "age"?, "sex"?, "class"?} from FILE (- for standard input).

    Each output line is {"id", "codes", "queries"}, codes in claim order with evidence, in the order of the
    input. A
    note without a date is coded as of 2026-10-01. A line that cannot be read is reported on standard error
    with its
    number and field, the others go on; the exit status is then 1.
    """
    from services.coder.batch import GATE, opened  # noqa: PLC0415
    from services.coder.errors import SwitchError  # noqa: PLC0415
    from services.coder.switches import parsed  # noqa: PLC0415

    try:
        switches = parsed(switched)
    except SwitchError as error:
        raise click.ClickException(str(error)) from error
    coder = opened(GATE if gate is None else gate, switches)
    faults: list[int] = []
    first = 1
    for lines in there(file):
        asked = list(_asked(coder, rows_of(lines, faults, first), faults))
        for answer in coder.answers(asked):
            sys.stdout.buffer.write(orjson.dumps(answer, option=orjson.OPT_APPEND_NEWLINE))
        sys.stdout.buffer.flush()
        first += len(lines)
    if faults:
        raise SystemExit(1)


def _asked(
    coder: "Coder", rows: Iterable[tuple[int, dict[str, Any]]], faults: list[int]
) -> Iterator[tuple[Any, "Task"]]:
    """The ids of the rows and what they ask for; a row that asks for nothing is reported."""
    from services.coder.errors import NoteError  # noqa: PLC0415

    for number, row in rows:
        try:
            yield row.get("id"), coder.task(row)
        except NoteError as error:
            report(number, str(error), faults)
