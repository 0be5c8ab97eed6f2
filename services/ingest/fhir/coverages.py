"""Coverage: the insurances that were active on the day of service, who pays first first."""

from dataclasses import dataclass
from typing import Final

from services.contracts.encounter import Coverage, FormPayer, Person
from services.ingest.fhir.bundle import Resource
from services.ingest.fhir.concepts import codes, first_code, identifier, identifier_typed, vocabulary
from services.ingest.fhir.desk import Case, Desk
from services.ingest.fhir.node import Log, Node
from services.ingest.fhir.people import read_person
from services.ingest.fhir.primitives import Moment
from services.ingest.site import Payer

MEDICAID: Final = "medicaid"
SELF_PAY: Final = "self_pay"
_UNSTATED: Final = 100
_LAST: Final = {MEDICAID: 1, SELF_PAY: 2}
"""Medicaid pays after every other payer (42 CFR 433.139), the patient after Medicaid."""

Rank = tuple[int, bool, int, str, str]


@dataclass(frozen=True, slots=True)
class Policy:
    """A Coverage as it was read, before it is known for which day."""

    coverage: Coverage
    order: int | None
    start: Moment | None
    end: Moment | None

    def active(self, case: Case) -> bool:
        """Whether it was in force on the first day of the visit; insurance counts by days."""
        return (self.start is None or self.start.day <= case.first_day) and (
            self.end is None or self.end.last_day >= case.first_day
        )

    def replaced(self, others: "list[Policy]") -> bool:
        """Whether it ended, at a stated time of the day, just when another began."""
        return (
            self.end is not None
            and self.end.has_time
            and any(other.start is not None and other.start.first == self.end.first for other in others)
        )


def read_coverages(case: Case) -> tuple[Coverage, ...]:
    """The active coverages with priorities 1, 2, ...

    Order: Claim.insurance.sequence, else Coverage.order, else Medicaid and the patient last, then by age.
    A self-pay coverage stands only where there is no insurance.
    """
    desk = case.desk
    stated = _claim_sequences(case)
    found = [
        desk.once("coverage", resource, case.log, lambda r, log: _read(desk, r, log))
        for resource in desk.links.held(case.patient, "Coverage")
        if resource.data.get("status") not in ("draft", "entered-in-error")
    ]
    active = [policy for policy in found if policy.active(case)]
    active = [policy for policy in active if not policy.replaced(active)]
    insured = [policy for policy in active if policy.coverage.payer_kind != SELF_PAY]
    ranked = sorted(insured or active, key=lambda policy: _rank(policy, stated))
    return tuple(
        policy.coverage.model_copy(update={"priority": priority})
        for priority, policy in enumerate(ranked, start=1)
    )


def _rank(policy: Policy, stated: dict[str, int]) -> Rank:
    coverage = policy.coverage
    last = _LAST.get(coverage.payer_kind, 0)
    sequence = stated.get(coverage.coverage_id, policy.order)
    began = policy.start.first.isoformat() if policy.start else ""
    unnamed = coverage.coverage_id not in stated
    return (_UNSTATED if sequence is None else sequence, unnamed, last, began, coverage.coverage_id)


def _claim_sequences(case: Case) -> dict[str, int]:
    """The lowest Claim.insurance.sequence of each coverage that the encounter's claims name."""
    found: dict[str, int] = {}
    for part in case.claims:
        for insurance in part.claim.open(case.log).nodes("insurance"):
            coverage = case.desk.index.follow(part.claim, insurance, "coverage")
            sequence = insurance.positive("sequence") or 1
            if coverage is not None:
                found[coverage.id] = min(sequence, found.get(coverage.id, sequence))
    return found


def _read(desk: Desk, resource: Resource, log: Log) -> Policy:
    node = resource.open(log)
    start, end = _period(node)
    payer = _payer(desk, resource, node)
    relationship = vocabulary()["relationship"].get(first_code(node.node("relationship")), "")
    subscriber = _subscriber(desk, resource, node, log)
    return Policy(
        coverage=Coverage(
            coverage_id=resource.id,
            payer_id=payer.payer_id,
            payer_name=payer.payer_name,
            payer_kind=payer.payer_kind,
            filing_indicator=payer.filing_indicator,
            institutional=payer.institutional and FormPayer(**dict(payer.institutional)),
            member_id=_member_id(desk, resource, node, payer, log),
            group_number=_class_value(node, "group", "value"),
            plan_name=_class_value(node, "plan", "name", "value"),
            period_start=start.day if start else None,
            period_end=end.last_day if end else None,
            relationship=relationship or ("other" if subscriber else "self"),
            subscriber=None if relationship == "self" else subscriber,
        ),
        order=node.positive("order"),
        start=start,
        end=end,
    )


def _period(node: Node) -> tuple[Moment | None, Moment | None]:
    """A coverage's period may be as coarse as a year: from its first day to its last."""
    period = node.node("period")
    if period is None:
        return None, None
    start, end = period.moment("start"), period.moment("end")
    if start is not None and end is not None and end.last < start.first:
        period.fault("end", "before the start of the period", "send a period that ends on or after its start")
    return start, end


def _payer(desk: Desk, resource: Resource, node: Node) -> Payer:
    """Who pays: the site's rule for the payor, else what the payor's Organization says of itself."""
    payor = node.first("payor")
    organization = desk.index.target(resource, payor) if payor is not None else None
    if organization is not None and organization.kind in ("Patient", "RelatedPerson"):
        return Payer(payer_name="", payer_kind=SELF_PAY)
    name = payor.text("display") if payor is not None else ""
    identifiers: dict[str, None] = {}
    if organization is not None:
        opened = organization.open(node.log)
        name = opened.text("name") or name
        identifiers.update((each.text("value"), None) for each in opened.nodes("identifier"))
    elif payor is not None and (named := payor.node("identifier")) is not None:
        identifiers[named.text("value")] = None
    types = codes(node.node("type"))
    known = desk.site.payer(types, name, tuple(identifiers))
    return known or Payer(payer_id=next(filter(None, identifiers), ""), payer_name=name)


def _member_id(desk: Desk, resource: Resource, node: Node, payer: Payer, log: Log) -> str:
    """Coverage.subscriberId, else its identifier of type MB, else what the site's rule names."""
    stated = node.text("subscriberId") or identifier_typed(node, "MB")
    if stated or not payer.member_id_from:
        return stated
    beneficiary = desk.index.resolve(resource, node.data.get("beneficiary"))
    return identifier(beneficiary.open(log), payer.member_id_from) if beneficiary is not None else ""


def _subscriber(desk: Desk, resource: Resource, node: Node, log: Log) -> Person | None:
    """The subscriber, else a policy holder who is a person, where that is not the patient."""
    beneficiary = desk.index.resolve(resource, node.data.get("beneficiary"))
    for name in ("subscriber", "policyHolder"):
        found = desk.index.follow(resource, node, name)
        if found is not None and found.kind in ("Patient", "RelatedPerson"):
            return None if found is beneficiary else read_person(found, log)
    return None


def _class_value(node: Node, wanted: str, *names: str) -> str:
    for each in node.nodes("class"):
        if wanted in codes(each.node("type")):
            return next(filter(None, (each.text(name) for name in names)), "")
    return ""
