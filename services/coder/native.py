"""The coder's inner modules as machine code, where `claimstream compile` has made it of these very sources.

The sources stay the truth: what was compiled of other sources, or for another Python, is passed over, and the
interpreter reads the sources as ever, to the same codes at half the speed.
"""

import sys
from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, ModuleSpec
from importlib.util import spec_from_file_location
from os import environ
from pathlib import Path
from types import ModuleType
from typing import Final

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[1]
"""What module names are counted from."""
SWITCH: Final = "CLAIMSTREAM_NATIVE"
"""The environment variable that, being 0, leaves the sources to the interpreter."""
_COMPILED: Final = ("engine/[!_]*.py", "reading/[!_]*.py", "terminology/index.py", "terminology/words.py")
_DIGEST: Final = 12  # bytes


def sources() -> list[Path]:
    """What is compiled."""
    return [path for pattern in _COMPILED for path in sorted(HERE.glob(pattern))]


@cache
def folder() -> Path:
    """Where the machine code of the sources as they are now stands, if it was made."""
    digest = blake2b(digest_size=_DIGEST)
    for path in sources():
        digest.update(f"{path.relative_to(HERE).as_posix()} {path.stat().st_size}\n".encode())
        digest.update(path.read_bytes())
    return HERE / "_native" / f"{sys.implementation.cache_tag}-{digest.hexdigest()}"


class Finder:
    """Finds the modules that stand compiled in a folder."""

    def __init__(self, compiled: Path) -> None:
        found = (path for suffix in EXTENSION_SUFFIXES[:1] for path in compiled.rglob(f"*{suffix}"))
        self._paths = {
            ".".join((*path.relative_to(compiled).parent.parts, path.name.split(".")[0])): str(path)
            for path in found
        }

    def __bool__(self) -> bool:
        return bool(self._paths)

    def find_spec(
        self,
        fullname: str,
        _path: Sequence[str] | None = None,
        _target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """The module's place, if it was compiled (the import system's protocol)."""
        path = self._paths.get(fullname)
        if path is None:
            return None
        return spec_from_file_location(fullname, path, loader=ExtensionFileLoader(fullname, path))


def use() -> None:
    """Let what was compiled be imported in the place of its sources."""
    if environ.get(SWITCH) == "0":
        return
    finder = Finder(folder())
    if finder:
        sys.meta_path.insert(0, finder)


def in_use() -> bool:
    """Whether this process runs the machine code."""
    return any(isinstance(finder, Finder) for finder in sys.meta_path)
