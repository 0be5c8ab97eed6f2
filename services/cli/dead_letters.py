"""`claimstream dead-letters`: what could not be processed, and its second chance."""

import click
from rich.console import Console
from rich.table import Table

from services.cli.kafka import on_kafka
from services.contracts.as_json import as_json
from services.contracts.codec import EventCodec
from services.contracts.dead_letter import DeadLetter


@click.group("dead-letters")
def dead_letters() -> None:
    """List what could not be processed, with every error; publish it again after the fix."""


@dead_letters.command("list")
@click.option("--stage", help="Only those of this service.")
@click.option("--json", "json_output", is_flag=True, help="One JSON object a line, with the original bytes.")
@on_kafka
def list_letters(stage: str | None, *, json_output: bool) -> None:
    """Show every dead letter: where it came from, what is wrong, what to do."""
    letters = [letter for letter in _letters() if stage in (None, letter.stage)]
    if json_output:
        for letter in letters:
            click.echo(as_json(letter))
        return
    Console().print(_table(letters))
    dollars = sum(letter.charged for letter in letters if letter.charged is not None)
    click.echo(f"{len(letters)} dead letters, {dollars:,.2f} dollars where they could be read")


@dead_letters.command("replay")
@click.argument("ids", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Replay every dead letter.")
@on_kafka
def replay_letters(ids: tuple[str, ...], *, everything: bool) -> None:
    """Publish the originals of the dead letters IDS to their topics again."""
    from services.pipeline.replay import replay  # noqa: PLC0415 (the Kafka client is slow to import)
    from services.stage.settings import from_environment  # noqa: PLC0415

    if bool(ids) == everything:
        raise click.UsageError("name the dead letters, or --all")
    letters = {letter.letter_id: letter for letter in _letters()}
    unknown = sorted(set(ids) - letters.keys())
    if unknown:
        raise click.ClickException(
            f"no such dead letter: {', '.join(unknown)}; see `claimstream dead-letters list`"
        )
    chosen = [letters[ident] for ident in (sorted(letters) if everything else ids)]
    failed = replay(from_environment(), chosen)
    click.echo(f"{len(chosen) - len(failed)} replayed")
    if failed:
        raise click.ClickException(f"not replayed (too large, or refused): {', '.join(failed)}")


def _letters() -> list[DeadLetter]:
    from services.pipeline.replay import dead_letters as read  # noqa: PLC0415 (the Kafka client is slow)
    from services.stage.settings import from_environment  # noqa: PLC0415

    return list(read(from_environment(), EventCodec.from_environment()))


def _table(letters: list[DeadLetter]) -> Table:
    table = Table(title="Dead letters")
    for heading in ("id", "stage", "encounter", "where", "what", "fix"):
        table.add_column(heading, overflow="fold")
    for letter in letters:
        for number, error in enumerate(letter.errors):
            named = (letter.letter_id, letter.stage, letter.encounter_id) if number == 0 else ("", "", "")
            table.add_row(*named, error.path, error.message, error.fix)
    return table
