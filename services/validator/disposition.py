"""What becomes of an encounter: billable at all, clean, held or rejected; and what a person let pass."""

from collections.abc import Iterable, Sequence

from services.codesets.validity import ICD10_BEGINS
from services.contracts.base import Finding, Outcome, Severity
from services.contracts.coding import AppliedDecision, CodedEncounter
from services.contracts.encounter import Coverage, VisitStatus
from services.contracts.validation import Disposition
from services.validator.case import SELF_PAY

BLOCKING = frozenset({Severity.HOLD, Severity.REJECT})


def not_billable(coded: CodedEncounter, coverages: Sequence[Coverage]) -> str:
    """Why nothing is to be billed to a payer, or nothing at all; `coverages` are the payers' of the day."""
    facts = coded.encounter
    if facts.visit.status is VisitStatus.CANCELLED:
        return "the visit was cancelled"
    if facts.visit.status is not VisitStatus.FINISHED:
        return "the visit is not finished"
    if not coded.lines and not facts.charges:
        return "no charges were posted"
    if facts.code_date < ICD10_BEGINS:
        return f"service of {facts.code_date}, before {ICD10_BEGINS}: no ICD-10-CM was in force"
    return "" if coverages else _no_payer(coded)


def _no_payer(coded: CodedEncounter) -> str:
    day = coded.encounter.service_date
    if any(each.payer_kind == SELF_PAY for each in coded.encounter.coverages):
        return f"self-pay on {day}: nothing to bill to a payer"
    return f"no coverage was active on {day}: nothing to bill to a payer"


def written_off(overrides: Iterable[AppliedDecision]) -> str:
    """The words of a write-off, or nothing."""
    found = next((each for each in overrides if each.action == "write_off"), None)
    return f"written off by {found.role}: {found.reason}" if found else ""


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that keep the encounter from being billed."""
    return [
        finding
        for finding in findings
        if finding.outcome is Outcome.FAIL and finding.severity in BLOCKING and not finding.shadow
    ]


def disposition(stops: Sequence[Finding]) -> Disposition:
    """Rejected where the payer would refuse it and only the source can mend it; else held or clean."""
    if any(finding.severity is Severity.REJECT for finding in stops):
        return Disposition.REJECTED
    return Disposition.HELD if stops else Disposition.CLEAN


def reason(stops: Sequence[Finding]) -> str:
    """One sentence for lists: the first finding, and how many more there are."""
    if not stops:
        return ""
    rest = f" and {len(stops) - 1} more" if len(stops) > 1 else ""
    return f"{stops[0].rule}: {stops[0].message}{rest}"
