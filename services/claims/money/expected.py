"""What a line should be paid, and where a remittance allows less.

Fee schedule (42 CFR 414.20 to 414.26): (work x GPCI + practice expense x GPCI + malpractice x GPCI) x
conversion factor x units, practice expense by place of service. What a payer allows beyond its payment is the
patient's part: `allowed` = paid + group PR, so that a deductible is no underpayment.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from services.claims.money.terms import Basis, Contracts, Terms
from services.codesets import CodeSets
from services.codesets.shelf import NotLoaded
from services.contracts.base import NO_DOLLARS
from services.contracts.claim import Bill, ClaimLine
from services.contracts.claim_event import ClaimEvent, LineOutcome
from services.contracts.encounter import ClaimType

FACILITY_PLACES: Final = frozenset(
    ("02", "19", "21", "22", "23", "24", "26", "31", "34", "41", "42", "51", "52", "53", "56", "61")
)
"""Places of service at which Medicare pays the facility practice expense (CMS place of service code set)."""

_PAID: Final = frozenset("ART")
"""Status indicators of codes that the schedule pays by their values (its record layout, attachment A)."""

_CENT: Final = Decimal("0.01")
_ADJUSTED_BY_POLICY: Final = frozenset(
    ("50", "51", "54", "55", "56", "62", "66", "78", "80", "81", "82", "AS", "QK", "QX", "QY")
)
"""Modifiers whose payment depends on the other lines or the other surgeon: not computed here."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Dollars that a contract promises for a line; without dollars, why they are not known."""

    line: str
    amount: Decimal | None
    why: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class Underpayment:
    """A line that was allowed less than its contract promises."""

    claim_id: str
    line: str
    code: str
    expected: Decimal
    allowed: Decimal
    paid: Decimal
    patient: Decimal
    basis: str

    @property
    def short(self) -> Decimal:
        """Dollars to ask for."""
        return self.expected - self.allowed


def expected(bill: Bill, line: ClaimLine, contracts: Contracts, sets: CodeSets) -> Expected:
    """What the billed payer's contract promises for a line."""
    payer = bill.payers[0].payer_id if bill.payers else ""
    terms = contracts.with_payer(payer, line.service_date)
    if terms is None:
        return Expected(line.control_number, None, "no contract on that day")
    special = sorted(_ADJUSTED_BY_POLICY.intersection(line.modifiers))
    if special and terms.basis is not Basis.PERCENT_OF_CHARGE:
        return Expected(line.control_number, None, f"modifier {special[0]} is paid by the case")
    if terms.basis is Basis.PERCENT_OF_CHARGE:
        return _found(line, line.amount * terms.percent / 100, "percent of charge")
    if terms.basis is Basis.FEES:
        fee = terms.fees.get(line.code)
        if fee is None:
            return Expected(line.control_number, None, "the contract lists no fee for the code")
        return _found(line, fee * line.units, "contract fee")
    return _scheduled(bill, line, terms, sets)


def _found(line: ClaimLine, amount: Decimal, why: str, version: str = "") -> Expected:
    return Expected(line.control_number, amount.quantize(_CENT, ROUND_HALF_UP), why, version)


def _scheduled(bill: Bill, line: ClaimLine, terms: Terms, sets: CodeSets) -> Expected:
    if bill.claim_type is not ClaimType.PROFESSIONAL:
        return Expected(line.control_number, None, "the physician fee schedule pays no facility")
    rvu, gpci = sets.rvu(line.service_date), sets.gpci(line.service_date)
    if isinstance(rvu, NotLoaded) or isinstance(gpci, NotLoaded):
        return Expected(line.control_number, None, "no fee schedule is loaded for the day")
    component = next((each for each in line.modifiers if each in ("26", "TC", "53")), "")
    row, place = rvu.row(line.code, component), gpci.row(terms.mac, terms.locality)
    if row is None or place is None:
        missing = "code" if row is None else "locality"
        return Expected(line.control_number, None, f"the {missing} is not in the fee schedule")
    if row.status not in _PAID:
        return Expected(line.control_number, None, f"status {row.status} has no fee in the schedule")
    facility = (line.place_of_service or bill.place_of_service) in FACILITY_PLACES
    expense = row.facility_pe if facility else row.nonfacility_pe
    value = row.work * place.work + expense * place.practice_expense + row.malpractice * place.malpractice
    factor = terms.conversion_factor or row.conversion_factor
    amount = (value * factor * terms.percent / 100).quantize(_CENT, ROUND_HALF_UP) * line.units
    return _found(line, amount, "fee schedule", rvu.version)


def underpayments(
    bill: Bill, event: ClaimEvent, contracts: Contracts, sets: CodeSets
) -> Iterator[Underpayment]:
    """The lines of a payment that were allowed less than promised; denied lines are denials, not this."""
    lines = {line.control_number: line for line in bill.lines}
    for outcome in event.lines:
        line = lines.get(outcome.control_number)
        if line is None or outcome.charged <= 0:
            continue
        promised = expected(bill, line, contracts, sets)
        allowed, patient = allowance(outcome)
        if promised.amount is None or allowed == 0:
            continue
        promised_amount = min(promised.amount, line.amount)  # the lesser of fee and charge
        terms = contracts.with_payer(bill.payers[0].payer_id, line.service_date)
        tolerance = terms.tolerance if terms is not None else Decimal(0)
        if promised_amount - allowed > tolerance:
            yield Underpayment(
                event.claim_id,
                line.control_number,
                line.code,
                promised_amount,
                allowed,
                outcome.paid,
                patient,
                promised.why,
            )


def allowance(outcome: LineOutcome) -> tuple[Decimal, Decimal]:
    """What the payer allowed (paid and the patient's part), and the patient's part alone."""
    patient = sum((each.amount for each in outcome.adjustments if each.group == "PR"), NO_DOLLARS)
    return outcome.paid + patient, patient
