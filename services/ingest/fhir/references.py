"""What a reference means (https://hl7.org/fhir/R4/references.html, /bundle.html#references).

Read are: `urn:uuid:...` and absolute URLs that are an entry's fullUrl, absolute and relative `Type/id`
(with or without `_history`), `#contained`, conditional `Type?identifier=system|value`, and references that
only carry an identifier.
"""

import re
from collections import defaultdict
from typing import Any, Final

from services.ingest.fhir.bundle import Bundle, Resource
from services.ingest.fhir.node import Json, Node
from services.ingest.fhir.primitives import is_id, shown_kind

_LITERAL: Final = re.compile(r"(?:.*/)?([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/[A-Za-z0-9\-.]+)?")
_INCLUDE: Final = "put the resource into the bundle, or send its identifier in the reference"


class Index:
    """Finds the resources of a bundle by what references say."""

    def __init__(self, bundle: Bundle) -> None:
        """Index the bundle by fullUrl and by type and id; identifiers when first asked for."""
        self.of_kind = bundle.of_kind
        self._by_key = bundle.resources
        self._by_url = {_normal(r.url): r for r in bundle.resources.values() if r.url}
        self._by_identifier: dict[tuple[str, str], list[Resource]] | None = None

    def resolve(self, origin: Resource, reference: Any) -> Resource | None:  # noqa: ANN401 (whatever JSON holds)
        """The resource that a Reference in `origin` means, or None where the bundle does not hold it."""
        if not isinstance(reference, dict):
            return None
        target = reference.get("reference")
        if isinstance(target, str) and target:
            return self._literal(origin, target)
        identifier = reference.get("identifier")
        if isinstance(identifier, dict):
            kind = reference.get("type")
            return self._identified(kind, identifier.get("system"), identifier.get("value"))
        return None

    def follow(self, origin: Resource, owner: Node | None, name: str) -> Resource | None:
        """The resource that the Reference `name` of `owner` means; one that leads nowhere is an error.

        A reference that only leaves the bundle, but says by identifier or display whom it means, is none.
        """
        reference = owner.node(name) if owner is not None else None
        if owner is None or reference is None:
            return None
        return self.target(origin, reference)

    def target(self, origin: Resource, reference: Node) -> Resource | None:
        """As `follow`, for a Reference that is at hand."""
        found = self.resolve(origin, reference.data)
        if found is None and (is_internal(reference.data) or not _says_whom(reference.data)):
            reference.fault(
                "reference", f"leads nowhere: {describe(reference.data)} is not in the bundle", _INCLUDE
            )
        return found

    def _literal(self, origin: Resource, target: str) -> Resource | None:
        if target.startswith("#"):
            return _contained(origin, target[1:])
        found = self._by_url.get(_normal(target))
        if found is not None:
            return found
        match = _LITERAL.fullmatch(target)
        if match is not None:
            return self._by_key.get((match[1], match[2]))
        kind, _, query = target.partition("?identifier=")
        if query:
            system, bar, value = query.rpartition("|")
            return self._identified(kind.rsplit("/", 1)[-1], system if bar else None, value)
        return None

    def _identified(self, kind: Any, system: Any, value: Any) -> Resource | None:  # noqa: ANN401
        if not isinstance(value, str) or not value:
            return None
        if self._by_identifier is None:
            self._by_identifier = _identifiers(self._by_key)
        wanted = system if isinstance(system, str) else ""
        found = self._by_identifier.get((wanted, value), [])
        found = [each for each in found if not isinstance(kind, str) or each.kind == kind]
        return found[0] if len(found) == 1 else None


def is_internal(reference: Json) -> bool:
    """Whether the reference can only mean something inside the bundle, or says nothing at all."""
    target = reference.get("reference")
    if isinstance(target, str) and target:
        return target.startswith(("urn:", "#"))
    return not _says_whom(reference)


def describe(reference: Json) -> str:
    """The reference as it may stand in an error message: types and ids, never an identifier's value."""
    target = reference.get("reference")
    if not isinstance(target, str) or not target:
        return "what its identifier names" if "identifier" in reference else "an empty reference"
    literal = _LITERAL.fullmatch(target)
    if literal is not None:
        return f"{shown_kind(literal[1])}/{literal[2]}"
    if target.startswith("urn:") and is_id(target.rsplit(":", 1)[-1]):
        return target
    kind = shown_kind(target.partition("?")[0].rsplit("/", 1)[-1])
    return "what it names" if kind == "?" else f"the {kind} of that search"


def _says_whom(reference: Json) -> bool:
    identifier = reference.get("identifier")
    return (isinstance(identifier, dict) and bool(identifier.get("value"))) or bool(reference.get("display"))


def _normal(url: str) -> str:
    """A URL without its version; URNs compare without regard to case (RFC 4122)."""
    if url.startswith("urn:"):
        return url.lower()
    return url.partition("/_history/")[0]


def _contained(origin: Resource, wanted: str) -> Resource | None:
    inner = origin.data.get("contained")
    for index, data in enumerate(inner if isinstance(inner, list) else ()):
        if isinstance(data, dict) and data.get("id") == wanted and isinstance(data.get("resourceType"), str):
            kind = data["resourceType"]
            place = f"{origin.place}.contained[{index}]"
            return Resource(kind, f"{origin.id}#{wanted}", place, "", data)
    return None


def _identifiers(resources: dict[tuple[str, str], Resource]) -> dict[tuple[str, str], list[Resource]]:
    """Resources by identifier, with and without its system."""
    found: dict[tuple[str, str], list[Resource]] = defaultdict(list)
    for resource in resources.values():
        listed = resource.data.get("identifier")
        for each in listed if isinstance(listed, list) else (listed,):
            if isinstance(each, dict) and isinstance(each.get("value"), str):
                system = each.get("system")
                keys = {(system if isinstance(system, str) else "", each["value"]), ("", each["value"])}
                for key in keys:
                    found[key].append(resource)
    return found
