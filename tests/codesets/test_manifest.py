from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.codesets.errors import ManifestError
from services.codesets.manifest import Entry, Manifest, prune, read_manifest, write_manifest


def entry(version: str, effective: date, through: date | None = None, table: str = "example") -> Entry:
    return Entry(
        table=table,
        version=version,
        effective=effective,
        through=through,
        file=f"tables/{table}/{version}.cst",
        source="example.csv",
        sha256="0" * 64,
        licence="none",
        rows=1,
        notes=("a note",),
    )


Q3 = entry("2024q3", date(2024, 7, 1), date(2024, 9, 30))
Q4 = entry("2024q4", date(2024, 10, 1), date(2024, 12, 31))
OPEN = entry("open", date(2020, 1, 1), table="other")
MANIFEST = Manifest().with_entries([Q4, OPEN, Q3])


def test_a_manifest_is_read_as_written(tmp_path: Path) -> None:
    write_manifest(tmp_path, MANIFEST)

    assert read_manifest(tmp_path) == MANIFEST
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]


def test_without_a_manifest_nothing_is_imported(tmp_path: Path) -> None:
    assert read_manifest(tmp_path) == Manifest()


@pytest.mark.parametrize(
    "content", ["{", '{"format":1}', '{"format":7,"tables":[]}', '{"format":1,"tables":[{"through":null}]}']
)
def test_a_damaged_manifest_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content)

    with pytest.raises(ManifestError):
        read_manifest(tmp_path)


@pytest.mark.parametrize(
    ("on", "version"),
    [
        (date(2024, 6, 30), None),
        (date(2024, 7, 1), "2024q3"),
        (date(2024, 9, 30), "2024q3"),
        (date(2024, 10, 1), "2024q4"),
        (date(2025, 1, 1), None),
    ],
)
def test_the_day_of_service_picks_the_version(on: date, version: str | None) -> None:
    picked = MANIFEST.pick("example", on)

    assert (picked and picked.version) == version


@given(
    st.lists(st.tuples(st.integers(0, 400), st.none() | st.integers(0, 200)), max_size=8),
    st.integers(-10, 700),
)
def test_the_version_picked_covers_the_day_and_none_that_began_later_does(
    spans: list[tuple[int, int | None]], day: int
) -> None:
    origin = date(2024, 1, 1)
    entries = [
        entry(
            str(number),
            origin + timedelta(days=start),
            None if length is None else origin + timedelta(days=start + length),
        )
        for number, (start, length) in enumerate(spans)
    ]
    on = origin + timedelta(days=day)
    covering = [each for each in entries if each.covers(on)]
    picked = Manifest().with_entries(entries).pick("example", on)

    if picked is None:
        assert covering == []
    else:
        assert picked in covering
        assert picked.effective == max(each.effective for each in covering)


def test_the_nearest_version_serves_where_no_verdict_depends_on_it() -> None:
    def nearest(on: date) -> str | None:
        found = MANIFEST.nearest("example", on)
        return found.version if found else None

    assert nearest(date(2020, 1, 1)) == "2024q3"
    assert nearest(date(2024, 8, 1)) == "2024q3"
    assert nearest(date(2030, 1, 1)) == "2024q4"
    assert MANIFEST.nearest("nothing", date(2024, 1, 1)) is None


def test_the_same_version_is_replaced_and_others_stay() -> None:
    again = MANIFEST.with_entries([entry("2024q3", date(2024, 7, 2))])

    assert [each.effective for each in again.of("example")] == [date(2024, 7, 2), date(2024, 10, 1)]


def test_only_files_that_no_manifest_names_are_deleted(tmp_path: Path) -> None:
    folder = tmp_path / "tables" / "example"
    folder.mkdir(parents=True)
    for name in ("2024q3.cst", "2024q4.cst", "old.cst"):
        (folder / name).touch()

    assert prune(tmp_path, Manifest((Q3,)), Manifest((Q4,))) == ["old.cst"]
    assert sorted(path.name for path in folder.iterdir()) == ["2024q3.cst", "2024q4.cst"]
