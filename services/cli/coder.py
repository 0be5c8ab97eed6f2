"""What the commands that code share."""

from collections.abc import Callable
from errno import EPIPE
from functools import wraps
from typing import Any, ParamSpec

import click

P = ParamSpec("P")


def on_coder(command: Callable[P, None]) -> Callable[P, None]:
    """Tell trouble with the coder, its tables or a file in a line that says what to do."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        from services.coder.errors import CoderError  # noqa: PLC0415 (a command pays for what it uses)
        from services.codesets.errors import CodeSetError  # noqa: PLC0415

        try:
            command(*args, **kwargs)
        except (CoderError, CodeSetError) as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            if error.errno == EPIPE:  # whoever read the answers has gone; click ends quietly
                raise
            raise click.ClickException(f"{error.filename or 'output'}: {error.strerror}") from error

    return wrapped


def gate_option(command: Callable[..., None]) -> Callable[..., None]:
    """The promise of the gate, with the environment's and the coder's own behind it."""
    return click.option(
        "--gate",
        "promise",
        callback=_promised,
        metavar="PROMISE",
        help="How often codes routed auto are to be right, such as 0.9; 1 leaves every code to a person."
        " Default: CLAIMSTREAM_GATE, else 0.95.",
    )(command)


def _promised(ctx: click.Context, _: click.Parameter, stated: str | None) -> float:
    from services.coder.errors import GateError  # noqa: PLC0415
    from services.coder.gate import promised  # noqa: PLC0415

    try:
        return promised(stated)
    except GateError as error:
        raise click.UsageError(str(error), ctx) from error


def switch_option(command: Callable[..., None]) -> Callable[..., None]:
    """A customer's switches."""
    return click.option(
        "--switch",
        "switched",
        multiple=True,
        metavar="NAME=VALUE",
        help="A customer's switch; see docs/coder.md.",
    )(command)


class Input(click.File):
    """A file of bytes to read, `-` for standard input."""

    def __init__(self) -> None:
        super().__init__("rb")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 (click's signature)
        """The open file (click's protocol)."""
        try:
            return super().convert(value, param, ctx)
        except RuntimeError:  # click's, of a process that was started without one
            self.fail("standard input is closed", param, ctx)
