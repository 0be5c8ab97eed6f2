"""`claimstream eval`: how well the coder reads and codes, measured against labelled files."""

from collections.abc import Callable, Mapping
from time import process_time
from typing import Any, BinaryIO, Final

import click
import orjson

from services.cli.coder import Input, gate_option, on_coder, switch_option
from services.cli.ndjson import Faults, rows_of

_FILE: Final = click.argument("file", type=Input())
_JSON: Final = click.option(
    "--json", "as_json", is_flag=True, help="Write one JSON object instead of a table."
)
_MEASURES: Final = {
    "full": "full code",
    "category": "3 characters",
    "full_without_external_causes": "full code, no V-Y",
    "category_without_external_causes": "3 characters, no V-Y",
}
_SHARES: Final = {
    "exact_notes": "notes with exactly the right codes",
    "first_listed": "notes with the right code first",
    "evidence_valid": "quotations that stand in the note",
}
_COUNTS: Final = {
    "not_billable": "codes that cannot be billed on the day",
    "notes_with_a_forbidden_code": "notes with a forbidden code",
}
_SPEEDS: Final = {
    "notes_per_second": "notes a second",
    "notes_per_second_first_read": "notes a second, read for the first time",
}


@click.group(name="eval")
def evaluate() -> None:
    """Measure the coder against labelled NDJSON files."""


@evaluate.command()
@_FILE
@_JSON
@on_coder
def context(file: BinaryIO, *, as_json: bool) -> None:
    """Score assertions: rows {"sentence", "concept", "negation", "temporality"?, "experiencer"?} (NegEx test
    kit's labels).
    """
    from services.coder.evaluation import rows  # noqa: PLC0415 (a command pays for what it uses)
    from services.coder.evaluation.context import score  # noqa: PLC0415

    labelled = _labelled(file, rows.context)
    show(
        {name: counts.measures() for name, counts in score(labelled).items()}, len(labelled), as_json=as_json
    )


@evaluate.command()
@_FILE
@_JSON
@on_coder
def sections(file: BinaryIO, *, as_json: bool) -> None:
    """Score divisions by overlap of words: rows {"note", "divisions": {division: text}}."""
    from services.coder.evaluation import rows  # noqa: PLC0415 (a command pays for what it uses)
    from services.coder.evaluation.sections import score  # noqa: PLC0415

    labelled = _labelled(file, rows.sections)
    show(
        {name: counts.measures() for name, counts in score(labelled).items()}, len(labelled), as_json=as_json
    )


@evaluate.command()
@_FILE
@_JSON
@click.option("--label", default="icd10cm", show_default=True, help="Field with the right codes.")
@gate_option
@switch_option
@on_coder
def coding(file: BinaryIO, *, as_json: bool, label: str, promise: float, switched: tuple[str, ...]) -> None:
    """Score codes: rows {"note", "icd10cm": [codes], "date"?, "age"?, "sex"?, "class"?, "optional"?: [codes],
    "forbidden"?: [codes]}; optional codes count neither way.
    """
    from services.coder.batch import opened  # noqa: PLC0415 (a command pays for what it uses)
    from services.coder.evaluation import rows  # noqa: PLC0415
    from services.coder.evaluation.coding import Speed, report, score  # noqa: PLC0415
    from services.coder.switches import parsed  # noqa: PLC0415

    coder = opened(promise, parsed(switched))
    labelled = _labelled(file, lambda row: rows.coding(row, label, coder))
    score(coder, labelled[:1], label)  # opens what is opened on first use
    begun = process_time()
    score(coder, labelled, label)
    read = process_time()
    total = score(coder, labelled, label)
    speed = Speed(read - begun, process_time() - read)
    measured = report(total, speed, promise, coder.threshold)
    if as_json:
        click.echo(orjson.dumps(measured, option=orjson.OPT_INDENT_2).decode())
    else:
        _print_coding(measured)


def _print_coding(measured: Mapping[str, Any]) -> None:
    from services.coder.evaluation.counts import shown  # noqa: PLC0415 (a command pays for what it uses)

    show({title: measured[name] for name, title in _MEASURES.items()}, measured["notes"], as_json=False)
    for name, title in (_SHARES | _COUNTS | _SPEEDS).items():
        click.echo(f"{title}: {shown(measured[name])}")
    click.echo(f"promise {measured['gate']['promise']:g}: {_at(measured['gate'])}")
    for point in measured["thresholds"]:
        click.echo(_at(point))


def _at(point: Mapping[str, float]) -> str:
    from services.coder.evaluation.counts import shown  # noqa: PLC0415 (a command pays for what it uses)

    precision, coverage = shown(point["precision"], ".3f"), shown(point["coverage"], ".3f")
    return f"threshold {point['threshold']:.2f}: precision {precision}, coverage {coverage}"


def show(measures: Mapping[str, Mapping[str, float]], cases: int, *, as_json: bool) -> None:
    """Print measures by name: a table for people, or one JSON object."""
    if as_json:
        click.echo(orjson.dumps({"cases": cases, "measures": measures}, option=orjson.OPT_INDENT_2).decode())
        return
    from rich.console import Console  # noqa: PLC0415 (a command pays for what it uses)
    from rich.table import Table  # noqa: PLC0415

    from services.coder.evaluation.counts import shown  # noqa: PLC0415

    table = Table("measure", title=f"{cases} cases")
    columns = list(next(iter(measures.values())))
    for column in columns:
        table.add_column(column, justify="right")
    for name, values in measures.items():
        table.add_row(name, *(shown(values[column]) for column in columns))
    Console().print(table)


def _labelled(file: BinaryIO, checked: Callable[[dict[str, Any]], dict[str, Any]]) -> list[dict[str, Any]]:
    """Every row of a labelled file; any fault in it is an error, for a measure on part of a file misleads."""
    from services.coder.errors import NoteError  # noqa: PLC0415 (a command pays for what it uses)

    faults = Faults()
    rows: list[dict[str, Any]] = []
    for number, row in rows_of(file.read().split(b"\n"), faults):
        try:
            rows.append(checked(row))
        except NoteError as error:
            faults.report(number, str(error))
    faults.end()
    if not rows:
        raise click.ClickException(f"{file.name}: no rows")
    return rows
