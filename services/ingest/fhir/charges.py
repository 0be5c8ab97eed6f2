"""Claim.item and ChargeItem: what was charged, as the EHR posted it."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from services.contracts.base import NO_DOLLARS
from services.contracts.encounter import Charge, ClaimType
from services.ingest.fhir.bundle import Resource
from services.ingest.fhir.charge_links import ClaimPart
from services.ingest.fhir.concepts import codings, concept_text, first_code, translate
from services.ingest.fhir.desk import Case
from services.ingest.fhir.diagnoses import Diagnoses
from services.ingest.fhir.drugs import NDC, read_drug
from services.ingest.fhir.node import Log, Node
from services.ingest.fhir.prescriptions import item_prescription
from services.ingest.fhir.primitives import MAX_DIGITS
from services.ingest.fhir.providers import npi_of

_CENT: Final = Decimal("0.01")
_REVERSAL: Final = "take a charge back by sending the encounter's next version without it"


def read_charges(case: Case, diagnoses: Diagnoses) -> tuple[Charge, ...]:
    """The encounter's charges in the order of their ids.

    An EHR may send what it posted (ChargeItem) besides what it billed (Claim.item): a ChargeItem with the
    code, day, units and dollars of an item is that item.
    """
    billed = [charge for part in case.claims for charge in _claim_charges(case, part, diagnoses)]
    seen = [_content(charge) for charge in billed]
    posted = []
    for resource in case.charge_items:
        charge = _charge_item(case, resource)
        if _content(charge) in seen:
            seen.remove(_content(charge))
        else:
            posted.append(charge)
    return (*billed, *posted)


def _content(charge: Charge) -> tuple[object, ...]:
    return tuple(c.code for c in charge.codings), charge.service_date, charge.units, charge.amount


def charged(parts: list[ClaimPart], charge_items: list[Resource]) -> Decimal | None:
    """Dollars that can be read of charges, whatever else is wrong with them; None beyond all bounds."""
    log = Log()
    amounts = [
        _amount(item, _units(item)) for part in parts for _, item in _items(part.claim.open(log), part)
    ]
    amounts += [_money(resource.open(log), "priceOverride") for resource in charge_items]
    total = sum((amount for amount in amounts if amount is not None), NO_DOLLARS)
    return total if total.adjusted() < MAX_DIGITS else None


def _items(claim: Node, part: ClaimPart) -> Iterator[tuple[int, Node]]:
    """The items of a claim that belong to the part, with their positions."""
    listed = claim.data.get("item")
    for position in part.items:
        item = listed[position] if isinstance(listed, list) else None
        if isinstance(item, dict):
            yield position, Node(item, claim.log, claim, f"item[{position}]")
        else:
            claim.fault(f"item[{position}]", "not a JSON object", "send an object, as FHIR R4 has it")


def _claim_charges(case: Case, part: ClaimPart, diagnoses: Diagnoses) -> Iterator[Charge]:
    claim = part.claim.open(case.log)
    if not part.items:
        claim.fault("item", "no items: nothing says what was charged", "send each charge as an item")
    for position, item in _items(claim, part):
        sequence = item.positive("sequence") or position + 1
        yield _item(case, part, item, f"{part.claim.id}/{sequence}", diagnoses)


def _claim_type(case: Case, claim: Node | None) -> ClaimType:
    """The site's word for the class of visit, else the claim's own, else the usual one of the class."""
    stated = translate("claim_type", claim.node("type")) if claim is not None else ""
    return case.desk.site.claim_type(case.visit_class, ClaimType(stated) if stated else None)


def _item(case: Case, part: ClaimPart, item: Node, charge_id: str, diagnoses: Diagnoses) -> Charge:
    claim = part.claim.open(case.log)
    concept = item.node("productOrService")
    found = codings(concept)
    units = _units(item)
    start, end = item.period("servicedPeriod")
    day = item.exact("servicedDate") or start
    drug = read_drug(item, found)
    return Charge(
        charge_id=charge_id,
        codings=tuple(coding for coding in found if coding.system not in NDC) or found,
        text=concept_text(concept, found),
        claim_type=_claim_type(case, claim),
        revenue_code=first_code(item.node("revenue")),
        modifiers=tuple(code for each in item.nodes("modifier") if (code := first_code(each))),
        units=units,
        amount=_amount(item, units),
        service_date=day.day if day is not None else case.first_day,
        service_end=end.last_day if end is not None else None,
        diagnosis_ids=_pointers(part.claim, item, diagnoses),
        provider_npi=_provider(case, part.claim, claim, item),
        ndc=drug.ndc,
        drug_quantity=drug.quantity,
        drug_unit=drug.unit,
        prescription=item_prescription(case, part.claim, item, drug.ndc) if drug.ndc else "",
    )


def _charge_item(case: Case, resource: Resource) -> Charge:
    node = resource.open(case.log)
    concept = node.node("code")
    found = codings(concept)
    units = _units(node)
    start, end = node.period("occurrencePeriod")
    day = node.exact("occurrenceDateTime") or start
    center = node.node("costCenter")
    return Charge(
        charge_id=resource.id,
        codings=found,
        text=concept_text(concept, found),
        claim_type=_claim_type(case, None),
        units=units,
        amount=_money(node, "priceOverride"),
        service_date=day.day if day is not None else case.first_day,
        service_end=end.last_day if end is not None else None,
        diagnosis_ids=_reasons(case, resource, node),
        provider_npi=_performer(case, resource, node),
        department=center.text("display") if center is not None else "",
    )


def _units(node: Node) -> Decimal:
    """Units of the quantity, 1 where none is stated."""
    quantity = node.node("quantity")
    value = quantity.decimal("value", 3) if quantity is not None else None
    if quantity is None or value is None:
        return Decimal(1)
    if value <= 0:
        quantity.fault("value", "not above zero", f"send the units that were given; {_REVERSAL}")
        return Decimal(1)
    return value


def _amount(item: Node, units: Decimal) -> Decimal | None:
    """The line's dollars: its net, else unit price by units by factor, else the sum of its details."""
    net = _money(item, "net")
    if net is not None:
        return net
    price = _money(item, "unitPrice")
    if price is not None:
        factor = item.decimal("factor", 6)
        return (price * units * (Decimal(1) if factor is None else factor)).quantize(_CENT, ROUND_HALF_UP)
    details = [
        amount for detail in item.nodes("detail") if (amount := _amount(detail, _units(detail))) is not None
    ]
    return sum(details, NO_DOLLARS) if details else None


