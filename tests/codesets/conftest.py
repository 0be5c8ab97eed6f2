"""The built-in tables, compiled once per session, and a home of its own for every test that imports."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from services.codesets.build import TABULAR, ensure_built
from services.codesets.catalog import CodeSets
from services.codesets.imports.draft import Request
from services.codesets.imports.install import install
from services.codesets.imports.recognise import read_files
from services.codesets.manifest import Entry
from services.codesets.storage import TableFile
from services.codesets.tabular import Tabular

Import = Callable[..., tuple[Entry, ...]]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the built-in tables."""
    folder = tmp_path_factory.mktemp("codesets")
    ensure_built(folder)
    return folder


@pytest.fixture(scope="session")
def sets(built: Path) -> CodeSets:
    """The code sets with nothing imported."""
    return CodeSets(built)


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """A folder of the test's own with the built-in tables."""
    own = tmp_path / "codesets"
    shutil.copytree(built / "builtin", own / "builtin")
    return own


@pytest.fixture
def import_files(folder: Path, sets: CodeSets) -> Import:
    """Import files into the test's own folder: `import_files(path, ..., effective=None, table=None)`."""

    def run(*paths: Path, **stated: object) -> tuple[Entry, ...]:
        request = Request(**stated)  # type: ignore[arg-type]
        return install(read_files(paths, request, sets.masters).drafts, folder)

    return run


@pytest.fixture(scope="session")
def tabular(built: Path) -> Tabular:
    """The built-in tabular list."""
    return Tabular(TableFile(ensure_built(built)[TABULAR]))
