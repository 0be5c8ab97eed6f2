"""The engine's YAML tables, each read once."""

from functools import cache
from typing import Any

from services.coder.kept import yaml_values


@cache
def table(name: str) -> Any:  # noqa: ANN401 (each table has its own shape)
    """The content of `data/<name>.yaml`."""
    return yaml_values(f"data/{name}.yaml", "SafeLoader")
