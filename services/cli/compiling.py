"""`claimstream compile`: the coder as machine code."""

import click

from services.coder.build_native import build
from services.coder.errors import NoCompiler
from services.coder.native import CODER


@click.command("compile")
@click.option("--force", is_flag=True, help="Compile again what is there already.")
@click.option("--optional", is_flag=True, help="Where there is no compiler, say so and succeed.")
def compile_(*, force: bool, optional: bool) -> None:
    """Compile the coder with mypyc: the same codes, two to three times as fast.

    Needs a C compiler and Python's headers; without them the coder is interpreted. What was compiled of other
    sources is never used.
    """
    if force or not CODER.folder().is_dir():
        click.echo("Compiling the coder to machine code; it takes a minute or three.", err=True)
        try:
            build(CODER)
        except NoCompiler as error:
            if not optional:
                raise click.ClickException(str(error)) from error
            click.echo(f"The coder will be interpreted, at less than half its speed: {error}", err=True)
            return
        except OSError as error:
            raise click.ClickException(f"{CODER.here}: {error.strerror}") from error
    click.echo(f"coder: {CODER.folder()}")
