from pathlib import Path

import pytest

from services.codesets import home


def test_the_environment_names_the_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CLAIMSTREAM_HOME", str(tmp_path))

    assert home.codesets_home() == tmp_path / "codesets"


def test_else_it_is_at_the_root_of_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLAIMSTREAM_HOME", raising=False)

    assert home.claimstream_home() == Path(__file__).parents[2] / ".claimstream"


def test_an_installed_package_uses_the_working_directory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("CLAIMSTREAM_HOME", raising=False)
    monkeypatch.setattr(home, "_PROJECT_ROOT", tmp_path / "site-packages")
    monkeypatch.chdir(tmp_path)

    assert home.claimstream_home() == tmp_path / ".claimstream"
