"""Compiles the coder's inner modules with mypyc, which comes with mypy."""

import shutil
import sysconfig
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from services.coder import native
from services.coder.errors import NoCompiler

_FLAGS: Final = ("--config-file=", "--explicit-package-bases", "--ignore-missing-imports")


def build() -> Path:
    """Compile the sources into their folder; what was compiled of earlier sources is removed.

    The folder appears whole or not at all. Raises `NoCompiler`.
    """
    _check()
    target = native.folder()
    shutil.rmtree(target.parent, ignore_errors=True)
    target.parent.mkdir()
    with TemporaryDirectory(dir=target.parent) as scratch, chdir(native.ROOT):
        made = Path(scratch) / "made"
        _compile(Path(scratch), made)
        made.rename(target)
    return target


def _check() -> None:
    header = Path(sysconfig.get_paths()["include"]) / "Python.h"
    compiler = (sysconfig.get_config_var("CC") or "cc").split()[0]
    if shutil.which(compiler) is None:
        raise NoCompiler(f"there is no C compiler ({compiler}); Debian: apt-get install gcc libc6-dev")
    if not header.is_file():
        raise NoCompiler(f"Python's headers are missing ({header.name}); Debian: apt-get install python3-dev")


def _compile(scratch: Path, made: Path) -> None:
    from mypyc.build import mypycify  # noqa: PLC0415 (only where it is compiled)
    from setuptools import Distribution  # type: ignore[import-untyped]  # noqa: PLC0415

    names = [str(path.relative_to(native.ROOT)) for path in native.sources()]
    extensions = mypycify(
        [*_FLAGS, f"--cache-dir={scratch / 'cache'}", *names],
        opt_level="2",
        debug_level="0",
        multi_file=True,
        verbose=False,
        target_dir=str(scratch / "c"),
    )
    builder = Distribution({"ext_modules": extensions}).get_command_obj("build_ext")
    builder.build_lib = str(made)
    builder.build_temp = str(scratch / "objects")
    builder.ensure_finalized()
    builder.run()
