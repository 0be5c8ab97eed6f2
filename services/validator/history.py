"""What the validator remembers: each encounter's standing, and which lines of a patient are billed.

Two kinds of rows, both a fold over the stage's own output:

    encounter/<encounter id>         -> Remembered
    month/<patient key>/<yyyy-mm>    -> ids of the patient's encounters with billed or held lines in it

A month's row may name an encounter that has no line there any more; the encounter's own row is the truth. An
event carries, as `neighbours`, what its months' rows held when it was judged: so the last event of a month
holds the whole row, and the state can be read back from the topic, compacted or not.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any, NamedTuple

from pydantic import AwareDatetime

from services.contracts.coding import AppliedDecision, CodedEncounter
from services.contracts.encounter import Provider, ProviderRole
from services.contracts.validation import Disposition, ValidatedEncounter


class BilledLine(NamedTuple):
    """A line that was passed on for billing, as far as edits across encounters need it."""

    encounter_id: str
    line_id: str
    claim_type: str
    code: str
    modifiers: tuple[str, ...]
    units: Decimal
    day: date
    provider: str
    payer_id: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Remembered:
    """An encounter's last verdict; `held` is the whole event while a decision may still answer it."""

    version: int
    digest: str
    disposition: Disposition
    held_since: AwareDatetime | None
    standing: bool
    lines: tuple[BilledLine, ...]
    overrides: tuple[AppliedDecision, ...]
    held: ValidatedEncounter | None


def encounter_row(encounter_id: str) -> str:
    """Key of an encounter's row."""
    return f"encounter/{encounter_id}"


def _month(day: date) -> str:
    return f"{day.year:04d}-{day.month:02d}"


def default_npi(providers: Mapping[ProviderRole, Provider]) -> str:
    """Who rendered the lines that name nobody: the rendering, the attending or the billing provider."""
    for role in (ProviderRole.RENDERING, ProviderRole.ATTENDING, ProviderRole.BILLING):
        found = providers.get(role)
        if found is not None and found.npi:
            return found.npi
    return ""


def billed_lines(coded: CodedEncounter, payer_id: str) -> tuple[BilledLine, ...]:
    """The lines of an encounter as they are remembered."""
    rendering = default_npi({each.role: each for each in reversed(coded.encounter.providers)})
    return tuple(
        BilledLine(
            encounter_id=coded.encounter.encounter_id,
            line_id=line.line_id,
            claim_type=line.claim_type,
            code=line.code,
            modifiers=line.modifiers,
            units=line.units,
            day=line.service_date,
            provider=line.provider_npi or rendering,
            payer_id=payer_id,
            amount=line.amount,
        )
        for line in coded.lines
        if line.code
    )


def fold(event: ValidatedEncounter) -> Iterator[tuple[str, Any]]:
    """What a validated encounter means for the state."""
    coded = event.coded
    facts = coded.encounter
    open_to_decision = event.disposition in (Disposition.HELD, Disposition.REJECTED)
    in_force = event.disposition is Disposition.CLEAN or (open_to_decision and event.standing)
    lines = billed_lines(coded, _payer_id(coded)) if in_force else ()
    yield (
        encounter_row(facts.encounter_id),
        Remembered(
            version=facts.version,
            digest=verdict_digest(event),
            disposition=event.disposition,
            held_since=event.held_since,
            standing=event.standing,
            lines=lines,
            overrides=event.overrides,
            held=event if open_to_decision else None,
        ),
    )
    for month in (
        sorted({_month(line.service_date) for line in coded.lines}) if lines or open_to_decision else ()
    ):
        known = {near.partition("/")[2] for near in event.neighbours if near.startswith(f"{month}/")}
        yield f"month/{facts.patient.patient_key}/{month}", tuple(sorted({*known, facts.encounter_id}))


def _payer_id(coded: CodedEncounter) -> str:
    first = min(coded.encounter.coverages, key=lambda each: (each.priority, each.coverage_id), default=None)
    return first.payer_id if first else ""


def verdict_digest(event: ValidatedEncounter) -> str:
    """A digest of what an event says, to tell a repeat from news without keeping the event."""
    parts = [
        event.coded.digest,
        str(event.coded.encounter.version),
        event.disposition.value,
        event.reason,
        *(f"{name}={version}" for name, version in sorted((event.versions | event.coded.versions).items())),
        *(f"{one.finding_id}{one.outcome.value}{one.message}{one.bypassed_by}" for one in event.findings),
        *(one.decision_id for one in (*event.overrides, *event.coded.decisions)),
        *(f"{line.line_id}{line.code}{line.units:.3f}{line.amount:.2f}" for line in event.coded.lines),
        *(code.code for code in event.coded.codes),
    ]
    return sha256("\x1f".join(parts).encode()).hexdigest()


def neighbours(
    state: Mapping[str, Any], patient_key: str, own_id: str, days: Iterable[date]
) -> tuple[str, ...]:
    """The patient's other encounters, billed or held, with lines in these days' months: `2026-03/<id>`."""
    found = set()
    for month in {_month(day) for day in days}:
        for encounter_id in state.get(f"month/{patient_key}/{month}", ()):
            if encounter_id != own_id and month in _months(state.get(encounter_row(encounter_id))):
                found.add(f"{month}/{encounter_id}")
    return tuple(sorted(found))


def earlier_lines(
    state: Mapping[str, Any], patient_key: str, own_id: str, days: Iterable[date], span: int
) -> tuple[BilledLine, ...]:
    """The lines of the patient's other encounters in the months of these days and of `span` days before."""
    months = {_month(day) for day in lookback(days, span)}
    found = {
        encounter_id
        for month in months
        for encounter_id in state.get(f"month/{patient_key}/{month}", ())
        if encounter_id != own_id
    }
    return tuple(line for encounter_id in sorted(found) for line in _lines(state, encounter_id))


def _months(remembered: Remembered | None) -> set[str]:
    """The months in which an encounter has billed or held lines."""
    if remembered is None:
        return set()
    held = remembered.held.coded.lines if remembered.held is not None else ()
    return {_month(line.day) for line in remembered.lines} | {_month(line.service_date) for line in held}


def held_near(
    state: Mapping[str, Any], patient_key: str, lines: Iterable[BilledLine]
) -> tuple[Remembered, ...]:
    """The patient's held encounters in the months of these lines, in the order of their ids."""
    found = {
        encounter_id: state.get(encounter_row(encounter_id))
        for month in {_month(line.day) for line in lines}
        for encounter_id in state.get(f"month/{patient_key}/{month}", ())
    }
    held = (found[encounter_id] for encounter_id in sorted(found))
    return tuple(each for each in held if each is not None and each.held is not None)


def _lines(state: Mapping[str, Any], encounter_id: str) -> tuple[BilledLine, ...]:
    remembered: Remembered | None = state.get(encounter_row(encounter_id))
    return remembered.lines if remembered is not None else ()


def lookback(days: Iterable[date], span: int) -> tuple[date, ...]:
    """These days, and one day of each month in the `span` days before the first of them."""
    ordered = sorted(days)
    if not ordered:
        return ()
    step = 27  # shorter than any month, so that no month is stepped over
    return (
        *ordered,
        *(ordered[0] - timedelta(days=min(back, span)) for back in range(step, span + step, step)),
    )
