"""Lines side by side: those of an encounter with those billed before for the same patient."""

from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from services.contracts.coding import ServiceLine
from services.contracts.encounter import ClaimType
from services.validator.tables import OUTPATIENT, PRACTITIONER

if TYPE_CHECKING:
    from services.validator.case import Case


class Service(NamedTuple):
    """A line of this encounter (`own`) or of another, with the units of one of its days.

    `setting` is empty where NCCI does not judge it.
    """

    target: str
    code: str
    modifiers: tuple[str, ...]
    units: Decimal
    day: date
    provider: str
    setting: str
    own: bool


Group = list[Service]
_service: Final[Callable[[tuple[Any, ...]], Service]] = partial(tuple.__new__, Service)
"""A service of its fields in their order: what `Service(...)` does, without its slow Python half."""


def setting_of(claim_type: str, *, inpatient: bool) -> str:
    """The NCCI table that judges a line: practitioner or outpatient; inpatient facility lines have none."""
    if claim_type == ClaimType.PROFESSIONAL:
        return PRACTITIONER
    return "" if inpatient else OUTPATIENT


def _units_a_day(line: ServiceLine, end: date) -> Decimal:
    """Units on one of the days of a line that has several: divided and rounded (CMS MUE FAQ)."""
    days = (end - line.service_date).days + 1
    return line.units if days == 1 else (line.units / days).quantize(Decimal(1), ROUND_HALF_UP)


def own_services(case: "Case") -> list[Service]:
    """The coded lines of this encounter."""
    setting = {each: setting_of(each, inpatient=case.inpatient) for each in case.claim_types}
    usual, own = case.usual_npi, True
    return [
        _service(
            (
                f"line:{line.line_id}",
                line.code,
                line.modifiers,
                line.units if line.service_end is None else _units_a_day(line, line.service_end),
                line.service_date,
                line.provider_npi or usual,
                setting[line.claim_type],
                own,
            )
        )
        for line in case.lines
        if line.code
    ]


def earlier_services(case: "Case") -> list[Service]:
    """The lines billed before in the patient's other encounters."""
    return [
        Service(
            f"encounter:{line.encounter_id}/line:{line.line_id}", line.code, line.modifiers, line.units,
            line.day, line.provider, setting_of(line.claim_type, inpatient=False), own=False,
        )
        for line in case.history
    ]  # fmt: skip


def same_day_groups(case: "Case") -> list[Group]:
    """Services judged together: of one day, provider and setting, with a line of this encounter in it."""
    groups: dict[tuple[date, str, str], Group] = {}
    for service in chain(case.own_services, case.earlier_services):
        if service.own and service.setting:
            groups.setdefault((service.day, service.provider, service.setting), []).append(service)
        elif not service.own:
            group = groups.get((service.day, service.provider, service.setting))
            if group is not None:
                group.append(service)
    return list(groups.values())
