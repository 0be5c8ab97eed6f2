"""The coder is opened once for all of its tests."""

import pytest

from services.coder.batch import Coder, opened
from services.coder.terminology.index import Terminology


@pytest.fixture(scope="session")
def coder() -> Coder:
    return opened()


@pytest.fixture(scope="session")
def vocabulary(coder: Coder) -> Terminology:
    return coder.vocabulary
