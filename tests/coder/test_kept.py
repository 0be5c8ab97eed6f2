"""What is derived from data at every start is read back, and never trusted further than its sources."""

from datetime import date
from pathlib import Path

import pytest

from services.coder.kept import kept, yaml_values

_VALUE = {"words": ["a", "b"], "set": frozenset({"c"})}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CLAIMSTREAM_HOME", str(tmp_path))
    (tmp_path / "coder").mkdir()
    return tmp_path


class Work:
    """Counts how often it is done."""

    def __init__(self, value: object = _VALUE) -> None:
        self.value, self.done = value, 0

    def __call__(self) -> object:
        self.done += 1
        return self.value


def _files(home: Path) -> list[Path]:
    return list(home.rglob("*.bin"))


def test_work_is_done_once() -> None:
    work = Work()
    assert [kept("it", work, b"source") for _ in range(2)] == [_VALUE, _VALUE]
    assert work.done == 1


def test_other_sources_are_other_work_and_replace_what_was_kept(home: Path) -> None:
    kept("it", Work(), b"source", b"code")
    kept("another", Work(), b"source", b"code")
    for sources in ((b"Source", b"code"), (b"sourcec", b"ode"), (b"source",)):
        work = Work(sources)
        assert kept("it", work, *sources) == sources
        assert work.done == 1
    assert sorted(path.name.partition("-")[0] for path in _files(home)) == ["another", "it"]


@pytest.mark.parametrize("content", [b"", b"\x00\x00", b"garbage", None])
def test_a_broken_file_is_made_anew(home: Path, content: bytes | None) -> None:
    kept("it", Work(), b"source")
    (path,) = _files(home)
    path.write_bytes(path.read_bytes()[:-3] if content is None else content)
    work = Work()
    assert [kept("it", work, b"source") for _ in range(2)] == [_VALUE, _VALUE]
    assert work.done == 1


def test_a_home_that_cannot_be_written_does_no_harm(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "file").touch()  # root may write everywhere, but not below a file
    monkeypatch.setenv("CLAIMSTREAM_HOME", str(home / "file"))
    work = Work()
    assert [kept("it", work, b"source") for _ in range(2)] == [_VALUE, _VALUE]
    assert work.done == 2


def test_no_home_is_made_where_nothing_was_coded(home: Path) -> None:
    (home / "coder").rmdir()
    assert kept("it", Work(), b"source") == _VALUE
    assert list(home.iterdir()) == []


def test_a_write_that_fails_leaves_nothing_behind(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_from: Path, _to: Path) -> None:
        raise OSError

    monkeypatch.setattr(Path, "replace", full)
    assert kept("it", Work(), b"source") == _VALUE
    assert [path for path in home.rglob("*") if path.is_file()] == []


def test_what_is_not_plain_is_not_kept(home: Path) -> None:
    work = Work(date(2026, 1, 1))
    assert [kept("it", work, b"source") for _ in range(2)] == [work.value] * 2
    assert _files(home) == []


@pytest.mark.parametrize(
    ("name", "loader"),
    [
        ("data/rules/combine.yaml", "SafeLoader"),
        ("data/timed.yaml", "SafeLoader"),
        ("reading/cues.yaml", "BaseLoader"),
    ],
)
def test_a_table_is_the_same_read_and_kept(name: str, loader: str) -> None:
    assert yaml_values(name, loader) == yaml_values(name, loader)
