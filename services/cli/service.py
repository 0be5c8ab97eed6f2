"""`claimstream service NAME`: one instance of a service."""

import os
from pathlib import Path

import click

from services.stage.errors import EXIT_CONFIGURATION, SettingsError


@click.command()
@click.argument("name")
@click.option(
    "--instance",
    default=lambda: os.environ.get("CLAIMSTREAM_INSTANCE", "0"),
    show_default="$CLAIMSTREAM_INSTANCE, else 0",
    help="Tells instances of a service apart; must be the same after a restart.",
)
@click.option("--web-port", type=int, default=0, help="Port of /health and /metrics; 0 takes a free one.")
@click.option(
    "--data-dir", type=click.Path(file_okay=False, path_type=Path), help="Instead of .claimstream/."
)
@click.option("--log-level", default="INFO", show_default=True)
def service(name: str, instance: str, web_port: int, data_dir: Path | None, log_level: str) -> None:
    """Run one instance of a service until it is stopped.

    ingest, coder, validator and claims make claims; batching and life follow them to the payer and back.
    """
    if data_dir is not None:
        os.environ["CLAIMSTREAM_HOME"] = str(data_dir.absolute())
    from services.contracts.topology import PACKAGES  # noqa: PLC0415 (the contracts are slow to import)
    from services.stage.worker import run_service  # noqa: PLC0415 (faust is slow to import)

    try:
        run_service(name, instance, web_port, log_level, PACKAGES.get(name, ""))
    except SettingsError as error:
        click.echo(f"claimstream: {error}", err=True)
        raise SystemExit(EXIT_CONFIGURATION) from error
