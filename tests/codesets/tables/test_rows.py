from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.codesets.storage import TableFile, TableWriter
from services.codesets.tables.rows import Rows, write_rows

KEYS = st.text("ABC0123", min_size=1, max_size=8)


@given(st.lists(st.tuples(KEYS, st.integers())), KEYS)
def test_rows_are_found_by_key_in_the_order_written(
    tmp_path_factory: pytest.TempPathFactory, given_rows: list[tuple[str, int]], key: str
) -> None:
    path: Path = tmp_path_factory.mktemp("rows") / "rows.cst"
    writer = TableWriter({})
    write_rows(writer, [(name, [value]) for name, value in given_rows if -(2**53) < value < 2**53])
    writer.write(path)
    rows = Rows(TableFile(path))
    kept = [(name, value) for name, value in given_rows if -(2**53) < value < 2**53]

    assert [row[0] for row in rows.get(key)] == [value for name, value in kept if name == key]
    assert (key in rows) == any(name == key for name, _ in kept)
    assert [name for name, _ in rows.items()] == sorted(name for name, _ in kept)
    assert len(rows) == len(kept)


def test_a_key_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        write_rows(TableWriter({}), [("123456789", [])])
