"""The `claimstream` command: one module per family of commands, imported only when it is used.

A command is a row of `COMMANDS` and a module of this package. Importing lazily keeps `claimstream
service NAME` from paying for the terminology, the FHIR reader and every other service.
"""

from importlib import import_module
from typing import Final

import click

COMMANDS: Final = {
    "broker": "broker:broker",
    "claim": "claim:claim",
    "code": "coding:code",
    "codesets": "codesets:codesets",
    "compile": "compiling:compile_",
    "context": "coding:context",
    "dead-letters": "dead_letters:dead_letters",
    "demo": "demo:demo",
    "eval": "evaluate:evaluate",
    "explain": "explain:explain",
    "publish": "publish:publish",
    "rules": "rules:rules",
    "run": "run:run",
    "schema": "schema:schema",
    "service": "service:service",
    "tail": "tail:tail",
    "tick": "tick:tick",
    "topics": "topics:topics",
    "validate": "validate:validate",
    "x12": "x12:x12",
}


class LazyGroup(click.Group):
    """A click group that imports a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """Every command's name, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(f"{__name__}.{module}"), attribute)
        return command


@click.command(cls=LazyGroup)
@click.version_option(package_name="claimstream")
def main() -> None:
    """Turn clinical encounters into clean insurance claims, as a stream on Kafka."""
