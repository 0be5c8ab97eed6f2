"""`claimstream codesets`: build, import, list and compare reference data."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import click
import orjson
from rich.console import Console

from services.codesets.catalog import CodeSets
from services.codesets.errors import CodeSetError

P = ParamSpec("P")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
as_json = click.option("--json", "as_json", is_flag=True, help="Answer as JSON, for programs.")


def _on_codesets(command: Callable[P, None]) -> Callable[P, None]:
    """Turn a `CodeSetError` into a message and exit code 1, without a traceback."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except CodeSetError as error:
            raise click.ClickException(str(error)) from error

    return wrapped


@click.group()
def codesets() -> None:
    """Reference data by date of service: what is loaded, what an update changes."""


@codesets.command()
@click.option("--force", is_flag=True, help="Build again what is there already.")
@_on_codesets
def build(*, force: bool) -> None:
    """Compile the built-in tables from the installed packages (done on first use anyway)."""
    from services.codesets.build import ensure_built  # noqa: PLC0415 (lxml is not needed to list tables)
    from services.codesets.home import codesets_home  # noqa: PLC0415

    for table, path in sorted(ensure_built(codesets_home(), force=force).items()):
        click.echo(f"{table}: {path}")


@codesets.command("import")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option(
    "--effective",
    type=click.DateTime(["%Y-%m-%d"]),
    help="First day in force, where neither the file's name nor its content says it.",
)
@click.option(
    "--table", help="The table, where the content cannot say: ncci-ptp-practitioner or ncci-ptp-hospital."
)
@as_json
@_on_codesets
def import_files(
    files: tuple[Path, ...], effective: datetime | None, table: str | None, *, as_json: bool
) -> None:
    """Import official files, recognised by their content; zipped or not. All are taken, or none."""
    from services.codesets.imports.draft import Request  # noqa: PLC0415
    from services.codesets.imports.install import install  # noqa: PLC0415
    from services.codesets.imports.recognise import read_files  # noqa: PLC0415

    sets = CodeSets()
    request = Request(effective.date() if effective else None, table)
    console = Console(stderr=True)
    with console.status("Reading and checking ..."):
        reading = read_files(files, request, sets.masters)
    with console.status("Compiling ..."):
        entries = install(reading.drafts, sets.folder)
    if as_json:
        click.echo(orjson.dumps({"imported": entries, "ignored": reading.ignored}))
        return
    for entry in entries:
        click.echo(
            f"{entry.table}@{entry.version}: {entry.rows} rows, in force {entry.days}, from {entry.source}"
        )
        for note in entry.notes:
            click.echo(f"  note: {note}")
    for name in reading.ignored:
        click.echo(f"not a table, left aside: {name}")


@codesets.command()
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), help="Only the versions that judge this day of service."
)
@as_json
@_on_codesets
def status(on: datetime | None, *, as_json: bool) -> None:
    """Every table: version, days in force, rows, coverage, source, licence, digest."""
    rows = list(_status(CodeSets(), on.date() if on else None))
    if as_json:
        click.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2))
        return
    for row in rows:
        days = f"{row['effective']}..{row['through'] or ''}"
        click.secho(f"{row['table']}@{row['version']}", bold=True, nl=False)
        click.echo(f"  {days}  {row['rows']:,} rows  sha256 {row['sha256'][:16]}")
        click.echo(
            "    " + "; ".join(filter(None, (row["source"], row["coverage"], row["licence"], *row["notes"])))
        )


def _status(sets: CodeSets, on: date | None) -> Iterator[dict[str, Any]]:
    fields = ("table", "version", "effective", "through", "rows", "source", "licence", "sha256")
    for meta in sets.builtin:
        yield {**{name: meta[name] for name in fields}, "coverage": meta["coverage"], "notes": []}
    for entry in sets.manifest.entries:
        if on is None or sets.manifest.pick(entry.table, on) == entry:
            described = {name: getattr(entry, name) for name in (*fields, "coverage", "notes")}
            through = entry.through.isoformat() if entry.through else None
            yield described | {"effective": entry.effective.isoformat(), "through": through}


@codesets.command()
@click.argument("old")
@click.argument("new")
@click.option("--claims", type=_FILE, help="NDJSON of claims: name those that carry a changed code.")
@as_json
@_on_codesets
def check(old: str, new: str, claims: Path | None, *, as_json: bool) -> None:
    """Compare two versions, each written TABLE@VERSION: added, deleted and revised codes.

    Fiscal years of the built-in tables: `icd10cm@FY2026 icd10cm@FY2027`.
    """
    from services.codesets.compare import claims_touched, compare  # noqa: PLC0415

    difference = compare(old, new, CodeSets())
    touched = list(claims_touched(difference, _claims(claims))) if claims else []
    if as_json:
        click.echo(orjson.dumps({"difference": difference, "claims": dict(touched) if claims else None}))
        return
    for title in ("added", "deleted", "revised"):
        keys: tuple[str, ...] = getattr(difference, title)
        click.echo(f"{title}: {len(keys)}" + (f" ({_some(keys)})" if keys else ""))
    if claims:
        click.echo(f"claims with a changed code: {len(touched)}")
        for claim, keys_found in touched:
            click.echo(f"  {claim}: {_some(tuple(keys_found))}")


def _some(keys: tuple[str, ...], most: int = 12) -> str:
    return ", ".join(keys[:most]) + (", ..." if len(keys) > most else "")


def _claims(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            if line.strip():
                try:
                    yield orjson.loads(line)
                except orjson.JSONDecodeError as error:
                    raise click.ClickException(f"{path.name}, line {number}: {error}") from error
