"""All that the documentation says of an encounter's services, in one pass."""

from collections.abc import Sequence
from typing import NamedTuple

from services.coder.charges.chart import Chart
from services.coder.charges.drug_lines import drug_services
from services.coder.charges.findings import holds
from services.coder.charges.infusion_time import infusions
from services.coder.charges.prolonged import prolonged
from services.coder.charges.telehealth import telehealth
from services.coder.charges.visit_level import visits
from services.coder.site import SiteRules
from services.contracts.base import Finding, Outcome
from services.contracts.coding import AssignedCode, DocumentedService, Route, ServiceLine
from services.contracts.encounter import ClaimType, EncounterFacts


class Reviewed(NamedTuple):
    """Facts and lines as they go on, with what was documented and found."""

    facts: EncounterFacts
    lines: tuple[ServiceLine, ...]
    services: tuple[DocumentedService, ...]
    findings: tuple[Finding, ...]


def review(
    facts: EncounterFacts,
    lines: tuple[ServiceLine, ...],
    codes: Sequence[AssignedCode],
    chart: Chart,
    site: SiteRules,
) -> Reviewed:
    """The review of an encounter's lines. A line with a finding that holds waits for a coder."""
    remote = telehealth(facts, lines, chart, site.virtual_place)
    said = [
        *visits(facts, remote.lines, codes, chart),
        *prolonged(facts, remote.lines, chart),
        *drug_services(facts, remote.lines, chart),
        *infusions(remote.lines, chart.whole()),
    ]
    services = tuple(each for each in said if isinstance(each, DocumentedService))
    found = tuple({f.finding_id: f for f in (*remote.findings, *_verdicts(said))}.values())
    waiting = {
        each.target
        for each in found
        if each.outcome is Outcome.FAIL and site.switches.reviews(each.rule, held=holds(each))
    }
    held = tuple(_held(line, waiting) for line in remote.lines)
    return Reviewed(_at(facts, remote.place), held, (*remote.services, *services), found)


def _verdicts(said: Sequence[DocumentedService | Finding]) -> list[Finding]:
    return [each for each in said if isinstance(each, Finding)]


def _held(line: ServiceLine, waiting: set[str]) -> ServiceLine:
    whole = "claim" in waiting and line.claim_type is ClaimType.PROFESSIONAL
    if not whole and f"line:{line.line_id}" not in waiting:
        return line
    return line.model_copy(update={"route": Route.REVIEW})


def _at(facts: EncounterFacts, place: str) -> EncounterFacts:
    if facts.visit.place_of_service == place:
        return facts
    return facts.model_copy(update={"visit": facts.visit.model_copy(update={"place_of_service": place})})
