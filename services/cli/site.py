"""The site that a command works for."""

import os
from pathlib import Path

import click

from services.contracts.resources import SITE_VARIABLE


def use_site(site: Path | None) -> None:
    """Make `site` the site of this process; say so where nobody named one and the example serves."""
    if site is not None:
        os.environ[SITE_VARIABLE] = str(site)
    elif not os.environ.get(SITE_VARIABLE):
        click.echo(f"no --site and no {SITE_VARIABLE}: using the example site (examples/site)", err=True)
