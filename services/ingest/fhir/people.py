"""Patient, and the persons around a patient."""

from typing import Any, Final

from services.contracts.encounter import Address, Patient, Person, Sex
from services.contracts.keys import patient_key
from services.ingest.fhir.bundle import Resource
from services.ingest.fhir.concepts import identifier_typed, vocabulary
from services.ingest.fhir.node import Log, Node

_NAME_USES: Final = ("official", "usual", "")
_ADDRESS_USES: Final = ("home", "", "billing", "work", "temp")


def read_person(resource: Resource, log: Log) -> Person:
    """A Patient or RelatedPerson as a person."""
    return Person(**_person(resource.open(log)))


def read_patient(resource: Resource, log: Log, source: str) -> Patient:
    """The patient; `source` is the site's name, which makes the key its own."""
    node = resource.open(log)
    died = node.moment("deceasedDateTime")
    return Patient(
        **_person(node),
        patient_id=resource.id,
        patient_key=patient_key(source, resource.id),
        mrn=identifier_typed(node, "MR"),
        death_date=died.day if died is not None and died.has_day else None,
    )


def _person(node: Node) -> dict[str, Any]:
    name = _preferred(node.nodes("name"), _NAME_USES)
    given = name.texts("given") if name else []
    suffix = name.texts("suffix") if name else []
    born = node.moment("birthDate")
    return {
        "family": name.text("family") if name else "",
        "given": given[0] if given else "",
        "middle": given[1] if len(given) > 1 else "",
        "suffix": suffix[0] if suffix else "",
        "birth_date": born.day if born is not None and born.has_day else None,
        "sex": Sex(vocabulary()["sex"].get(node.text("gender"), Sex.UNKNOWN)),
        "address": address(_preferred(node.nodes("address"), _ADDRESS_USES)),
    }


def _preferred(found: list[Node], uses: tuple[str, ...]) -> Node | None:
    """The entry whose use comes first in `uses`; an old one only where there is no other."""
    if not found:
        return None
    rank = {use: position for position, use in enumerate(uses)}
    return min(found, key=lambda node: rank.get(node.text("use"), len(uses)))


def address(node: Node | None) -> Address:
    """An Address; a state's name becomes its two letters."""
    if node is None:
        return Address()
    lines = [line for line in node.texts("line") if line]
    state = node.text("state")
    return Address(
        line1=lines[0] if lines else "",
        line2=" ".join(lines[1:]),
        city=node.text("city"),
        state=vocabulary()["state"].get(state.lower(), state),
        postal_code="".join(character for character in node.text("postalCode") if character.isdigit()),
        country=node.text("country") or "US",
    )
