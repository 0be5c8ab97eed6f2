"""`claimstream code` and `claimstream context`: notes to codes, and what a sentence says about a concept in
it.
"""

from collections.abc import Iterable, Iterator
from io import BufferedIOBase
from typing import TYPE_CHECKING, Any

import click

from services.cli import ndjson
from services.cli.coder import Input, gate_option, on_coder, switch_option
from services.cli.ndjson import Faults, Row

if TYPE_CHECKING:  # a command pays for what it uses
    from services.coder.batch import Coder
    from services.coder.engine.coder import Task


@click.command()
@click.argument("file", type=Input())
@on_coder
def context(file: BufferedIOBase) -> None:
    """Read NDJSON {"id", "sentence", "concept"} from FILE (- for standard input); write what is asserted of
    each concept.

    Each output line is {"id", "negated", "historical", "experiencer", "possible", "hypothetical"}, in the
    order of the input. A line that cannot be answered is reported on standard error with its number and
    field; the exit status is then 1.
    """
    from services.coder.errors import NoteError  # noqa: PLC0415 (a command pays for what it uses)
    from services.coder.evaluation.context import FIELDS, answer  # noqa: PLC0415

    def answers(rows: Iterable[Row], faults: Faults) -> Iterator[dict[str, Any]]:
        for number, row in rows:
            try:
                yield answer(row)
            except NoteError as error:
                faults.report(number, str(error))

    ndjson.answer_lines(file, FIELDS, answers)


@click.command()
@click.argument("file", type=Input())
@gate_option
@switch_option
@on_coder
def code(file: BufferedIOBase, *, promise: float, switched: tuple[str, ...]) -> None:
    """Code NDJSON {"id", "note", "date"?, "age"?, "sex"?, "class"?} from FILE (- for standard input).

    Each output line is {"id", "codes", "queries"}, codes in claim order with evidence, in the order of the
    input. A note without a date is coded as of 2026-10-01. A line that cannot be read is reported on standard
    error with its number and field, the others go on; the exit status is then 1.
    """
    from services.coder.batch import FIELDS, opened  # noqa: PLC0415 (a command pays for what it uses)
    from services.coder.switches import parsed  # noqa: PLC0415

    coder = opened(promise, parsed(switched))
    ndjson.answer_lines(file, FIELDS, lambda rows, faults: coder.answers(list(_asked(coder, rows, faults))))


def _asked(coder: "Coder", rows: Iterable[Row], faults: Faults) -> Iterator[tuple[Any, "Task"]]:
    """The ids of the rows and what they ask for; a row that asks for nothing is reported."""
    from services.coder.errors import NoteError  # noqa: PLC0415 (a command pays for what it uses)

    for number, row in rows:
        try:
            yield row.get("id"), coder.task(row)
        except NoteError as error:
            faults.report(number, str(error))