def _money(owner: Node, name: str) -> Decimal | None:
    """Dollars and cents; another currency and a negative charge are errors."""
    money = owner.node(name)
    amount = money.decimal("value", 2) if money is not None else None
    if money is None or amount is None:
        return None
    if money.text("currency") not in ("", "USD"):
        money.fault("currency", "not US dollars", "send USD")
    if amount < 0:
        money.fault("value", "a negative charge", _REVERSAL)
        return None
    return amount


def _pointers(claim: Resource, item: Node, diagnoses: Diagnoses) -> tuple[str, ...]:
    """The diagnoses that the item's diagnosisSequence means, in its order."""
    stated = item.data.get("diagnosisSequence")
    found: dict[str, None] = {}
    for sequence in stated if isinstance(stated, list) else ():
        known = diagnoses.by_sequence.get((claim.id, sequence)) if isinstance(sequence, int) else None
        if known is None:
            item.fault(
                "diagnosisSequence",
                "no Claim.diagnosis has that sequence",
                "send the diagnosis, or mend the pointer",
            )
        else:
            found[known] = None
    return tuple(found)


def _provider(case: Case, resource: Resource, claim: Node, item: Node) -> str:
    """The NPI of the care team member that the item names first."""
    stated = item.data.get("careTeamSequence")
    wanted = stated[0] if isinstance(stated, list) and stated else None
    for member in claim.nodes("careTeam") if wanted is not None else ():
        if member.positive("sequence") == wanted:
            return npi_of(case, resource, member, "provider")
    return ""


def _performer(case: Case, resource: Resource, node: Node) -> str:
    return npi_of(case, resource, node.first("performer"), "actor")


def _reasons(case: Case, resource: Resource, node: Node) -> tuple[str, ...]:
    """The conditions that a ChargeItem supports itself on."""
    listed = (case.desk.index.resolve(resource, each.data) for each in node.nodes("supportingInformation"))
    return tuple(dict.fromkeys(each.id for each in listed if each is not None and each.kind == "Condition"))
