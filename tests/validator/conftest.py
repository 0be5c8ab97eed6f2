import pytest

from services.codesets.catalog import CodeSets
from services.codesets.catalog import load as load_codesets
from services.validator.catalog import Catalog, builtin
from services.validator.memory_tables import MemoryTables
from services.validator.tables import Tables
from services.validator.validate import Validator


@pytest.fixture(scope="session")
def codesets() -> CodeSets:
    return load_codesets()


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return builtin()


@pytest.fixture(scope="session")
def validator(catalog: Catalog, codesets: CodeSets) -> Validator:
    return Validator(catalog, Tables(codesets, MemoryTables()))
