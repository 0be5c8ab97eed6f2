"""Files written whole: all of the new content or all of the old, readable by others, and no litter."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.contracts.whole import write_whole


def broken() -> Iterator[bytes]:
    yield b"begun"
    raise OSError(28, "no space")


@pytest.mark.parametrize("durable", [False, True])
def test_the_parts_are_the_file_which_others_may_read(tmp_path: Path, *, durable: bool) -> None:
    path = tmp_path / "table"
    write_whole(path, [b"one", b"", b"two"], durable=durable)
    assert path.read_bytes() == b"onetwo"
    assert path.stat().st_mode & 0o777 == 0o644


def test_an_attempt_that_fails_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "table"
    write_whole(path, [b"old"])
    with pytest.raises(OSError, match="no space"):
        write_whole(path, broken())
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
