"""A package's inner modules as machine code, where `claimstream compile` has made it of these very sources.

The sources stay the truth: what was compiled of other sources, or for another Python, is passed over, and the
interpreter reads the sources as ever, to the same results at less than half the speed (docs/bench.md).
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, ModuleSpec
from importlib.util import spec_from_file_location
from os import environ
from pathlib import Path
from types import ModuleType
from typing import Final

SWITCH: Final = "CLAIMSTREAM_NATIVE"
"""The environment variable that, being 0, leaves the sources to the interpreter."""
_DIGEST: Final = 12  # bytes


@dataclass(frozen=True, slots=True)
class Native:
    """A package with modules that may be compiled."""

    here: Path
    """The package's folder."""
    patterns: tuple[str, ...]
    """Which of its modules are compiled."""

    @property
    def root(self) -> Path:
        """The folder that the top of the package stands in: module names are counted from it."""
        return next(parent for parent in self.here.parents if not (parent / "__init__.py").exists())

    def sources(self) -> list[Path]:
        """What is compiled."""
        return [path for pattern in self.patterns for path in sorted(self.here.glob(pattern))]

    def folder(self) -> Path:
        """Where the machine code of the sources as they are now stands, if it was made."""
        digest = blake2b(digest_size=_DIGEST)
        for path in self.sources():
            source = path.read_bytes()
            digest.update(f"{path.relative_to(self.here).as_posix()} {len(source)}\n".encode())
            digest.update(source)
        return self.here / "_native" / f"{sys.implementation.cache_tag}-{digest.hexdigest()}"

    def use(self) -> None:
        """Let what was compiled be imported in the place of its sources."""
        if environ.get(SWITCH) != "0" and (folder := self.folder()).is_dir():
            sys.meta_path.insert(0, Finder(folder))


class Finder:
    """Finds the modules that stand compiled in a folder."""

    def __init__(self, compiled: Path) -> None:
        self.compiled = compiled
        self._paths = {
            ".".join(path.relative_to(compiled).parts).removesuffix(EXTENSION_SUFFIXES[0]): str(path)
            for path in compiled.rglob(f"*{EXTENSION_SUFFIXES[0]}")
        }

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module's place, if it was compiled (the import system's protocol)."""
        path = self._paths.get(fullname)
        if path is None:
            return None
        return spec_from_file_location(fullname, path, loader=ExtensionFileLoader(fullname, path))


CODER: Final = Native(
    Path(__file__).parent,
    (
        "batch.py",
        "engine/[!_]*.py",
        "reading/[!_]*.py",
        "terminology/index.py",
        "terminology/phrases.py",
        "terminology/words.py",
    ),
)
"""What each note goes through; what is built once, or asked once a process, is not worth compiling."""
