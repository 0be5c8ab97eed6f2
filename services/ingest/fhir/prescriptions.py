"""The prescription number of a drug that was charged (837 loop 2410, REF*XZ).

FHIR R4 has no place for it on Claim.item. It is the identifier of the order, found by the first of: the
item's own supporting information (`informationSequence`), `Claim.prescription`, and what was ordered,
dispensed or given in the visit with the same NDC.
"""

from collections.abc import Iterator
from typing import Final

from services.ingest.fhir.bundle import Resource
from services.ingest.fhir.concepts import codes
from services.ingest.fhir.desk import Case
from services.ingest.fhir.links import MEDICATIONS
from services.ingest.fhir.medications import ndc_of
from services.ingest.fhir.node import Node

_FILLER: Final = "FILL"
"""HL7 v2-0203: the number that the pharmacy gave, which is what a pharmacy calls the prescription's."""

_ORDERS: Final = {
    "MedicationDispense": "authorizingPrescription",
    "MedicationAdministration": "request",
}
"""Where a drug's supply or use names what it was ordered by."""

_WITHDRAWN: Final = frozenset({"entered-in-error", "cancelled", "draft", "declined", "not-done"})


def item_prescription(case: Case, claim: Resource, item: Node, ndc: str) -> str:
    """The prescription number of a Claim.item with this drug; empty where none is known."""
    for reference in _named(case, claim, item):
        number = _behind(case, claim, reference, ndc)
        if number:
            return number
    return _of_visit(case, ndc)


def _named(case: Case, claim: Resource, item: Node) -> Iterator[Node]:
    """References of a claim to what its item was ordered by, the item's own first."""
    node = claim.open(case.log)
    stated = item.data.get("informationSequence")
    wanted = stated if isinstance(stated, list) else []
    for row in node.nodes("supportingInfo") if wanted else ():
        reference = row.node("valueReference") if row.data.get("sequence") in wanted else None
        if reference is not None:
            yield reference
    whole = node.node("prescription")
    if whole is not None:
        yield whole


def _behind(case: Case, origin: Resource, reference: Node, ndc: str) -> str:
    """The number that a reference leads to, of this drug or of one that is not said."""
    found = case.desk.index.resolve(origin, reference.data)
    if found is None:
        return _outside(reference)
    return _number(case, found) if ndc_of(case, found) in ("", ndc) else ""


def _outside(reference: Node) -> str:
    """What a reference that leaves the bundle says of an order: its identifier."""
    named = reference.node("identifier")
    typed = reference.text("type") in ("", "MedicationRequest")
    return named.text("value") if named is not None and typed else ""


def _of_visit(case: Case, ndc: str) -> str:
    """The number of what the visit holds of this drug, where there is but one."""
    seen = [each for kind in MEDICATIONS for each in case.linked(kind) if ndc_of(case, each) == ndc]
    numbers = dict.fromkeys(number for each in seen if (number := _number(case, each)))
    return next(iter(numbers)) if len(numbers) == 1 else ""


def _number(case: Case, resource: Resource) -> str:
    """The number of an order or of what it led to; a supply's own where it names no order."""
    if resource.kind not in MEDICATIONS or resource.data.get("status") in _WITHDRAWN:
        return ""
    if resource.kind == "MedicationRequest":
        return _ordered(case, resource)
    node = resource.open(case.log)
    behind = _ORDERS[resource.kind]
    listed = node.nodes(behind) if isinstance(node.data.get(behind), list) else [node.node(behind)]
    for reference in filter(None, listed):
        order = case.desk.index.resolve(resource, reference.data)
        number = _outside(reference) if order is None else _ordered(case, order)
        if number:
            return number
    return _identifier(node) if resource.kind == "MedicationDispense" else ""


def _ordered(case: Case, order: Resource) -> str:
    """The order's number, else that of the prescription form that it stood on."""
    if order.kind != "MedicationRequest" or order.data.get("status") in _WITHDRAWN:
        return ""
    node = order.open(case.log)
    group = node.node("groupIdentifier")
    return _identifier(node) or (group.text("value") if group is not None else "")


def _identifier(node: Node) -> str:
    """The filler's identifier, else the first that is in use."""
    listed = [each for each in node.nodes("identifier") if each.text("use") != "old" and each.text("value")]
    filled = (each for each in listed if _FILLER in codes(each.node("type")))
    chosen = next(filled, listed[0] if listed else None)
    return chosen.text("value") if chosen is not None else ""
