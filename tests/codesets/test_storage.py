from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.codesets.errors import StorageError
from services.codesets.storage import TableFile, TableWriter, find


def write(path: Path, keys: list[int], texts: list[bytes]) -> TableFile:
    writer = TableWriter({"table": "example"})
    writer.numbers("key", "Q", keys)
    writer.numbers("small", "H", [key % 65536 for key in keys])
    writer.heap("text", texts)
    writer.write(path)
    return TableFile(path)


@given(st.lists(st.integers(0, 2**64 - 1), unique=True), st.lists(st.binary(max_size=20)))
def test_what_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, keys: list[int], texts: list[bytes]
) -> None:
    file = write(tmp_path_factory.mktemp("table") / "example.cst", sorted(keys), texts)

    assert list(file.numbers("key")) == sorted(keys)
    assert list(file.numbers("small")) == [key % 65536 for key in sorted(keys)]
    heap = file.heap("text")
    assert [heap[row] for row in range(len(heap))] == texts
    assert file.meta == {"table": "example"}


@given(st.sets(st.integers(0, 50)), st.integers(0, 50))
def test_find_gives_the_row_of_a_key_or_none(
    tmp_path_factory: pytest.TempPathFactory, keys: set[int], wanted: int
) -> None:
    ordered = sorted(keys)
    column = write(tmp_path_factory.mktemp("table") / "example.cst", ordered, []).numbers("key")

    assert find(column, wanted) == (ordered.index(wanted) if wanted in keys else -1)


def test_no_key_is_in_no_row(tmp_path: Path) -> None:
    assert find(write(tmp_path / "example.cst", [0], []).numbers("key"), None) == -1


def test_a_heap_gives_text(tmp_path: Path) -> None:
    assert write(tmp_path / "example.cst", [], ["Ménière".encode()]).heap("text").text(0) == "Ménière"


def test_writing_leaves_nothing_beside_the_file(tmp_path: Path) -> None:
    write(tmp_path / "example.cst", [1], [])

    assert [path.name for path in tmp_path.iterdir()] == ["example.cst"]


def test_a_failed_write_keeps_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "example.cst"
    write(path, [1], [])
    writer = TableWriter({})
    writer._parts = [b"x", None]  # type: ignore[list-item]

    with pytest.raises(TypeError):
        writer.write(path)

    assert list(TableFile(path).numbers("key")) == [1]
    assert [each.name for each in tmp_path.iterdir()] == ["example.cst"]


@pytest.mark.parametrize("kept", [0, 5, 40, -1])
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "example.cst"
    write(path, list(range(100)), [])
    path.write_bytes(path.read_bytes()[:kept])

    with pytest.raises(StorageError, match=r"cut off|not a compiled table|cannot be opened"):
        TableFile(path)


def test_another_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "example.cst"
    write(path, [1], [])
    path.write_bytes(path.read_bytes().replace(b'"format":1', b'"format":7'))

    with pytest.raises(StorageError, match="codesets build"):
        TableFile(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be opened"):
        TableFile(tmp_path / "none.cst")
