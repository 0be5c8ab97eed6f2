"""The engine's YAML tables, each read once."""

from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def table(name: str) -> Any:  # noqa: ANN401 (each table has its own shape)
    """The content of `data/<name>.yaml`."""
    text = files("services.coder").joinpath(f"data/{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 (a safe loader, the one in C where there is one)
