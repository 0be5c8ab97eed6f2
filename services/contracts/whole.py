"""Files that appear whole or not at all, for readers that look while they are written."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path


def write_whole(path: Path, parts: Iterable[bytes], *, durable: bool = False) -> None:
    """Write beside the place and rename; the folder must be there. `durable`: on the disk before it is seen.

    Raises:
        OSError: it could not be written; nothing is left of the attempt, so that a full disk is not filled
            further by the next one.
    """
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as out:
            os.fchmod(out.fileno(), 0o644)  # mkstemp makes it private; workers may run as other users
            out.writelines(parts)
            if durable:
                out.flush()
                os.fsync(out.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
