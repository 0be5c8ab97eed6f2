"""What the commands that code share: trouble in a line, and no traceback."""

from errno import EPIPE

import click
import pytest

from services.cli.coder import on_coder
from services.coder.errors import GateError
from services.codesets.errors import StorageError


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (GateError("gate 2: not measured"), "gate 2: not measured"),
        (StorageError("icd10cm: truncated"), "icd10cm: truncated"),
        (NotADirectoryError(20, "Not a directory", "/dev/null/x"), "/dev/null/x: Not a directory"),
        (OSError(28, "No space left on device"), "output: No space left on device"),
    ],
)
def test_trouble_is_told_in_a_line(trouble: Exception, said: str) -> None:
    @on_coder
    def command() -> None:
        raise trouble

    with pytest.raises(click.ClickException, match=said):
        command()


def test_a_reader_that_has_gone_is_no_trouble() -> None:
    @on_coder
    def command() -> None:
        raise BrokenPipeError(EPIPE, "Broken pipe")

    with pytest.raises(BrokenPipeError):  # which click ends quietly on
        command()
