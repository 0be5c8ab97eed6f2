from decimal import Decimal
from typing import Any

import pytest

from services.contracts.encounter import Result
from tests.ingest.bundles import LOINC, TERMINOLOGY, concept, faults, read, the_broken, visit


def results(**changes: Any) -> tuple[Result, ...]:
    resources = visit()
    resources["Observation/r1"] |= changes
    reading = read(resources)
    assert reading.broken == ()
    return reading.encounters[0].results


def test_a_laboratory_result() -> None:
    (found,) = results(interpretation=[concept("", "H")])
    assert (found.coding.code, found.category, found.value) == ("4548-4", "laboratory", Decimal("7.1"))
    assert (found.unit, found.interpretation) == ("%", "H")


def test_a_panel_gives_a_result_for_each_component_with_a_value() -> None:
    found = results(
        category=[concept(TERMINOLOGY + "observation-category", "vital-signs")],
        valueQuantity=None,
        component=[
            {"code": concept(LOINC, "8480-6"), "valueQuantity": {"value": 138, "unit": "mm[Hg]"}},
            {"code": concept(LOINC, "8462-4"), "dataAbsentReason": concept("", "unknown")},
            {"code": concept(LOINC, "X"), "valueCodeableConcept": concept("", "c", "clear")},
        ],
    )
    assert [(each.result_id, each.value, each.text) for each in found] == [
        ("r1/0", Decimal(138), ""),
        ("r1/2", None, "clear"),
    ]


@pytest.mark.parametrize(
    "changes",
    [{"category": [concept("", "survey")]}, {"status": "entered-in-error"}, {"valueQuantity": None}],
)
def test_what_is_no_result_is_left_out(changes: dict[str, Any]) -> None:
    assert results(**changes) == ()


def test_a_wrong_value_is_an_error() -> None:
    resources = visit()
    resources["Observation/r1"]["valueQuantity"]["value"] = "7.1"
    assert faults(the_broken(read(resources))) == {"(Observation/r1).valueQuantity.value": "not a number"}
