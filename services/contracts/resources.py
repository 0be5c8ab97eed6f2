"""Where the project's data folders are: in a checkout at its root, in a wheel inside the package."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def folder(name: str) -> Path:
    """The folder `schemas`, `examples` or `deploy`; raises `FileNotFoundError` where it was not installed."""
    for candidate in (_PACKAGE.parent / name, _PACKAGE / "_data" / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"the folder {name!r} is neither in the checkout nor in the installed package")
