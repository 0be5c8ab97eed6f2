"""Compiles modules with mypyc, which comes with mypy."""

import shutil
import sysconfig
from contextlib import chdir
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from services.coder.errors import NoCompiler
from services.coder.native import Native

_FLAGS: Final = ("--config-file=", "--explicit-package-bases", "--ignore-missing-imports")
_DIRECT: Final = ("-fvisibility=hidden", "-fno-plt", "-fno-stack-protector")
"""Calls go straight to what they call: with a stub for each, a note misses the processor's cache of
instructions a sixth more often, which is what most of its time goes into. Distributions have the stack
checked at each return; what mypyc writes keeps no buffers there.
"""
_UNFINISHED: Final = "tmp"


def build(native: Native) -> Path:
    """Compile the sources into their folder, which appears whole or not at all; what was compiled of earlier
    sources is removed. Raises `NoCompiler`.
    """
    if missing := _missing():
        raise NoCompiler(missing)
    target = native.folder()
    target.parent.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=target.parent, prefix=_UNFINISHED) as scratch, chdir(native.root):
        made = _compiled(native, Path(scratch))
        shutil.rmtree(target, ignore_errors=True)
        made.rename(target)
    for other in target.parent.iterdir():
        if other != target and not other.name.startswith(_UNFINISHED):
            shutil.rmtree(other)
    return target


def possible() -> bool:
    """Whether there is what it takes."""
    return not _missing()


def _missing() -> str:
    """What is not there, and how to install it; empty where nothing is missing."""
    compiler = (sysconfig.get_config_var("CC") or "cc").split()[0]
    if find_spec("mypyc") is None or find_spec("setuptools") is None:
        return "mypyc is not installed: pip install 'claimstream[native]'"
    if shutil.which(compiler) is None:
        return f"there is no C compiler ({compiler}); Debian: apt-get install gcc libc6-dev"
    if not (Path(sysconfig.get_paths()["include"]) / "Python.h").is_file():
        return "Python's headers are missing; Debian: apt-get install python3-dev"
    return ""


def _compiled(native: Native, scratch: Path) -> Path:
    """The folder of the compiled modules, by their names; the working folder is the root of the names."""
    from mypyc.build import mypycify  # noqa: PLC0415 (only where it is compiled)
    from setuptools import Distribution  # type: ignore[import-untyped]  # noqa: PLC0415

    made = scratch / "made"
    extensions = mypycify(
        [
            *_FLAGS,
            f"--cache-dir={scratch / 'cache'}",
            *(str(path.relative_to(native.root)) for path in native.sources()),
        ],
        opt_level="2",
        debug_level="0",
        multi_file=True,
        target_dir=str(scratch / "c"),
    )
    for extension in extensions:  # what a later compiler warns of is no reason to do without
        given = [arg for arg in extension.extra_compile_args if arg != "-Werror"]
        extension.extra_compile_args = [*given, *_DIRECT]
    builder = Distribution({"ext_modules": extensions}).get_command_obj("build_ext")
    builder.build_lib, builder.build_temp = str(made), str(scratch / "objects")
    builder.ensure_finalized()
    builder.run()
    return made
