"""One encounter as the edits see it: its facts laid out once, so that no edit looks twice."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, TypeVar

from services.contracts.base import NO_DOLLARS
from services.contracts.coding import AssignedCode, CodedEncounter, ServiceLine
from services.contracts.encounter import ClaimType, Coverage, Provider, ProviderRole, VisitClass
from services.validator.filing import FilingLimit, counted_from
from services.validator.history import BilledLine, default_npi
from services.validator.payers import Payer
from services.validator.service_lines import earlier_services, own_services, same_day_groups
from services.validator.tables import Tables

SELF_PAY = "self_pay"
_T = TypeVar("_T")
_KEPT: Final = 1 << 14
_TYPES: Final = {
    (professional, institutional): (
        *((ClaimType.PROFESSIONAL,) if professional else ()),
        *((ClaimType.INSTITUTIONAL,) if institutional else ()),
    )
    for professional in (False, True)
    for institutional in (False, True)
}
"""The forms of an encounter, by whether it has professional and institutional lines."""


def active(coverage: Coverage, day: date) -> bool:
    """Whether a coverage was in force on a day; an open end has no limit."""
    return (coverage.period_start is None or coverage.period_start <= day) and (
        coverage.period_end is None or day <= coverage.period_end
    )


def billable_coverages(coded: CodedEncounter) -> tuple[Coverage, ...]:
    """Coverages of a payer that were active on the first day of service, in paying order."""
    day = coded.encounter.service_date
    found = (each for each in coded.encounter.coverages if each.payer_kind != SELF_PAY and active(each, day))
    return tuple(sorted(found, key=lambda each: (each.priority, each.coverage_id)))


class Case:
    """An encounter under judgment. Read only; built once, before any edit runs."""

    __slots__ = (
        "_file_by",
        "_known",
        "age",
        "as_of",
        "billed_before",
        "claim_types",
        "coded",
        "coverage",
        "coverages",
        "day",
        "days",
        "diagnoses",
        "diagnosis_codes",
        "earlier_services",
        "facts",
        "first",
        "history",
        "inpatient",
        "institutional",
        "last",
        "lines",
        "own_services",
        "patient",
        "payer",
        "procedures",
        "professional",
        "providers",
        "same_day_groups",
        "tables",
        "usual_npi",
        "visit",
    )

    def __init__(
        self,
        coded: CodedEncounter,
        coverages: tuple[Coverage, ...],
        payer: Payer,
        tables: Tables,
        *,
        history: Iterable[BilledLine] = (),
        billed_before: tuple[BilledLine, ...] = (),
    ) -> None:
        """Lay an encounter out.

        Args:
            coded: the encounter.
            coverages: those that are billed, the first one first.
            payer: the rules' payer of the first coverage.
            tables: the reference data.
            history: the patient's lines of other encounters.
            billed_before: the lines of an earlier version that was billed.
        """
        facts = coded.encounter
        self.coded = coded
        self.facts = facts
        self.visit = facts.visit
        self.patient = facts.patient
        self.payer = payer
        self.tables = tables
        self.history = tuple(history)
        self.billed_before = billed_before
        self.day = facts.code_date
        self.first = facts.service_date
        self.last = max(self.first, last_day(coded))
        self.as_of = facts.event_time.date()
        self.coverages = coverages
        self.coverage: Coverage | None = self.coverages[0] if self.coverages else None
        self.lines: tuple[ServiceLine, ...] = coded.lines
        self.professional = _of_type(coded.lines, ClaimType.PROFESSIONAL)
        self.institutional = _of_type(coded.lines, ClaimType.INSTITUTIONAL)
        self.claim_types = _TYPES[bool(self.professional), bool(self.institutional)]
        self.days = {(line.service_date, line.service_end or line.service_date) for line in coded.lines}
        self.diagnoses = tuple([code for code in coded.codes if code.system == "ICD-10-CM"])
        self.diagnosis_codes = [code.code for code in self.diagnoses]
        self.procedures = tuple([code for code in coded.codes if code.system == "ICD-10-PCS"])
        self.providers: dict[ProviderRole, Provider] = {
            provider.role: provider for provider in reversed(facts.providers)
        }
        self._file_by = _file_by(payer.filing, self.claim_types, self.first, self.last)
        self.usual_npi = default_npi(self.providers)
        self.age = _age(facts.patient.birth_date, self.first)
        self._known: dict[str, Any] = {}
        self.inpatient = facts.visit.visit_class is VisitClass.INPATIENT
        self.own_services = own_services(self)
        self.earlier_services = earlier_services(self)
        self.same_day_groups = same_day_groups(self)

    @property
    def principal(self) -> AssignedCode | None:
        """The principal or first-listed diagnosis."""
        return self.diagnoses[0] if self.diagnoses else None

    def rendering(self, line: ServiceLine) -> str:
        """NPI of who rendered the line."""
        return line.provider_npi or self.usual_npi

    def once(self, name: str, compute: Callable[["Case"], _T]) -> _T:
        """What `compute` gives for this case, computed by the first edit that asks for it."""
        try:
            known: _T = self._known[name]
        except KeyError:
            known = self._known[name] = compute(self)
        return known

    def total(self, claim_type: ClaimType) -> Decimal:
        """Dollars of the lines of one form."""
        return sum([line.amount for line in self.of_type(claim_type)], NO_DOLLARS)

    def of_type(self, claim_type: ClaimType) -> tuple[ServiceLine, ...]:
        """The lines that go out on one form."""
        return self.professional if claim_type is ClaimType.PROFESSIONAL else self.institutional

    def file_by(self) -> date | None:
        """The earliest last day for filing over the claims of the encounter; None without a known limit."""
        return self._file_by

    def days_left(self) -> int | None:
        """Days from the event's time to the filing limit; negative: past."""
        return None if self._file_by is None else (self._file_by - self.as_of).days


def _age(born: date | None, day: date) -> int | None:
    """Completed years on a day; None without a birth date."""
    if born is None:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _of_type(lines: tuple[ServiceLine, ...], claim_type: ClaimType) -> tuple[ServiceLine, ...]:
    return tuple([line for line in lines if line.claim_type is claim_type])


@lru_cache(_KEPT)
def _file_by(
    limit: FilingLimit | None, claim_types: tuple[ClaimType, ...], first: date, last: date
) -> date | None:
    if limit is None:
        return None
    return min([limit.last_day(counted_from(each, first, last)) for each in claim_types], default=None)


def last_day(coded: CodedEncounter) -> date:
    """Last day of the visit; the first where it has no end."""
    visit = coded.encounter.visit
    if visit.last_day is not None:
        return visit.last_day
    return visit.end.date() if visit.end is not None else coded.encounter.service_date
