"""`claimstream eval`: how well the coder reads and codes, measured against labelled files."""

from collections.abc import Mapping
from typing import Any, BinaryIO

import click
import orjson

from services.cli.coding import rows_of


@click.group(name="eval")
def evaluate() -> None:
    """Measure the coder against labelled NDJSON files."""


@evaluate.command()
@click.argument("file", type=click.File("rb"))
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object instead of a table.")
def context(file: BinaryIO, *, as_json: bool) -> None:
    """Score assertions: rows {"sentence", "concept", "negation", "temporality", "experiencer"} (NegEx test
    kit's labels).
    """
    from services.coder.evaluation.context import score  # noqa: PLC0415 (a command pays for what it uses)

    rows = _labelled(file, ("sentence", "concept", "negation"))
    show({name: counts.measures() for name, counts in score(rows).items()}, len(rows), as_json=as_json)


@evaluate.command()
@click.argument("file", type=click.File("rb"))
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object instead of a table.")
@click.option("--label", default="icd10cm", show_default=True, help="Field with the right codes.")
@click.option(
    "--gate",
    type=click.FloatRange(0, 1),
    default=None,
    help="Promise of the gate to measure; default the coder's.",
)
@click.option("--switch", "switched", multiple=True, metavar="NAME=VALUE", help="A customer's switch.")
def coding(
    file: BinaryIO, *, as_json: bool, label: str, gate: float | None, switched: tuple[str, ...]
) -> None:
    """Score codes: rows {"note", "icd10cm": [codes], "date"?, "age"?, "sex"?, "class"?}."""
    from time import process_time  # noqa: PLC0415

    from services.coder.batch import GATE, opened  # noqa: PLC0415
    from services.coder.errors import CoderError  # noqa: PLC0415
    from services.coder.evaluation.coding import report, score  # noqa: PLC0415
    from services.coder.switches import parsed  # noqa: PLC0415

    rows = _labelled(file, ("note", label))
    chosen = GATE if gate is None else gate
    try:
        coder = opened(chosen, parsed(switched))
        seconds = []
        for part in (rows[:1], rows, rows):  # one opens what is opened on first use; then both are timed
            begun = process_time()
            total = score(coder, part, label)
            seconds.append(process_time() - begun)
    except CoderError as error:
        raise click.ClickException(str(error)) from error
    _, first, again = seconds
    measured = report(total, first, again, coder.gate)
    if as_json:
        click.echo(orjson.dumps(measured, option=orjson.OPT_INDENT_2).decode())
    else:
        _print_coding(measured)


def _print_coding(measured: Mapping[str, Any]) -> None:
    names = {"full": "full code", "category": "3 characters", "full_without_external_causes": "full, no V-Y"}
    show({title: measured[name] for name, title in names.items()}, measured["notes"], as_json=False)
    for name in (
        "exact_notes",
        "evidence_valid",
        "not_billable",
        "notes_with_a_forbidden_code",
        "notes_per_second",
        "notes_per_second_first_read",
    ):
        click.echo(f"{name.replace('_', ' ')}: {measured[name]:.4g}")
    for point in (measured["gate"], *measured["gate_curve"]):
        click.echo(
            f"gate {point['gate']:.2f}: precision {point['precision']:.3f}, coverage {point['coverage']:.3f}"
        )


@evaluate.command()
@click.argument("file", type=click.File("rb"))
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object instead of a table.")
def sections(file: BinaryIO, *, as_json: bool) -> None:
    """Score divisions by overlap of words: rows {"note", "divisions": {division: text}}."""
    from services.coder.evaluation.sections import score  # noqa: PLC0415 (a command pays for what it uses)

    rows = _labelled(file, ("note", "divisions"))
    show({name: counts.measures() for name, counts in score(rows).items()}, len(rows), as_json=as_json)


def show(measures: Mapping[str, Mapping[str, float]], cases: int, *, as_json: bool) -> None:
    """Print measures by name: a table for people, or one JSON object."""
    if as_json:
        click.echo(orjson.dumps({"cases": cases, "measures": measures}, option=orjson.OPT_INDENT_2).decode())
        return
    from rich.console import Console  # noqa: PLC0415 (a command pays for what it uses)
    from rich.table import Table  # noqa: PLC0415 (a command pays for what it uses)

    table = Table("measure", title=f"{cases} cases")
    columns = list(next(iter(measures.values())))
    for column in columns:
        table.add_column(column, justify="right")
    for name, values in measures.items():
        table.add_row(name, *(f"{values[column]:.4g}" for column in columns))
    Console().print(table)


def _labelled(file: BinaryIO, fields: tuple[str, ...]) -> list[dict[str, Any]]:
    """Every row of a labelled file; any fault in it is an error, for a measure on part of a file misleads."""
    faults: list[int] = []
    rows: list[dict[str, Any]] = []
    for number, row in rows_of(file, faults):
        missing = [name for name in fields if name not in row]
        if missing:
            raise click.ClickException(f"line {number}: no field {', '.join(missing)}")
        rows.append(row)
    if faults:
        raise click.ClickException(f"{len(faults)} unreadable lines")
    return rows
