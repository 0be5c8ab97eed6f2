from datetime import date
from pathlib import Path

import pytest

from services.codesets import shelf as module
from services.codesets.errors import StorageError
from services.codesets.manifest import Manifest, read_manifest
from services.codesets.shelf import NotLoaded, Shelf
from services.codesets.tables.mue import Mue
from tests.codesets import official
from tests.codesets.conftest import Import

ON = date(2024, 8, 1)
TABLE = "ncci-mue-practitioner"


def put(tmp_path: Path, units: str) -> Path:
    path = tmp_path / "mue_2024q3.csv"
    path.write_text(official.mue(rows=[("10001", units, "2 Policy", "x")]))
    return path


def units(shelf: Shelf) -> int | None:
    table = shelf.open(TABLE, ON, Mue)
    limit = None if isinstance(table, NotLoaded) else table.limit("10001")
    return limit.units if limit else None


def test_a_version_stays_readable_after_later_imports_deleted_its_file(
    tmp_path: Path, folder: Path, import_files: Import
) -> None:
    import_files(put(tmp_path, "1"))
    old = Shelf(folder)
    for number in ("2", "3", "4"):
        import_files(put(tmp_path, number))

    assert not (folder / old.manifest.of(TABLE)[0].file).exists()
    assert units(old) == 1
    assert old.refresh()
    assert units(old) == 4


def test_one_view_is_made_per_version(tmp_path: Path, folder: Path, import_files: Import) -> None:
    import_files(put(tmp_path, "1"))
    shelf = Shelf(folder)

    assert shelf.open(TABLE, ON, Mue) is shelf.open(TABLE, date(2024, 9, 1), Mue)


def test_a_file_that_vanished_is_an_error(tmp_path: Path, folder: Path, import_files: Import) -> None:
    (entry,) = import_files(put(tmp_path, "1"))
    (folder / entry.file).unlink()

    with pytest.raises(StorageError, match="cannot be opened"):
        Shelf(folder)


def test_an_import_between_manifest_and_files_is_taken_up(
    tmp_path: Path, folder: Path, import_files: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_files(put(tmp_path, "1"))
    calls: list[Manifest] = []

    def read(where: Path) -> Manifest:
        found = read_manifest(where)
        if not calls:
            for number in ("2", "3", "4"):
                import_files(put(tmp_path, number))
        calls.append(found)
        return found

    monkeypatch.setattr(module, "read_manifest", read)

    assert units(Shelf(folder)) == 4
    assert len(calls) == 2


def test_not_loaded_is_false_and_says_why() -> None:
    assert not NotLoaded("cpt", ON)
    assert NotLoaded("cpt", ON).reason == "no version of cpt is imported"
    assert (
        NotLoaded("cpt", ON, ("2023",)).reason
        == "no imported version of cpt covers 2024-08-01 (imported: 2023)"
    )
