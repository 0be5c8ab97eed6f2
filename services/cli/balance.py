"""How the end states of encounters are shown, to people and to programs."""

from typing import Any

import click
from rich.console import Console
from rich.table import Table

from services.contracts.as_json import as_json
from services.pipeline.ledger import Balance, State


def balance_table(balance: Balance, dead_letters: int, where: str) -> None:
    """Print encounters and dollars by end state, and where the dead letters are."""
    table = Table(title="Encounters by end state")
    table.add_column("state")
    table.add_column("encounters", justify="right")
    table.add_column("dollars", justify="right")
    for state in State:
        table.add_row(state.value, f"{balance.encounters[state]:,}", f"{balance.dollars[state]:,.2f}")
    table.add_section()
    table.add_row("total", f"{balance.total_encounters:,}", f"{balance.total_dollars:,.2f}")
    Console().print(table)
    if dead_letters:
        click.echo(f"{dead_letters} dead letters: {where}")


def balance_json(balance: Balance, dead_letters: int) -> dict[str, Any]:
    """The same as a JSON object."""
    return {
        "encounters": {state.value: balance.encounters[state] for state in State},
        "dollars": {state.value: balance.dollars[state] for state in State},
        "total_encounters": balance.total_encounters,
        "total_dollars": balance.total_dollars,
        "dead_letters": dead_letters,
    }


def print_json(balance: Balance, dead_letters: int) -> None:
    """Print the balance as one line of JSON."""
    click.echo(as_json(balance_json(balance, dead_letters)))
