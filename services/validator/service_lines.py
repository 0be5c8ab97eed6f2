"""Lines side by side: those of an encounter with those billed before for the same patient."""

from datetime import date
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from services.contracts.encounter import ClaimType
from services.validator.tables import OUTPATIENT, PRACTITIONER

if TYPE_CHECKING:
    from services.validator.case import Case


class Service(NamedTuple):
    """A line of this encounter (`own`) or of another; `setting` is empty where NCCI does not judge it."""

    target: str
    code: str
    modifiers: tuple[str, ...]
    units: Decimal
    days: int
    day: date
    provider: str
    setting: str
    own: bool


Group = list[Service]


def setting_of(claim_type: str, *, inpatient: bool) -> str:
    """The NCCI table that judges a line: practitioner or outpatient; inpatient facility lines have none."""
    if claim_type == ClaimType.PROFESSIONAL:
        return PRACTITIONER
    return "" if inpatient else OUTPATIENT


def own_services(case: "Case") -> list[Service]:
    """The coded lines of this encounter."""
    return [
        Service(
            f"line:{line.line_id}", line.code, line.modifiers, line.units,
            1 if line.service_end is None else (line.service_end - line.service_date).days + 1,
            line.service_date, case.rendering(line),
            setting_of(line.claim_type, inpatient=case.inpatient), own=True,
        )
        for line in case.lines
        if line.code
    ]  # fmt: skip


def earlier_services(case: "Case") -> list[Service]:
    """The lines billed before in the patient's other encounters."""
    return [
        Service(
            f"encounter:{line.encounter_id}/line:{line.line_id}", line.code, line.modifiers, line.units, 1,
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
