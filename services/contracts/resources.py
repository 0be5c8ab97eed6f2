"""Where the project's own folders are: what it ships, and what it keeps on this machine."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

SITE_VARIABLE: Final = "CLAIMSTREAM_SITE"
"""Environment variable with the folder of the site: `site.yaml` and `charge-master.csv` stand in it."""
_PACKAGE = Path(__file__).resolve().parent.parent


def home_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder of the project's state on this machine: compiled tables, the local broker, logs.

    `CLAIMSTREAM_HOME`; else `.claimstream` at the root of a checkout, or in the working folder.
    """
    named = environ.get("CLAIMSTREAM_HOME", "")
    if named:
        return Path(named).expanduser().absolute()
    root = _PACKAGE.parent
    return (root if (root / "pyproject.toml").is_file() else Path.cwd()) / ".claimstream"


def site_folder(chosen: Path | None = None, environ: Mapping[str, str] = os.environ) -> Path:
    """The folder of the site that is worked for: `chosen`, else `CLAIMSTREAM_SITE`, else the example site."""
    named = environ.get(SITE_VARIABLE, "")
    return chosen or (Path(named) if named else folder("examples") / "site")


def folder(name: str) -> Path:
    """The folder `schemas`, `examples` or `deploy`; raises `FileNotFoundError` where it was not installed."""
    for candidate in (_PACKAGE.parent / name, _PACKAGE / "_data" / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"the folder {name!r} is neither in the checkout nor in the installed package")
