"""What the readers of one bundle share, and what those of one encounter share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from services.contracts.dead_letter import LocatedError
from services.contracts.encounter import VisitClass
from services.ingest.fhir.bundle import Resource
from services.ingest.fhir.charge_links import ClaimPart
from services.ingest.fhir.links import Links
from services.ingest.fhir.node import Log, Node
from services.ingest.fhir.references import Index
from services.ingest.site import Site

T = TypeVar("T")


@dataclass(slots=True)
class Desk:
    """One bundle on the desk: where to look things up, and what has been read already."""

    index: Index
    links: Links
    site: Site
    as_of: date | None = None
    _read: dict[tuple[str, str, str], tuple[Any, tuple[LocatedError, ...]]] = field(default_factory=dict)

    def once(self, what: str, resource: Resource, log: Log, read: Callable[[Resource, Log], T]) -> T:
        """Read a resource that many encounters share only once; its errors go to each of them."""
        key = (what, resource.kind, resource.id)
        if key not in self._read:
            own = Log()
            value = read(resource, own)
            self._read[key] = (value, own.errors)
        value, errors = self._read[key]
        log.extend(errors)
        typed: T = value
        return typed


@dataclass(slots=True)
class Case:
    """One encounter being read: its resource, its patient's, and the log of what is wrong."""

    desk: Desk
    resource: Resource
    log: Log
    node: Node
    patient: Resource | None
    visit_class: VisitClass
    first_day: date
    last_day: date

    @property
    def claims(self) -> list[ClaimPart]:
        """The claims that charge for it."""
        return self.desk.links.charges.claims.get(self.resource.id, [])

    @property
    def charge_items(self) -> list[Resource]:
        """Its ChargeItem resources."""
        return self.desk.links.charges.charge_items.get(self.resource.id, [])

    def linked(self, kind: str) -> list[Resource]:
        """What of that kind belongs to it."""
        return self.desk.links.linked(self.resource, kind)
