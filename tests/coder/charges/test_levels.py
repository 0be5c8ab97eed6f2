"""Levels of own visits: `levels.yaml` says the level and why."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from services.contracts.coding import ServiceKind
from services.contracts.encounter import ClaimType, VisitClass
from tests.coder.charges.build import services
from tests.coder.encounter.build import CPT, Life, charge, encounter

CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("levels.yaml").read_text())


@pytest.mark.parametrize("case", CASES, ids=[case["why"][:60] for case in CASES])
def test_the_level_is_what_the_rules_give(case: dict[str, Any]) -> None:
    visit_class = VisitClass(case.get("class", "ambulatory"))
    charges = [charge(case["code"], CPT, claim_type=ClaimType.PROFESSIONAL)]
    coded = Life().code(encounter(note=case["note"], charges=charges, visit_class=visit_class))
    (visit,) = services(coded, ServiceKind.VISIT)
    assert visit.code == case["level"], [(e.name, e.value, e.reason) for e in visit.elements]
