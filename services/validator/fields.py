"""The fields that expressions of rules may use, and how a case gives them; `fields.yaml` has their meanings.

Names are dotted (`claim.place`, `line.code`) and typed, so that a misspelt field, or a comparison of a text
with a number, is refused when the rule is loaded.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any, Final, NamedTuple

import yaml

from services.contracts.coding import AssignedCode, ServiceLine
from services.contracts.encounter import Authorization, ProviderRole
from services.validator.case import Case

NO_LIMIT: Final = 99999
"""Days left to file where no limit is known."""


class Target(NamedTuple):
    """What an expression judges: a claim and, where the rule is about lines or diagnoses, one of those."""

    case: Case
    line: ServiceLine | None = None
    diagnosis: AssignedCode | None = None


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """One field: its type (`string`, `int`, `double`, `bool`, `list`: of strings) and its meaning."""

    type: str
    meaning: str


def _provider(case: Case, role: ProviderRole, name: str) -> str:
    found = case.providers.get(role)
    return str(getattr(found, name)) if found else ""


def _coverage(case: Case, name: str) -> str:
    return str(getattr(case.coverage, name)) if case.coverage else ""


def _minutes(case: Case) -> int:
    end = case.visit.end
    return int((end - case.visit.start).total_seconds() // 60) if end else -1


def _state(case: Case) -> str:
    billing = case.providers.get(ProviderRole.BILLING)
    return billing.address.state if billing else ""


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""


def _authorized(case: Case) -> Authorization:
    return case.facts.authorization or Authorization()


def _or(value: int | None, otherwise: int) -> int:
    return otherwise if value is None else value


_CLAIM: Final[Mapping[str, Callable[[Case], Any]]] = {
    "types": lambda c: tuple([t.value for t in c.claim_types]),
    "day": lambda c: c.day.isoformat(),
    "first": lambda c: c.first.isoformat(),
    "last": lambda c: c.last.isoformat(),
    "as_of": lambda c: c.as_of.isoformat(),
    "days_left": lambda c: _or(c.days_left(), NO_LIMIT),
    "visit_class": lambda c: c.visit.visit_class.value,
    "place": lambda c: c.visit.place_of_service,
    "department": lambda c: c.visit.department,
    "minutes": _minutes,
    "admit_type": lambda c: c.visit.admit_type,
    "admit_source": lambda c: c.visit.admit_source,
    "discharge_status": lambda c: c.visit.discharge_status,
    "payer_id": lambda c: _coverage(c, "payer_id"),
    "payer_kind": lambda c: _coverage(c, "payer_kind"),
    "plan": lambda c: _coverage(c, "plan_name"),
    "group_number": lambda c: _coverage(c, "group_number"),
    "filing_indicator": lambda c: _coverage(c, "filing_indicator"),
    "member_id": lambda c: _coverage(c, "member_id"),
    "relationship": lambda c: _coverage(c, "relationship"),
    "other_payers": lambda c: tuple([x.payer_kind for x in c.coverages[1:]]),
    "prior_authorization": lambda c: c.facts.prior_authorization,
    "authorized_from": lambda c: _day(_authorized(c).first_day),
    "authorized_to": lambda c: _day(_authorized(c).last_day),
    "authorized_units": lambda c: -1.0 if (most := _authorized(c).units) is None else float(most),
    "referral": lambda c: c.facts.referral_number,
    "condition_codes": lambda c: c.facts.condition_codes,
    "accident": lambda c: c.facts.accident,
    "age": lambda c: _or(c.age, -1),
    "sex": lambda c: c.patient.sex.value,
    "state": _state,
    "patient_state": lambda c: c.patient.address.state,
    "total": lambda c: float(c.coded.charged),
    "line_count": lambda c: len(c.lines),
    "codes": lambda c: tuple([x.code for x in c.lines]),
    "modifiers": lambda c: tuple([m for x in c.lines for m in x.modifiers]),
    "revenue_codes": lambda c: tuple([x.revenue_code for x in c.lines]),
    "diagnoses": lambda c: tuple(c.diagnosis_codes),
    "procedures": lambda c: tuple([x.code for x in c.procedures]),
    "principal": lambda c: c.principal.code if c.principal else "",
    "billing_npi": lambda c: _provider(c, ProviderRole.BILLING, "npi"),
    "billing_taxonomy": lambda c: _provider(c, ProviderRole.BILLING, "taxonomy"),
    "rendering_npi": lambda c: _provider(c, ProviderRole.RENDERING, "npi"),
    "rendering_taxonomy": lambda c: _provider(c, ProviderRole.RENDERING, "taxonomy"),
    "referring_npi": lambda c: _provider(c, ProviderRole.REFERRING, "npi"),
    "attending_npi": lambda c: _provider(c, ProviderRole.ATTENDING, "npi"),
    "facility_npi": lambda c: _provider(c, ProviderRole.FACILITY, "npi"),
    "history_codes": lambda c: tuple([x.code for x in c.history]),
}
_LINE: Final[Mapping[str, Callable[[ServiceLine], Any]]] = {
    "code": lambda x: x.code,
    "modifiers": lambda x: x.modifiers,
    "units": lambda x: float(x.units),
    "amount": lambda x: float(x.amount),
    "date": lambda x: x.service_date.isoformat(),
    "end": lambda x: (x.service_end or x.service_date).isoformat(),
    "claim_type": lambda x: x.claim_type.value,
    "revenue_code": lambda x: x.revenue_code,
    "pointers": lambda x: x.pointers,
    "provider_npi": lambda x: x.provider_npi,
    "ndc": lambda x: x.ndc,
    "drug_quantity": lambda x: float(x.drug_quantity or 0),
    "drug_unit": lambda x: x.drug_unit,
}
_DIAGNOSIS: Final[Mapping[str, Callable[[AssignedCode], Any]]] = {
    "code": lambda x: x.code,
    "role": lambda x: x.role.value,
    "poa": lambda x: x.present_on_admission,
}

READERS: Final[Mapping[str, Mapping[str, Callable[[Any], Any]]]] = {
    "claim": _CLAIM,
    "line": _LINE,
    "diagnosis": _DIAGNOSIS,
}


def _load() -> dict[str, FieldInfo]:
    raw = yaml.safe_load(files(__package__).joinpath("fields.yaml").read_text(encoding="utf-8"))
    return {
        f"{family}.{name}": FieldInfo(kind, meaning)
        for family, infos in raw.items()
        for name, (kind, meaning) in infos.items()
    }


FIELDS: Final = _load()


def reader(name: str) -> Callable[[Target], Any]:
    """What gives a field's value of a target; raises `KeyError` for a name that is no field."""
    family, _, field = name.partition(".")
    place, read = list(READERS).index(family), READERS[family][field]
    return lambda target: read(target[place])


def read(name: str, target: Target) -> Any:  # noqa: ANN401 (a field has its own type)
    """The value of a field of the target."""
    return reader(name)(target)


def meant(name: str, each: str) -> str:
    """The field that a message's name means: of the line or diagnosis, else of the claim; or `KeyError`."""
    for family in (each, "claim"):
        if f"{family}.{name}" in FIELDS:
            return f"{family}.{name}"
    raise KeyError(name)


class Words(Mapping[str, object]):
    """The words that fill a message, read when they are asked for."""

    def __init__(self, target: Target, each: str) -> None:
        """Speak about this target."""
        self._target = target
        self._each = each

    def __getitem__(self, name: str) -> object:
        """The word for a name; lists are joined."""
        value = read(meant(name, self._each), self._target)
        return ", ".join(value) if isinstance(value, tuple) else value

    def __iter__(self) -> Iterator[str]:
        """Every name."""
        return (name.partition(".")[2] for name in FIELDS)

    def __len__(self) -> int:
        """How many names there are."""
        return len(FIELDS)
