"""What is derived from data at every start, kept: one marshal file each, under the project's home, named by a
digest of what it was derived from.

To read such a file takes a small part of the work that it spares. It is made anew when its sources change,
cannot be read or is not there; where it cannot be written, or no vocabulary was compiled, the work is done at
every start, to the same results.
"""

import marshal
import sys
from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from services.contracts.resources import home_dir
from services.contracts.whole import write_whole

_DIGEST: Final = 12  # bytes
_BROKEN: Final = (OSError, EOFError, ValueError, TypeError)
_HERE: Final = Path(__file__).parent


def kept(name: str, derive: Callable[[], Any], *sources: bytes) -> Any:  # noqa: ANN401 (each has its own shape)
    """What `derive` makes of the sources: plain values. `name` has no hyphen."""
    digest = blake2b(sys.version.encode(), digest_size=_DIGEST)
    for source in sources:
        digest.update(b"%d\n" % len(source) + source)
    path = home_dir() / "coder" / "kept" / f"{name}-{digest.hexdigest()}.bin"
    with suppress(*_BROKEN):
        return marshal.loads(path.read_bytes())  # noqa: S302 (our own file, under our own home)
    value = derive()
    with suppress(OSError, ValueError):  # a value that is not plain, such as a day, is not kept
        write(path, value)
    return value


def yaml_values(name: str, loader: str) -> Any:  # noqa: ANN401
    """The content of a YAML file of the coder, as a loader of PyYAML builds it: the one in C where there is
    one.
    """
    text = (_HERE / name).read_bytes()

    def parsed() -> Any:  # noqa: ANN401
        import yaml  # noqa: PLC0415 (takes longer to import than all that is kept to read)

        return yaml.load(text, Loader=getattr(yaml, f"C{loader}", getattr(yaml, loader)))  # noqa: S506

    return kept(f"{name.replace('/', '.')}.{loader}", parsed, text)


def source(name: str) -> bytes:
    """The text of a module of the coder: what derives is a source too."""
    return (_HERE / name).read_bytes()


def write(path: Path, value: Any) -> None:  # noqa: ANN401
    """Write it whole; what was made of earlier sources is removed."""
    path.parent.mkdir(exist_ok=True)  # but no home: to import the coder leaves no trace where it never coded
    write_whole(path, [marshal.dumps(value)])
    for old in path.parent.glob(f"{path.name.partition('-')[0]}-*.bin"):
        if old != path:
            old.unlink(missing_ok=True)
