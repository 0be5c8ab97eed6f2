"""Notes and lines for the tests of services."""

from services.coder.charges.chart import Chart, chart_of
from services.contracts.base import Finding, Outcome
from services.contracts.coding import CodedEncounter, DocumentedService, ServiceKind, ServiceLine
from services.contracts.encounter import Document


def chart(*notes: str) -> Chart:
    """A chart of these notes."""
    return chart_of(Document(document_id=f"N{i}", text=text) for i, text in enumerate(notes, start=1))


def found(coded: CodedEncounter, rule: str) -> list[Finding]:
    """The findings of a rule."""
    return [each for each in coded.findings if each.rule == rule]


def failed(coded: CodedEncounter) -> list[str]:
    """The rules that failed, in order."""
    return [each.rule for each in coded.findings if each.outcome is Outcome.FAIL]


def services(coded: CodedEncounter, kind: ServiceKind) -> list[DocumentedService]:
    """The documented services of a kind."""
    return [each for each in coded.services if each.kind is kind]


def line(coded: CodedEncounter, code: str) -> ServiceLine:
    """The line of a code."""
    return next(each for each in coded.lines if each.code == code)
