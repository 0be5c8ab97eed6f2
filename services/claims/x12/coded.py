"""The fields of a claim that are codes: where one stands that X12 cannot carry.

Names and notes are folded into X12's characters (`text.clean`). A code is not: folded, it would be another
code. So writing stops at one that holds a delimiter, or a character that X12 does not have (`text.code`), and
this table tells which of the claim's codes do.
"""

from collections.abc import Iterator
from typing import Any, Final

from services.claims.x12.text import carried
from services.contracts.base import Contract
from services.contracts.claim import Claim
from services.stage.model import Fault


class Coded:
    """The coded fields of a record (a code, or several), and its parts that hold some."""

    def __init__(self, *codes: str, **parts: "Coded") -> None:
        """The fields by name; a part is a record, or several."""
        self._codes, self._parts = codes, parts

    def refused(self, record: Contract, path: str = "") -> Iterator[str]:
        """The paths of the codes that X12 cannot carry."""
        for name in self._codes:
            yield from (where for where, code in _each(record, path, name) if not carried(code))
        for name, part in self._parts.items():
            for where, each in _each(record, path, name):
                yield from part.refused(each, f"{where}.")


def _each(record: Contract, path: str, name: str) -> Iterator[tuple[str, Any]]:
    """The values of a field with their paths: of a list each, of nothing none."""
    value = getattr(record, name)
    if isinstance(value, tuple):
        yield from ((f"{path}{name}[{place}]", each) for place, each in enumerate(value))
    elif value is not None:
        yield f"{path}{name}", value


_CODE: Final = Coded("code")
_QUALIFIED: Final = Coded("qualifier")
_TAXONOMY: Final = Coded("taxonomy")
_ADJUSTED: Final = Coded("group", "reason")
_EITHER: Final = {
    "dates": _QUALIFIED,
    "references": _QUALIFIED,
    "rendering_provider": _TAXONOMY,
    "attachments": Coded("report_type", "transmission"),
    "ambulance": Coded("reason"),
    "certifications": Coded("category", "conditions"),
    "terms": Coded("kind"),
    "pricing": Coded("method"),
}
"""Parts of claims and of lines."""
_PAYER: Final = Coded(
    *("insurance_type", "filing_indicator", "benefits_assigned", "release"),
    provider_numbers=_QUALIFIED,
    adjudication=Coded("remarks", adjustments=_ADJUSTED),
)
_LINE: Final = Coded(
    *("code", "modifiers", "revenue_code", "unit_of_measure", "place_of_service", "ndc", "drug_unit"),
    **_EITHER,
    equipment=Coded("rental_unit", "certificate"),
    test_results=_CODE,
    adjudications=Coded("code", "modifiers", "revenue_code", adjustments=_ADJUSTED),
)
_CLAIM: Final = Coded(
    *("patient_control_number", "place_of_service", "type_of_bill", "drg", "note_kind"),
    *("admit_type", "admit_source", "discharge_status", "admission_hour", "discharge_hour"),
    *("accident", "accident_state", "special_program", "delay_reason", "assignment"),
    *("condition_codes", "anesthesia_codes"),
    **_EITHER,
    billing_provider=_TAXONOMY,
    attending_provider=_TAXONOMY,
    payers=_PAYER,
    diagnoses=Coded("code", "present_on_admission"),
    procedures=_CODE,
    value_codes=_CODE,
    occurrence_codes=_CODE,
    occurrence_spans=_CODE,
    lines=_LINE,
)


def refused(claim: Claim) -> tuple[Fault, ...]:
    """The claim's codes that X12 cannot carry, by field, never with their value."""
    said, fix = "is no code: it holds a delimiter, or what X12 cannot carry", "correct the code at its source"
    return tuple(Fault(path, said, fix) for path in _CLAIM.refused(claim))
