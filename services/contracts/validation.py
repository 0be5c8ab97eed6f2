"""The validated encounter: the coded one, every verdict on it, and what follows."""

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime

from services.contracts.base import Contract, Doc, Finding, StrMap
from services.contracts.coding import AppliedDecision, CodedEncounter


class Disposition(StrEnum):
    """What becomes of the encounter; exactly one, for all of its dollars."""

    CLEAN = "clean"
    HELD = "held"
    REJECTED = "rejected"
    NOT_BILLABLE = "not_billable"


class Repair(Contract):
    """A change of form, never of clinical content, that the validator made."""

    field: str
    before: str
    after: str
    rule: str


class ValidatedEncounter(Contract):
    """Topic `validated-encounters`."""

    coded: CodedEncounter
    disposition: Disposition
    reason: Annotated[str, Doc("One sentence; for not_billable the stated reason")] = ""
    findings: Annotated[
        tuple[Finding, ...], Doc("All that failed, was bypassed or not checked; not each pass")
    ] = ()
    passed: Annotated[int, Doc("How many verdicts were `pass`")] = 0
    repairs: tuple[Repair, ...] = ()
    overrides: tuple[AppliedDecision, ...] = ()
    days_left: Annotated[int | None, Doc("Days to the payer's filing limit at the event's time")] = None
    held_since: Annotated[AwareDatetime | None, Doc("Event time of the version since which it is held")] = (
        None
    )
    standing: Annotated[bool, Doc("Held or not, an earlier version was clean: its claim is in force")] = False
    neighbours: Annotated[
        tuple[str, ...],
        Doc("The patient's other encounters with billed lines in the months of this one, when judged"),
    ] = ()
    versions: StrMap = {}
