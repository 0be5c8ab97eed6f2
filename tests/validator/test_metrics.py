"""What is counted when an event is committed."""

from prometheus_client import REGISTRY

from services.contracts.events import VALIDATED_ENCOUNTERS
from services.stage.model import Emit
from services.validator.handler import ValidatorHandler
from services.validator.validate import Validator
from tests.validator.build import office


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def counted() -> list[float]:
    held = {"disposition": "held", "payer_kind": "medicaid"}
    return [
        value("claimstream_validated_encounters_total", **held),
        value("claimstream_validated_dollars_total", **held),
        value("claimstream_validator_findings_total", rule="line.units", outcome="fail", shadow="false"),
    ]


def test_encounters_dollars_and_findings_are_counted(validator: Validator) -> None:
    event = validator.judge(office(lines__0__units="1.5", coverages__0__payer_kind="medicaid")).event
    before = counted()

    ValidatorHandler(validator).observe([Emit(VALIDATED_ENCOUNTERS, event)], 0)

    assert [new - old for new, old in zip(counted(), before, strict=True)] == [1, 150, 1]
