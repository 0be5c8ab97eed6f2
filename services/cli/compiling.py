"""`claimstream compile`: the coder as machine code."""

import click

from services.coder import native
from services.coder.build_native import build
from services.coder.errors import NoCompiler


@click.command("compile")
@click.option("--force", is_flag=True, help="Compile again what is there already.")
def compile_(*, force: bool) -> None:
    """Compile the coder with mypyc: the same codes, about twice as fast.

    Needs a C compiler and Python's headers; without them the coder is interpreted. What was compiled of other
    sources is never used.
    """
    if native.folder().is_dir() and not force:
        click.echo(f"compiled: {native.folder()}")
        return
    try:
        build()
    except NoCompiler as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"compiled: {native.folder()}")
