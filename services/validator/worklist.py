"""Work items: one for each held encounter, with every reason, the queue, the owner and the urgency."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from services.contracts.base import Charged, Finding
from services.contracts.keys import work_item_id
from services.contracts.validation import ValidatedEncounter
from services.contracts.work import WorkItem, WorkKind, WorkReason, WorkStatus
from services.validator.case import Case, billable_coverages

STAGE = "validator"


@dataclass(frozen=True, slots=True)
class Worklist:
    """How holds are handed out: the order of queues, their owners, and what makes an item urgent."""

    queues: Mapping[str, str]
    urgent: tuple[Mapping[str, Any], ...]
    usual: int

    def queue(self, queues: set[str]) -> str:
        """The queue that comes first among those of an item's reasons."""
        return next((name for name in self.queues if name in queues), "billing")

    def priority(self, days_left: int | None, dollars: Decimal) -> int:
        """1 (most urgent) to 5, from the days left and the dollars."""
        for row in self.urgent:
            soon = "days_left" in row and days_left is not None and days_left <= row["days_left"]
            large = "dollars" in row and dollars >= row["dollars"]
            if soon or large:
                return int(row["priority"])
        return self.usual


@cache
def worklist() -> Worklist:
    """The worklist of the package's `worklist.yaml`."""
    raw = yaml.safe_load(files(__package__).joinpath("worklist.yaml").read_text(encoding="utf-8"))
    return Worklist(raw["queues"], tuple(raw["urgent"]), raw["usual"])


def hold_item(
    event: ValidatedEncounter, case: Case, stops: Sequence[Finding], queues: Mapping[str, str]
) -> WorkItem:
    """The open item of a held encounter; `queues` maps a rule to its queue."""
    lists = worklist()
    queue = lists.queue({queues.get(finding.rule, "coding") for finding in stops})
    dollars = event.coded.charged
    return _item(event, WorkStatus.OPEN).model_copy(
        update={
            "queue": queue,
            "owner_role": lists.queues[queue],
            "priority": lists.priority(event.days_left, dollars),
            "reasons": tuple(_reason(finding, case) for finding in stops),
            "payer_id": case.coverage.payer_id if case.coverage else "",
            "dollars": dollars,
            "file_by": case.file_by(),
            "days_left": event.days_left,
        }
    )


def closed_item(event: ValidatedEncounter, opened_at: datetime | None) -> WorkItem:
    """The item of an encounter that is held no longer; `opened_at` is since when it was."""
    coverages = billable_coverages(event.coded)
    update = {
        "opened_at": opened_at or event.coded.encounter.event_time,
        "payer_id": coverages[0].payer_id if coverages else "",
        "dollars": event.coded.charged,
    }
    return _item(event, WorkStatus.CLOSED).model_copy(update=update)


def _item(event: ValidatedEncounter, status: WorkStatus) -> WorkItem:
    facts = event.coded.encounter
    return WorkItem(
        item_id=work_item_id(facts.encounter_id, WorkKind.EDIT_HOLD.value),
        kind=WorkKind.EDIT_HOLD,
        status=status,
        encounter_id=facts.encounter_id,
        encounter_version=facts.version,
        patient_key=facts.patient.patient_key,
        stage=STAGE,
        queue="billing",
        opened_at=event.held_since or facts.event_time,
        versions=event.versions,
    )


def _reason(finding: Finding, case: Case) -> WorkReason:
    return WorkReason(
        rule=finding.rule,
        target=finding.target,
        message=finding.message,
        fix=finding.fix,
        reference=finding.reference,
        amount=_amount(finding, case),
    )


def _amount(finding: Finding, case: Case) -> Charged | None:
    kind, _, name = finding.target.partition(":")
    if kind != "line":
        return None
    return next((line.amount for line in case.lines if line.line_id == name), None)
