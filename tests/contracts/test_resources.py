"""The project's own folders."""

from pathlib import Path

import pytest

from services.codesets.home import codesets_home
from services.contracts import resources
from services.contracts.resources import SITE_VARIABLE, folder, home_dir, site_folder


def test_the_environment_names_the_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CLAIMSTREAM_HOME", str(tmp_path))
    assert home_dir() == tmp_path
    assert codesets_home() == tmp_path / "codesets"


def test_else_it_is_at_the_root_of_the_checkout() -> None:
    assert home_dir({}) == Path(__file__).parents[2] / ".claimstream"


def test_an_installed_package_uses_the_working_folder_and_its_own_data(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package = tmp_path / "site-packages" / "services"
    (package / "_data" / "examples").mkdir(parents=True)
    monkeypatch.setattr(resources, "_PACKAGE", package)
    monkeypatch.chdir(tmp_path)
    assert home_dir({}) == tmp_path / ".claimstream"
    assert folder("examples") == package / "_data" / "examples"
    with pytest.raises(FileNotFoundError, match="schemas"):
        folder("schemas")


def test_the_site_is_the_chosen_one_then_the_environments_then_the_example(tmp_path: Path) -> None:
    example = folder("examples") / "site"

    assert site_folder(environ={}) == site_folder(environ={SITE_VARIABLE: ""}) == example
    assert site_folder(environ={SITE_VARIABLE: str(tmp_path)}) == tmp_path
    assert site_folder(example, {SITE_VARIABLE: str(tmp_path)}) == example
