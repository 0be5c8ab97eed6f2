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


def pytest_configure(config: pytest.Config) -> None:
    """Real-size tests, left out unless asked for with `-m soak`."""
    config.addinivalue_line("markers", "soak: real size, minutes; run with -m soak")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without `-m`, tests of real size are deselected (and reported as such)."""
    if config.option.markexpr:
        return
    soak = [item for item in items if item.get_closest_marker("soak")]
    items[:] = [item for item in items if item not in soak]
    config.hook.pytest_deselected(items=soak)


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
