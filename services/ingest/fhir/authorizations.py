"""What a payer's answer to a request for authorisation allows (FHIR R4 ClaimResponse, Da Vinci PAS).

The answer with the claim's number: its own (`preAuthRef`), or that of a service (PAS: review action). The
services that it certifies, in total or changed (X12 306: A1, A2, A6), and those that it adds, with the units
that it states, else those that were asked for. Where it certifies none, no unit is allowed.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from services.contracts.encounter import Authorization
from services.ingest.fhir.bundle import Resource
from services.ingest.fhir.concepts import codes, first_code, from_system
from services.ingest.fhir.desk import Case
from services.ingest.fhir.node import Node
from services.ingest.fhir.primitives import Moment
from services.ingest.fhir.references import Index

_PAS: Final = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/extension-"
_CERTIFIED: Final = frozenset({"A1", "A2", "A6"})
_ALLOWED_UNITS: Final = "allowedunits"
_VOID: Final = frozenset({"cancelled", "draft", "entered-in-error"})
_CPT: Final = "http://www.ama-assn.org/go/cpt"
_HCPCS: Final = tuple(
    f"{scheme}://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets" for scheme in ("http", "https")
)
_PLACES: Final = 3


class Service(NamedTuple):
    """One certified service: `code` is a CPT or HCPCS number, empty where it is none."""

    code: str
    units: Decimal | None


def read_authorization(case: Case, number: str) -> Authorization | None:
    """What the authorisation with that number allows; nothing where no answer about it came along."""
    answers = answers_about(case.desk.index, number)
    if not answers:
        return None
    answer = max(answers, key=lambda each: (str(each.data.get("created", "")), each.id))
    node = answer.open(case.log)
    services = list(_services(case, answer, node))
    numbers = tuple(dict.fromkeys(service.code for service in services))
    first, last = _days(node)
    return Authorization(
        first_day=first.day if first else None,
        last_day=last.last_day if last else None,
        units=_most(services) if node.nodes("item") or node.nodes("addItem") else None,
        codes=numbers if all(numbers) else (),
    )


def answers_about(index: Index, number: str) -> list[Resource]:
    """The payers' answers that stand and name the authorisation number."""
    return [each for each in index.of_kind("ClaimResponse") if number and _about(each, number)]


def _most(services: Sequence[Service]) -> Decimal | None:
    """The units of all services; none where one of them says none."""
    stated = [service.units for service in services if service.units is not None]
    return sum(stated, Decimal(0)) if len(stated) == len(services) else None


def _about(answer: Resource, number: str) -> bool:
    """Whether an answer that stands names the number; looked at without a log: other answers are not ours."""
    data = answer.data
    if data.get("status") in _VOID:
        return False
    listed = (data.get(name) for name in ("item", "addItem"))
    rows = [row for rows in listed if isinstance(rows, list) for row in rows]
    return data.get("preAuthRef") == number or any(number in _numbers(row) for row in rows)


def _numbers(row: object) -> Iterator[str]:
    """The authorisation numbers of a service: of its own, and of its review actions."""
    waiting = [row]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            if value.get("url") in ("number", f"{_PAS}authorizationNumber"):
                yield str(value.get("valueString", ""))
            waiting += [value.get(name) for name in ("extension", "adjudication")]


def _days(answer: Node) -> tuple[Moment | None, Moment | None]:
    """The answer's period; else from the first to the last day of its services' periods."""
    first, last = answer.period("preAuthPeriod")
    if first is not None or last is not None:
        return first, last
    periods = [
        each.period("valuePeriod")
        for item in (*answer.nodes("item"), *answer.nodes("addItem"))
        for each in _extensions(item, "itemPreAuthPeriod")
    ]
    starts = [start for start, _ in periods if start is not None]
    ends = [end for _, end in periods if end is not None]
    return min(starts, key=lambda m: m.first, default=None), max(ends, key=lambda m: m.last, default=None)


def _services(case: Case, answer: Resource, node: Node) -> Iterator[Service]:
    """What is certified of what was asked for, and what the payer adds."""
    request = case.desk.index.resolve(answer, node.data.get("request"))
    asked = {}
    if request is not None and request.kind == "Claim":
        asked = {each.positive("sequence"): each for each in request.open(case.log).nodes("item")}
    for item in node.nodes("item"):
        if _certified(item):
            yield _service(item, asked.get(item.positive("itemSequence")))
    for added in node.nodes("addItem"):
        if _certified(added):
            yield _service(added, added)


def _certified(item: Node) -> bool:
    """Whether the review action certifies the service; where there is none, the answer's number does."""
    actions = [
        first_code(code.node("valueCodeableConcept"))
        for adjudication in item.nodes("adjudication")
        for action in _extensions(adjudication, "reviewAction")
        for code in action.nodes("extension")
        if code.text("url") in ("code", f"{_PAS}reviewActionCode")
    ]
    return not actions or bool(_CERTIFIED & {*actions})


def _service(item: Node, asked: Node | None) -> Service:
    detail = next(_extensions(item, "itemAuthorizedDetail"), None)
    parts = {part.text("url"): part for part in detail.nodes("extension")} if detail is not None else {}
    code, quantity = parts.get("productOrServiceCode"), parts.get("quantity")
    concept = code.node("valueCodeableConcept") if code is not None else None
    if concept is None and asked is not None:
        concept = asked.node("productOrService")
    return Service(from_system(concept, _CPT, *_HCPCS), _units(item, quantity, asked))


def _units(item: Node, detail: Node | None, asked: Node | None) -> Decimal | None:
    """Units by the authorised detail, by an adjudication of allowed units, else as asked."""
    stated = detail.node("valueQuantity") if detail is not None else None
    if stated is not None:
        return stated.decimal("value", _PLACES)
    for adjudication in item.nodes("adjudication"):
        if _ALLOWED_UNITS in codes(adjudication.node("category")):
            return adjudication.decimal("value", _PLACES)
    wanted = asked.node("quantity") if asked is not None else None
    return wanted.decimal("value", _PLACES) if wanted is not None else None


def _extensions(node: Node, name: str) -> Iterator[Node]:
    return (each for each in node.nodes("extension") if each.text("url") == f"{_PAS}{name}")
