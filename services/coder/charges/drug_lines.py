"""Drugs that were charged against the doses that are documented, and their administration.

A unit of a HCPCS code is a fixed amount of the drug; a part of a unit counts as one (Medicare Claims
Processing Manual ch. 17 §10). Nothing is changed: what differs is a finding.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import ROUND_CEILING, Decimal
from functools import cache
from typing import NamedTuple

from services.coder.charges.chart import Chart
from services.coder.charges.doses import (
    BillingUnit,
    Dose,
    billing_units,
    doses,
    drug_names,
    mentioned,
    wasted,
)
from services.coder.charges.findings import finding, plain
from services.coder.encounter.tables import data
from services.contracts.base import Finding, Outcome
from services.contracts.coding import DocumentedService, Element, ServiceKind, ServiceLine
from services.contracts.encounter import EncounterFacts, VisitClass

_REFERENCE = "HCPCS Level II billing units (CMS, 2025 Q4); Medicare Claims Processing Manual ch. 17 §10"


class Charged(NamedTuple):
    """A drug's lines of one code: what was given, and what was thrown away (JW)."""

    row: BillingUnit
    lines: tuple[ServiceLine, ...]
    waste: tuple[ServiceLine, ...]

    @property
    def units(self) -> Decimal:
        """Units charged as given."""
        return sum((line.units for line in self.lines), Decimal(0))


def units_of(row: BillingUnit, found: Sequence[Dose]) -> Decimal | None:
    """Billing units of the doses of one drug; None where one is not stated in the code's kind of unit."""
    if not found or any(dose.unit != row.unit or not dose.amount for dose in found):
        return None
    if row.whole:
        each = ((dose.amount / row.amount).to_integral_value(ROUND_CEILING) * dose.times for dose in found)
        return sum(each, Decimal(0))
    total = sum((dose.amount * dose.times for dose in found), Decimal(0))
    return (total / row.amount).to_integral_value(ROUND_CEILING)


def drug_services(
    facts: EncounterFacts, lines: Sequence[ServiceLine], chart: Chart
) -> Iterator[DocumentedService | Finding]:
    """Drugs as documented, and the verdicts. A stay's drugs are part of its payment and not looked at."""
    if facts.visit.visit_class is VisitClass.INPATIENT:
        return
    charged = _charged(lines)
    told = chart.whole()
    found = doses(told) if charged or _worth(told) else []
    for each in charged:
        yield from _line(each, [dose for dose in found if dose.drug == each.row.drug], facts, chart)
    billed = {each.row.drug for each in charged}
    for drug in dict.fromkeys(dose.drug for dose in found if dose.given and lines):
        if drug not in billed:
            yield from _uncharged(drug, [d for d in found if d.drug == drug and d.given], facts.service_date)
    yield from _administrations(lines, found, chart)


def _worth(chart: Chart) -> bool:
    """Whether any note names a drug of the table at all: most do not, and are not looked at further."""
    return any(page.hits(drug_names()) for page in chart.pages)


@cache
def _rows() -> dict[str, BillingUnit]:
    return {row.code: row for row in billing_units()}


def _charged(lines: Sequence[ServiceLine]) -> list[Charged]:
    rows = _rows()
    grouped: dict[str, list[ServiceLine]] = {}
    for line in lines:
        if line.code in rows:
            grouped.setdefault(line.code, []).append(line)
    return [
        Charged(
            rows[code],
            tuple(line for line in listed if "JW" not in line.modifiers),
            tuple(line for line in listed if "JW" in line.modifiers),
        )
        for code, listed in grouped.items()
    ]


def _line(
    charged: Charged, found: list[Dose], facts: EncounterFacts, chart: Chart
) -> Iterator[DocumentedService | Finding]:
    row = charged.row
    first = (*charged.lines, *charged.waste)[0]
    target = f"line:{first.line_id}"
    units = units_of(row, found)
    if units is None:
        yield _unknown(charged, target, facts, chart)
    else:
        yield _service(row, units, found, first.line_id)
        yield from _verdict(charged, units, found, target)
    yield from _waste(charged, target, chart)


def _verdict(charged: Charged, units: Decimal, found: list[Dose], target: str) -> Iterator[Finding]:
    words: dict[str, object] = {
        "code": charged.row.code,
        "drug": charged.row.drug,
        "charged": plain(charged.units),
        "units": plain(units),
        "dose": dose_words(found),
    }
    if charged.units > units:
        yield finding("drug.over", target, **words)
        return
    yield finding("drug.over", target, Outcome.PASS, **words)
    if charged.units < units:
        yield finding("drug.under", target, **words)


