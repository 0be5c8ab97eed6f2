"""Which diagnoses a line was done for (X12 SV107): the order's own reasons, else where the note speaks of it.

In this order: the diagnoses that the EHR's charge names; the codes of the problem under which the note
orders or gives what the line charges; the examination's own code for preventive services; all codes, in
claim order.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from services.coder.charges.chart import Chart, Page
from services.coder.charges.doses import billing_units, drug_names
from services.coder.charges.visit_data import tests_in
from services.coder.encounter.tables import data
from services.contracts.coding import AssignedCode
from services.contracts.encounter import Charge, ClaimType

_MOST: Final = 4
_PREVENTIVE: Final = re.compile(r"9938[1-7]|9939[1-7]|G043[89]|G0402")


def pointers(
    code: str,
    charge: Charge,
    codes: Sequence[AssignedCode],
    claim_type: ClaimType,
    chart: Chart | None = None,
) -> tuple[str, ...]:
    """The diagnoses of a line, most important first; at most four on a professional line, none on others."""
    if claim_type is ClaimType.INSTITUTIONAL:
        return ()
    for_line = [c.code for wanted in charge.diagnosis_ids for c in codes if wanted in c.diagnosis_ids]
    if not for_line and chart is not None:
        for_line = _by_problem(code, codes, chart)
    if not for_line and _PREVENTIVE.fullmatch(code):
        for_line = [c.code for c in codes if c.code.startswith("Z00")]
    if not for_line:
        for_line = [c.code for c in codes if not c.code.startswith(("V", "W", "X", "Y"))]
    return tuple(dict.fromkeys(for_line))[:_MOST]


def _by_problem(code: str, codes: Sequence[AssignedCode], chart: Chart) -> list[str]:
    """The codes of the problems under which the notes name the test or the drug of the line."""
    names = _names(code)
    if not names or len(codes) < 2:  # noqa: PLR2004 (one code needs no choice)
        return []
    found: list[str] = []
    for page in chart.pages:
        for offset in _places(page, names):
            problem = page.note.problem_at(offset)
            if problem is not None:
                bounds = (problem.title.start, max(problem.title.end, problem.body.end))
                found.extend(c.code for c in codes if _stands_in(c, page, bounds))
    return [c.code for c in codes if c.code in found]


def _stands_in(code: AssignedCode, page: Page, bounds: tuple[int, int]) -> bool:
    return any(
        quote.document_id == page.document.document_id and bounds[0] <= quote.start < bounds[1]
        for quote in code.evidence
    )


@cache
def _names(code: str) -> frozenset[str]:
    """The tests and drugs that a code charges, by the names of our tables."""
    tests = (name for name, entry in data("em_words")["tests"].items() if code in entry.get("charge", ()))
    drugs = (row.drug for row in billing_units() if row.code == code)
    return frozenset((*tests, *drugs))


def _places(page: Page, names: frozenset[str]) -> Iterator[int]:
    for name, start, _ in tests_in(page):
        if name in names:
            yield start
    for hit in page.hits(drug_names()):
        if hit.concept in names and page.done(hit.start, hit.end):
            yield hit.start
