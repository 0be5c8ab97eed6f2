"""`claimstream rules`: test, lint, list and weigh rules before they judge claims."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click
import orjson
from rich.console import Console
from rich.table import Table

from services.cli.validate import FILE, RULES
from services.contracts.as_json import as_json
from services.validator.catalog import Catalog, load
from services.validator.errors import ValidatorError

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_rules_option = click.option("--rules", "folder", type=RULES, help="Folder of your own rules and payers.")
_json_option = click.option("--json", "json_output", is_flag=True, help="Answer as JSON, for programs.")


@click.group()
def rules() -> None:
    """Edits and payer rules: data with sources, dates and examples."""


def _catalog(folder: Path | None) -> Catalog:
    try:
        return load(folder)
    except ValidatorError as error:
        raise click.ClickException(str(error)) from None


@rules.command("test")
@_rules_option
def run_examples(folder: Path | None) -> None:
    """Run every rule's examples; exit code 1 when one gives another verdict than it says."""
    from services.codesets.catalog import load as load_codesets  # noqa: PLC0415 (not needed to list rules)
    from services.validator.examples import wrong_examples  # noqa: PLC0415

    catalog = _catalog(folder)
    wrong = list(wrong_examples(catalog, load_codesets()))
    for sentence in wrong:
        click.echo(sentence)
    tried = sum(len(rule.spec.examples) for rule in catalog.every)
    click.echo(f"{len(catalog.every)} rules, {tried} examples, {len(wrong)} wrong")
    if wrong:
        raise click.exceptions.Exit(1)


@rules.command()
@_rules_option
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="As of this day (default: today).")
def lint(folder: Path | None, on: datetime | None) -> None:
    """Find overlaps, dead dates and missing examples; exit code 1 on errors."""
    from services.validator.lint import lint as remarks_on  # noqa: PLC0415

    remarks = remarks_on(_catalog(folder), (on or datetime.now(UTC)).date())
    for remark in remarks:
        click.echo(f"{'error' if remark.error else 'note'}: {remark.rule}: {remark.what}")
    errors = sum(remark.error for remark in remarks)
    click.echo(f"{errors} errors, {len(remarks) - errors} notes")
    if errors:
        raise click.exceptions.Exit(1)


@rules.command()
@click.option("--rules", "folder", type=RULES, required=True, help="Folder of the new rules.")
@click.option("--base", type=RULES, help="Folder of the rules in use now (default: what is installed).")
@click.argument("file", type=FILE)
@_json_option
def impact(folder: Path, base: Path | None, file: Path, *, json_output: bool) -> None:
    """Say what the rules of a folder would hold or release among the claims or encounters of FILE."""
    from services.cli.validate import code  # noqa: PLC0415
    from services.validator.impact import impact as weigh  # noqa: PLC0415
    from services.validator.reading import read_lines  # noqa: PLC0415
    from services.validator.setup import installed  # noqa: PLC0415

    try:
        found = weigh(installed(base), installed(folder), read_lines(file, code))
    except ValidatorError as error:
        raise click.ClickException(str(error)) from None
    rows = {
        "judged": found.judged,
        "newly held": found.newly_held,
        "released": found.released,
        **found.by_rule,
    }
    if json_output:
        click.echo(as_json({name: asdict(each) for name, each in rows.items()}))
        return
    table = Table("what", "encounters", "dollars", "for example")
    for name, each in rows.items():
        shown = ", ".join(found.examples.get(name, ()))
        table.add_row(name, f"{each.encounters:,}", f"{each.dollars:,.2f}", shown)
    Console().print(table)


@rules.command()
@click.argument("kind", type=click.Choice(["rules", "payer"]), default="payer")
def schema(kind: str) -> None:
    """Print the JSON Schema of a rule file or of a payer file, for editors."""
    from services.validator.payers import PayerFile  # noqa: PLC0415
    from services.validator.rulebook import RuleFile  # noqa: PLC0415

    model = PayerFile if kind == "payer" else RuleFile
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **model.model_json_schema(by_alias=True),
    }
    click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))


@rules.command()
def fields() -> None:
    """List the fields that expressions may use."""
    from services.validator.fields import FIELDS  # noqa: PLC0415

    _echo(f"{name:28} {info.type:8} {info.meaning}" for name, info in FIELDS.items())


@rules.command()
@_rules_option
def table(folder: Path | None) -> None:
    """Print the table of every edit as Markdown (docs/edits.md is made with this)."""
    from services.validator.edit_table import edit_table  # noqa: PLC0415

    _echo(edit_table(_catalog(folder)))


def _echo(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)