def _unknown(charged: Charged, target: str, facts: EncounterFacts, chart: Chart) -> Finding:
    """Why the units cannot be told; a charge that no note and no procedure speaks of is undocumented."""
    row = charged.row
    named = mentioned(chart, row.drug) or _listed(row.drug, facts)
    if chart.pages and not named:
        return finding("drug.undocumented", target, code=row.code, drug=row.drug)
    why = "the dose is not documented in a unit of the code" if chart.pages else "no note"
    return finding("drug.over", target, Outcome.NOT_CHECKED, code=row.code, why=why)


def _listed(drug: str, facts: EncounterFacts) -> bool:
    texts = (t for p in facts.procedures for t in (p.text, *(c.display for c in p.codings)))
    return any(drug.split(maxsplit=1)[0] in text.lower() for text in texts)


def _service(row: BillingUnit, units: Decimal, found: list[Dose], line_id: str) -> DocumentedService:
    return DocumentedService(
        kind=ServiceKind.DRUG,
        code=row.code,
        units=units,
        line_id=line_id,
        elements=tuple(
            Element(
                name="dose",
                value=f"{plain(dose.amount)} {dose.unit}" + (f" x {dose.times}" if dose.times > 1 else ""),
                reason=f"{row.drug}, {dose.route or 'route not stated'}",
                evidence=(dose.evidence,),
            )
            for dose in found
        ),
        reason=f"{plain(units)} x {plain(row.amount)} {row.unit}",
        reference=_REFERENCE,
    )


def _uncharged(drug: str, found: list[Dose], on: date) -> Iterator[DocumentedService | Finding]:
    row = next((r for r in billing_units() if r.drug == drug and r.begins <= on <= r.ends), None)
    units = units_of(row, found) if row is not None else None
    if row is None or units is None:
        return
    yield _service(row, units, found, "")
    words: dict[str, object] = {
        "drug": drug,
        "code": row.code,
        "units": plain(units),
        "dose": dose_words(found),
    }
    yield finding("drug.uncharged", f"service:{row.code}", **words)


def _waste(charged: Charged, target: str, chart: Chart) -> Iterator[Finding]:
    """What was discarded and how it was charged: JW, JZ, single-dose containers only."""
    if not charged.row.single or not chart.pages:
        return
    said = wasted(chart, charged.row.drug)
    none = any("JZ" in line.modifiers for line in charged.lines)
    if said is not None and none:
        yield finding(
            "drug.waste",
            target,
            what=f"{charged.row.code} says with JZ that nothing was discarded; the note says otherwise",
        )
    elif said is not None and not charged.waste:
        yield finding(
            "drug.waste",
            target,
            what=f"the note says that some {charged.row.drug} was discarded; no line has JW",
        )
    elif said is None and charged.waste:
        yield finding(
            "drug.waste",
            target,
            what=f"{charged.row.code} is charged with JW; no note says what was discarded",
        )


def _administrations(lines: Sequence[ServiceLine], found: list[Dose], chart: Chart) -> Iterator[Finding]:
    """Administrations by route: documented and not charged, charged and not documented."""
    routes = data("administration")["routes"]
    codes = {line.code for line in lines}
    for dose in {d.route: d for d in reversed(found) if d.given and d.route}.values() if lines else ():
        fitting = routes[dose.route]["codes"]
        if codes.isdisjoint(fitting):
            target = f"service:{dose.route}"
            words: dict[str, object] = {
                "drug": dose.drug,
                "route": routes[dose.route]["name"],
                "codes": ", ".join(fitting[:3]),
            }
            yield finding("administration.uncharged", target, **words)
    for line in lines if chart.pages else ():
        wanted = data("administration")["administrations"].get(line.code)
        if wanted and not _routed(chart, wanted):
            name = routes[wanted[0]]["name"]
            yield finding("administration.undocumented", f"line:{line.line_id}", code=line.code, route=name)


def _routed(chart: Chart, wanted: list[str]) -> bool:
    """Whether any note says something of the kind."""
    pattern = _said(tuple(wanted))
    return any(pattern.search(page.note.folded) for page in chart.pages)


@cache
def _said(wanted: tuple[str, ...]) -> re.Pattern[str]:
    table = data("administration")
    words = "|".join([*(table["routes"][name]["words"] for name in wanted), table["mentioned"]])
    return re.compile(rf"\b(?:{words})\b")


def dose_words(found: Sequence[Dose]) -> str:
    """The doses as a person writes them."""
    return " + ".join(
        f"{plain(dose.amount)} {dose.unit}" + (f" x {dose.times}" if dose.times > 1 else "") for dose in found
    )
