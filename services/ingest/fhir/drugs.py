"""A drug on a charge: its national drug code and quantity, as X12 LIN and CTP want them."""

from decimal import Decimal
from typing import Final, NamedTuple

from services.contracts.base import Coding
from services.ingest.fhir.concepts import from_system, vocabulary
from services.ingest.fhir.node import Node

NDC: Final = ("http://hl7.org/fhir/sid/ndc", "urn:oid:2.16.840.1.113883.6.69")
_SEGMENTS: Final = (5, 4, 2)


class Drug(NamedTuple):
    """A drug that was charged; all empty where none was."""

    ndc: str = ""
    quantity: Decimal | None = None
    unit: str = ""


def read_drug(item: Node, found: tuple[Coding, ...]) -> Drug:
    """The drug of a Claim.item: among its own codes, or in the first detail that has an NDC."""
    own = next((coding.code for coding in found if coding.system in NDC), "")
    if own:
        return Drug(eleven_digits(own))
    for detail in item.nodes("detail"):
        code = from_system(detail.node("productOrService"), *NDC)
        if code:
            quantity = detail.node("quantity")
            unit = (quantity.text("code") or quantity.text("unit")) if quantity else ""
            value = quantity.decimal("value", 3) if quantity else None
            return Drug(
                eleven_digits(code), value, vocabulary()["drug_unit"].get(unit, "UN" if quantity else "")
            )
    return Drug()


def eleven_digits(code: str) -> str:
    """The 5-4-2 form that HIPAA claims use; ten digits without hyphens stay, since they fit three forms."""
    segments = code.split("-")
    if len(segments) == len(_SEGMENTS):
        return "".join(part.zfill(width) for part, width in zip(segments, _SEGMENTS, strict=True))
    return "".join(character for character in code if character.isdigit())
