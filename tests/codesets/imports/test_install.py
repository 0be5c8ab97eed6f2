from pathlib import Path

from services.codesets.manifest import read_manifest
from services.codesets.storage import TableFile
from tests.codesets import official
from tests.codesets.conftest import Import


def test_the_compiled_file_and_the_manifest_say_the_same(
    tmp_path: Path, folder: Path, import_files: Import
) -> None:
    path = tmp_path / "mue_2024q3.csv"
    path.write_text(official.mue())
    (entry,) = import_files(path)
    meta = TableFile(folder / entry.file).meta

    assert read_manifest(folder).entries == (entry,)
    assert {name: meta[name] for name in ("table", "version", "source", "sha256", "licence", "rows")} == {
        name: getattr(entry, name) for name in ("table", "version", "source", "sha256", "licence", "rows")
    }
    assert (meta["effective"], meta["through"]) == ("2024-07-01", "2024-09-30")


def test_importing_the_same_file_twice_changes_nothing(
    tmp_path: Path, folder: Path, import_files: Import
) -> None:
    path = tmp_path / "mue_2024q3.csv"
    path.write_text(official.mue())
    first = import_files(path)
    content = (folder / first[0].file).read_bytes()

    assert import_files(path) == first
    assert (folder / first[0].file).read_bytes() == content
    assert len(list((folder / "tables").glob("*/*.cst"))) == 1
