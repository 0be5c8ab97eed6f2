"""Where compiled reference data lives: `.claimstream/codesets/`, or under CLAIMSTREAM_HOME."""

import os
from pathlib import Path

_PROJECT_ROOT = Path(__file__).resolve().parents[2]


def claimstream_home() -> Path:
    """The folder for the project's own files.

    CLAIMSTREAM_HOME wins; else `.claimstream` at the root of a source checkout; else in the working
    directory.
    """
    configured = os.environ.get("CLAIMSTREAM_HOME")
    if configured:
        return Path(configured)
    root = _PROJECT_ROOT if (_PROJECT_ROOT / "pyproject.toml").is_file() else Path.cwd()
    return root / ".claimstream"


def codesets_home() -> Path:
    """The folder of compiled tables (made when something is written)."""
    return claimstream_home() / "codesets"
