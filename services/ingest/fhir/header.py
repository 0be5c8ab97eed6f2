"""What a claim says about the whole visit: prior authorisation, referral, accident, condition codes."""

from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from services.contracts.encounter import Authorization
from services.ingest.fhir.authorizations import read_authorization
from services.ingest.fhir.bundle import Resource
from services.ingest.fhir.concepts import from_system, translate
from services.ingest.fhir.desk import Case
from services.ingest.fhir.node import Log, Node
from services.ingest.fhir.people import address

CONDITION_CODES: Final = "https://www.nubc.org/CodeSystem/ConditionCodes"


class Header(NamedTuple):
    """Fields of the encounter with the same names; the first claim that states one gives it."""

    prior_authorization: str = ""
    authorization: Authorization | None = None
    referral_number: str = ""
    accident: str = ""
    accident_date: date | None = None
    accident_state: str = ""
    condition_codes: tuple[str, ...] = ()


def read_header(case: Case) -> Header:
    """What the encounter's claims say, in the order of their ids; a referral may stand on the Encounter."""
    claims = [(part.claim, part.claim.open(case.log)) for part in case.claims]
    happened = next((found for _, claim in claims if (found := claim.node("accident"))), None)
    place = happened.node("locationAddress") if happened else None
    number = next(filter(None, (_authorization(claim) for _, claim in claims)), "")
    return Header(
        prior_authorization=number,
        authorization=read_authorization(case, number),
        referral_number=next(filter(None, _referrals(case, claims)), ""),
        accident=translate("accident", happened.node("type")) if happened else "",
        accident_date=happened.day("date") if happened else None,
        accident_state=address(place).state,
        condition_codes=tuple(dict.fromkeys(code for _, claim in claims for code in _conditions(claim))),
    )


def _conditions(claim: Node) -> Iterator[str]:
    """UB-04 condition codes, where FHIR has what a form has no element for: the supporting information."""
    coded = (from_system(row.node("code"), CONDITION_CODES) for row in claim.nodes("supportingInfo"))
    return filter(None, coded)


def _authorization(claim: Node) -> str:
    """The focal insurance's first preAuthRef, else any insurance's."""
    listed = sorted(claim.nodes("insurance"), key=lambda node: node.data.get("focal") is not True)
    return next((number for node in listed for number in node.texts("preAuthRef") if number), "")


def _referrals(case: Case, claims: list[tuple[Resource, Node]]) -> Iterator[str]:
    for resource, claim in claims:
        reference = claim.node("referral")
        if reference is not None:
            yield _number(case.desk.index.resolve(resource, reference.data), reference, case.log)
    for reference in case.node.nodes("basedOn"):
        yield _number(case.desk.index.resolve(case.resource, reference.data), reference, case.log)


def _number(request: Resource | None, reference: Node, log: Log) -> str:
    """A ServiceRequest's identifier or requisition; the reference's own where it leaves the bundle."""
    if request is None:
        named = reference.node("identifier")
        return named.text("value") if named is not None else ""
    node = request.open(log)
    first, group = node.first("identifier"), node.node("requisition")
    return (first.text("value") if first else "") or (group.text("value") if group else "")
