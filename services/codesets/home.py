"""Where compiled reference data lives."""

from pathlib import Path

from services.contracts.resources import home_dir


def codesets_home() -> Path:
    """The folder of compiled tables (made when something is written)."""
    return home_dir() / "codesets"
