"""Cutting out a broken part of a bundle: a small bundle from which exactly this part can be read again."""

from collections.abc import Iterator
from typing import Any, Final

from services.ingest.fhir.authorizations import answers_about
from services.ingest.fhir.bundle import Resource, dump
from services.ingest.fhir.charge_links import ClaimPart
from services.ingest.fhir.desk import Desk
from services.ingest.fhir.node import Json
from services.ingest.fhir.references import Index

_APART: Final = ("Encounter", "Claim", "ChargeItem")


def encounter_original(desk: Desk, encounter: Resource, patient: Resource | None) -> bytes:
    """A collection bundle with the encounter, all that belongs to it, and all that any of it refers to."""
    links = desk.links
    own = [each for kind in links.of_encounter.get(encounter.id, {}).values() for each in kind]
    held = [*links.held(patient, "Coverage"), *links.held(patient, "Condition")]
    items = links.charges.charge_items.get(encounter.id, [])
    claims = [part_of_claim(part) for part in links.charges.claims.get(encounter.id, [])]
    answers = [each for claim in claims for each in _authorizations(desk, claim)]
    return _collection(closure(desk, [encounter, *own, *held, *items, *claims, *answers]))


def _authorizations(desk: Desk, claim: Resource) -> Iterator[Resource]:
    """The answers about the claim's authorisation numbers, and what was asked: nothing refers to them."""
    listed = claim.data.get("insurance")
    for insurance in listed if isinstance(listed, list) else ():
        numbers = insurance.get("preAuthRef") if isinstance(insurance, dict) else None
        for number in numbers if isinstance(numbers, list) else ():
            for answer in answers_about(desk.index, number) if isinstance(number, str) else ():
                yield answer
                asked = desk.index.resolve(answer, answer.data.get("request"))
                if asked is not None and asked.data.get("use") == "preauthorization":
                    yield asked


def orphan_original(desk: Desk, resource: Resource) -> bytes:
    """A collection bundle with a resource that belongs to no encounter, and what it refers to."""
    return _collection(closure(desk, [resource]))


def stray_original(entry: Any) -> bytes:  # noqa: ANN401 (whatever JSON holds)
    """A collection bundle with an entry that holds no resource."""
    return dump({"resourceType": "Bundle", "type": "collection", "entry": [entry]})


def part_of_claim(part: ClaimPart) -> Resource:
    """The claim with only the part's items; its other items belong to other encounters."""
    claim = part.claim
    listed = claim.data.get("item")
    if not isinstance(listed, list) or len(listed) == len(part.items):
        return claim
    data = claim.data | {"item": [listed[position] for position in part.items]}
    return Resource(claim.kind, claim.id, claim.place, claim.url, data, claim.faults)


def closure(desk: Desk, roots: list[Resource]) -> list[Resource]:
    """The roots and what they refer to, near and far; other encounters and their charges stay out."""
    found = {(root.kind, root.id): root for root in roots}
    waiting = list(roots)
    while waiting:
        resource = waiting.pop()
        roles = desk.links.roles.get(resource.id, []) if resource.kind == "Practitioner" else []
        for target in (*_targets(desk.index, resource), *roles):
            key = (target.kind, target.id)
            if key not in found and target.kind not in _APART:
                found[key] = target
                waiting.append(target)
    return [found[key] for key in sorted(found)]


def _targets(index: Index, resource: Resource) -> Iterator[Resource]:
    for reference in _references(resource.data):
        target = index.resolve(resource, reference)
        if target is not None and "#" not in target.id:
            yield target


def _references(data: Json) -> Iterator[Json]:
    """Every Reference in a resource, and every attachment's url; without recursion, however deep it is."""
    waiting: list[Any] = [data]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if isinstance(value.get("reference"), str) or isinstance(value.get("identifier"), dict):
                yield value
            if isinstance(value.get("contentType"), str) and isinstance(value.get("url"), str):
                yield {"reference": value["url"]}
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _collection(resources: list[Resource]) -> bytes:
    entries = [
        {"fullUrl": each.url, "resource": each.data} if each.url else {"resource": each.data}
        for each in resources
    ]
    return dump({"resourceType": "Bundle", "type": "collection", "entry": entries})
