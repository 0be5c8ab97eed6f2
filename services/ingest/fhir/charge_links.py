"""Which encounter a charge belongs to.

FHIR R4 names the encounter on each Claim.item. Where an item does not: the encounter that the other items of
the claim name, the one that the claim itself names (FHIR R5's Claim.encounter), the one of the conditions
that it was billed for, the only one of the patient in the message, or the only one whose days hold the
day of service; in this order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from services.contracts.dead_letter import LocatedError
from services.ingest.fhir.bundle import Resource
from services.ingest.fhir.node import Json
from services.ingest.fhir.primitives import BadValue, moment
from services.ingest.fhir.references import Index

_FIX = "name the encounter in Claim.item.encounter (ChargeItem.context) and send it in the same bundle"


@dataclass(frozen=True, slots=True)
class ClaimPart:
    """A claim, and which of its items belong to one encounter."""

    claim: Resource
    items: tuple[int, ...]


@dataclass(slots=True)
class ChargeLinks:
    """The charges of each encounter, by the encounter's id."""

    claims: dict[str, list[ClaimPart]] = field(default_factory=dict)
    charge_items: dict[str, list[Resource]] = field(default_factory=dict)

    def add(self, resource: Resource, index: Index, visits: Sequence[Resource]) -> tuple[LocatedError, ...]:
        """Link a Claim or a ChargeItem; returns what of it belongs to no encounter, as errors."""
        if resource.kind == "ChargeItem":
            return self._add_charge_item(resource, index, visits)
        if not is_billed(resource.data):
            return ()
        homes = _ClaimHomes(resource, index, visits)
        by_encounter: dict[str, list[int]] = {}
        lost = []
        if not homes.items:  # its dollars stand nowhere: the encounter's reader says so
            if homes.default is None:
                return (_lost(resource.place),)
            by_encounter[homes.default.id] = []
        for position, item in enumerate(homes.items):
            home = homes.of(item)
            if home is None:
                lost.append(_lost(f"{resource.place}.item[{position}]"))
            else:
                by_encounter.setdefault(home.id, []).append(position)
        for encounter_id, positions in by_encounter.items():
            self.claims.setdefault(encounter_id, []).append(ClaimPart(resource, tuple(positions)))
        return tuple(lost)

    def _add_charge_item(
        self, resource: Resource, index: Index, visits: Sequence[Resource]
    ) -> tuple[LocatedError, ...]:
        if resource.data.get("status") in ("planned", "not-billable", "aborted", "entered-in-error"):
            return ()
        context = resource.data.get("context")
        home = index.resolve(resource, context) if context is not None else _only(visits)
        if home is None or home.kind != "Encounter":
            return (_lost(resource.place),)
        self.charge_items.setdefault(home.id, []).append(resource)
        return ()


def is_billed(claim: Json) -> bool:
    """Whether a Claim charges something: not an estimate, not withdrawn, not a draft."""
    use, status = claim.get("use"), claim.get("status")
    return use in (None, "claim") and status not in ("cancelled", "draft", "entered-in-error")


class _ClaimHomes:
    """Finds the encounter of each item of one claim."""

    def __init__(self, claim: Resource, index: Index, visits: Sequence[Resource]) -> None:
        self._claim = claim
        self._index = index
        self._visits = visits
        listed = claim.data.get("item")
        self.items: list[Any] = listed if isinstance(listed, list) else []
        named = {home.id: home for item in self.items if (home := self._named(item)) is not None}
        self.default = next(iter(named.values())) if len(named) == 1 else self._of_claim(several=bool(named))

    def of(self, item: Any) -> Resource | None:  # noqa: ANN401 (whatever JSON holds)
        """The item's encounter; an item that names one which is not there has none."""
        if _references(item):
            return self._named(item)
        return self.default or _only([v for v in self._visits if _holds(v, item)])

    def _named(self, item: Any) -> Resource | None:  # noqa: ANN401
        found = (self._index.resolve(self._claim, each) for each in _references(item))
        return next((each for each in found if each is not None and each.kind == "Encounter"), None)

    def _of_claim(self, *, several: bool) -> Resource | None:
        named = self._named(self._claim.data)
        if named is not None or several:
            return named
        return self._of_conditions() or _only(self._visits) or self._of_days()

    def _of_conditions(self) -> Resource | None:
        listed = self._claim.data.get("diagnosis")
        homes = {}
        for entry in listed if isinstance(listed, list) else ():
            reference = entry.get("diagnosisReference") if isinstance(entry, dict) else None
            condition = self._index.resolve(self._claim, reference)
            home = self._index.resolve(condition, condition.data.get("encounter")) if condition else None
            if home is not None and home.kind == "Encounter":
                homes[home.id] = home
        return _only(list(homes.values()))

    def _of_days(self) -> Resource | None:
        return _only([visit for visit in self._visits if _holds(visit, self._claim.data)])


def _references(item: Any) -> list[Any]:  # noqa: ANN401
    found = item.get("encounter") if isinstance(item, dict) else None
    return found if isinstance(found, list) else [] if found is None else [found]


def _only(visits: Sequence[Resource]) -> Resource | None:
    return visits[0] if len(visits) == 1 else None


def _holds(visit: Resource, item: Any) -> bool:  # noqa: ANN401
    """Whether the day of service of a claim or an item lies within the visit's days."""
    day = (
        _first_day(item, "servicedDate")
        or _first_day(item, "servicedPeriod")
        or _first_day(item, "billablePeriod")
    )
    period = visit.data.get("period")
    start = _first_day(visit.data, "period")
    end = _day(period.get("end")) if isinstance(period, dict) else None
    return bool(day and start and start <= day <= (end or start))


def _first_day(data: Any, name: str) -> str:  # noqa: ANN401
    value = data.get(name) if isinstance(data, dict) else None
    return _day(value.get("start") if isinstance(value, dict) else value)


def _day(text: Any) -> str:  # noqa: ANN401
    try:
        return moment(text).day.isoformat() if isinstance(text, str) else ""
    except BadValue:
        return ""


def _lost(path: str) -> LocatedError:
    return LocatedError(path=path, message="this charge belongs to no encounter of the bundle", fix=_FIX)
