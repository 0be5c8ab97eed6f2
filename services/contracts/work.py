"""What people do: the items that wait for them, and what they decided."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from services.contracts.base import NO_DOLLARS, Charged, Contract, Doc, StrMap


class WorkKind(StrEnum):
    """What a person must do."""

    CODING_REVIEW = "coding_review"
    DOCUMENTATION_QUERY = "documentation_query"
    EDIT_HOLD = "edit_hold"
    COORDINATION = "coordination"


class WorkStatus(StrEnum):
    """An item closes when a later version of its encounter no longer needs it."""

    OPEN = "open"
    CLOSED = "closed"


class WorkReason(Contract):
    """One thing that keeps the encounter from being billed."""

    rule: str
    target: str
    message: str
    fix: str = ""
    reference: str = ""
    amount: Annotated[Charged | None, Doc("Dollars at stake where the reason is about one line")] = None


class WorkItem(Contract):
    """Topic `work-items`: what a person must decide, with every reason at once."""

    item_id: Annotated[str, Doc("Hash of encounter and kind")]
    kind: WorkKind
    status: WorkStatus = WorkStatus.OPEN
    encounter_id: str
    encounter_version: int = 0
    patient_key: Annotated[str, Doc("Partition of the decision that answers")]
    stage: Annotated[str, Doc("Who asks: coder, validator or claims")]
    queue: Annotated[str, Doc("Work queue: coding, cdi, registration, billing, authorisation")]
    owner_role: str = ""
    priority: Annotated[int, Field(ge=1, le=5), Doc("1 is most urgent")] = 3
    reasons: tuple[WorkReason, ...] = ()
    payer_id: str = ""
    dollars: Charged = NO_DOLLARS
    opened_at: Annotated[AwareDatetime, Doc("Event time of the version that opened it")]
    file_by: Annotated[date | None, Doc("Last day of the payer's filing limit")] = None
    days_left: int | None = None
    versions: StrMap = {}


class DecisionAction(StrEnum):
    """What a person decided."""

    ACCEPT = "accept"
    CHANGE = "change"
    REJECT = "reject"
    ADD = "add"
    OVERRIDE = "override"
    WRITE_OFF = "write_off"


class Decision(Contract):
    """Topic `decisions`: a person's word, which wins over the machine's."""

    decision_id: str
    encounter_id: str
    encounter_version: Annotated[int | None, Doc("The version that was looked at; absent: any")] = None
    patient_key: str
    action: DecisionAction
    target: Annotated[str, Doc("`code:<code>`, `line:<id>`, a finding id, `query:<id>` or `*` for all")] = "*"
    replacement: Annotated[str, Doc("The code that takes its place, for change and add")] = ""
    reason: str
    role: Annotated[str, Doc("Role of the person, e.g. certified coder")]
    decided_by: Annotated[str, Doc("Pseudonymous user id")] = ""
    decided_at: AwareDatetime
