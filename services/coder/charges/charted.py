"""What else than notes documents that a drug was given: procedures and charted administrations.

Each becomes a line of documentation that the same readers read:

    Procedure "Injection of ceftriaxone"                       -> injection of ceftriaxone
    MedicationAdministration ceftriaxone, 1 g, IV, 09:10-09:45 -> ceftriaxone 1 g iv given from 0910 to 0945
"""

from collections import Counter
from typing import Final

from services.coder.charges.chart import Page
from services.coder.charges.findings import plain
from services.contracts.administration import Administration
from services.contracts.encounter import Document, Encounter

_UNITS: Final = {"ug": "mcg", "[iU]": "units", "[IU]": "units", "U": "units", "[USP'U]": "units", "mL": "ml"}
"""UCUM codes that notes write otherwise; the others are read as they stand."""


def charted(encounter: Encounter) -> tuple[Page, ...]:
    """The procedures that were done and the drugs that were charted as given, a page each."""
    return (*_procedures(encounter), *_administrations(encounter))


def _procedures(encounter: Encounter) -> list[Page]:
    return [
        Page(Document(document_id=f"Procedure/{each.procedure_id}", text=text))
        for each in encounter.procedures
        if each.status == "completed"
        for text in [each.text or next((c.display for c in each.codings if c.display), "")]
        if text
    ]


def _administrations(encounter: Encounter) -> list[Page]:
    """The same dose of a drug given twice is one line with how often."""
    times = Counter(_dose(each) for each in encounter.administrations)
    first = {_dose(each): each for each in reversed(encounter.administrations)}
    return [
        Page(
            Document(
                document_id=f"MedicationAdministration/{each.administration_id}",
                text=dose + (f" x{times[dose]}" if times[dose] > 1 else "") + _when(each) + ".",
            )
        )
        for dose, each in reversed(first.items())
        if dose
    ]


def _dose(each: Administration) -> str:
    name = each.text or next((c.display for c in each.codings if c.display), "")
    if not name:
        return ""
    amount = f" {plain(each.quantity)} {_UNITS.get(each.unit, each.unit)}" if each.quantity else ""
    route = next((f" {c.display.lower()}" for c in each.route if c.display), "")
    return f"{name}{amount}{route} given"


def _when(each: Administration) -> str:
    """From when to when, where it took time: what an infusion is counted by."""
    if each.start is None or each.end is None or each.end <= each.start:
        return ""
    return f" from {each.start:%H%M} to {each.end:%H%M}"
