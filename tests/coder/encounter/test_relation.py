"""How two codes stand to each other."""

import pytest

from services.coder.encounter.relation import Relation, relation
from tests.coder.encounter.build import tables


@pytest.mark.parametrize(
    ("first", "second", "bond"),
    [
        ("I10", "I10", Relation.SAME),
        ("I50.9", "I50.21", Relation.FINER),
        ("I50.21", "I50.9", Relation.VAGUER),
        ("E11", "E11.9", Relation.FINER),
        ("E11.9", "E11.42", Relation.FINER),
        ("J45.20", "J45.21", Relation.FINER),
        ("M17.11", "M17.12", Relation.OTHERWISE),
        ("S62.101A", "S62.101D", Relation.OTHERWISE),
        ("F32.1", "F33.1", Relation.OTHERWISE),
        ("E10.9", "E11.65", Relation.OTHERWISE),
        ("E11.22", "E11.42", Relation.BESIDE),
        ("M25.551", "M25.562", Relation.BESIDE),
        ("Z79.899", "Z79.4", Relation.APART),
        ("J45.20", "J44.9", Relation.APART),
    ],
)
def test_two_codes(first: str, second: str, bond: Relation) -> None:
    assert relation(first, second, tables().vocabulary) is bond


def test_each_that_excludes_another_names_codes_that_exist() -> None:
    from services.coder.encounter.tables import data  # noqa: PLC0415

    for entry in data("stated")["one_at_a_time"]:
        assert entry["reference"]
        assert all(tables().vocabulary.entry(code) is not None for code in entry["codes"])
