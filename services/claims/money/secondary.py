"""The next payer's bill, made from the claim and the decision of the payer before (837 loops 2320, 2430).

The id follows from encounter, payer and form, as every claim's does; the decision's adjustments travel as
they came. Nothing is asked where the decision leaves nothing to the patient: what only the contract takes
(group CO) is nobody's debt, and a denial that leaves nothing is mended with the payer that denied.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from services.contracts.base import NO_DOLLARS
from services.contracts.claim import Bill, Claim, ClaimLine, ClaimPayer
from services.contracts.claim_event import ClaimEvent, LineOutcome
from services.contracts.claim_parts import ClaimAdjudication, LineAdjudication
from services.contracts.keys import claim_id, control_number, derived_id

FORWARDED_STATUS: Final = frozenset({"19", "20", "21", "23"})
"""Claim status code numbers (835 CLP02): processed as first, second, third payer and sent on; sent on."""

FORWARDED_REMARKS: Final = frozenset({"MA07", "MA18", "N89"})
"""Remark code numbers (835 MOA, MIA): sent on to Medicaid, to one supplement, to several payers."""

_RANK: Final = {code: rank for rank, code in enumerate("PSTABCDEFGH")}


def next_payer(claim: Bill) -> ClaimPayer | None:
    """The payer that is asked after the billed one; none when it was the last."""
    order = _order(claim)
    place = order.index(claim.payers[0]) + 1 if order else 0
    return order[place] if place < len(order) else None


def _order(claim: Bill) -> list[ClaimPayer]:
    return sorted(claim.payers, key=lambda each: _RANK[each.sequence.value])


def next_claim_id(encounter_id: str, bill: Bill, payer: ClaimPayer) -> str:
    """The id of the claim to a further payer; two coverages with one payer differ by their sequence."""
    rank, kind = _RANK[payer.sequence.value], bill.claim_type.value
    before = (each.payer_id for each in bill.payers if _RANK[each.sequence.value] < rank)
    if payer.payer_id in before:
        kind = f"{kind}/{payer.sequence.value}"
    return claim_id(encounter_id, payer.payer_id, kind)


def forwarded(decision: ClaimEvent) -> bool:
    """Whether the payer has sent the claim on itself (crossover): then nobody else must."""
    remarks = FORWARDED_REMARKS & {*decision.remarks}
    return bool(decision.forwarded_to or remarks or decision.claim_status in FORWARDED_STATUS)


def next_bill(claim: Claim, decision: ClaimEvent) -> Bill | None:
    """The bill to the next payer, or nothing where there is nothing to ask."""
    payer, left = next_payer(claim), left_to_patient(decision)
    if payer is None or left <= NO_DOLLARS:
        return None
    ident, asked = next_claim_id(claim.encounter_id, claim, payer), claim.payers[0]
    others = [each for each in claim.payers[1:] if each is not payer]
    outcomes = dict(_outcomes(claim, decision))
    changes: dict[str, object] = {
        "claim_id": ident,
        "patient_control_number": control_number(ident),
        "payers": (payer, _adjudicated(asked, claim, decision, left), *others),
        "prior_authorization": payer.prior_authorization,
        "lines": tuple(_line(ident, line, claim, decision, outcomes) for line in claim.lines),
    }
    return Bill.model_construct(**{name: getattr(claim, name) for name in Bill.model_fields} | changes)


def left_to_patient(decision: ClaimEvent) -> Decimal:
    """Dollars of group PR: the patient's, or the next payer's."""
    lines = (each for line in decision.lines for each in line.adjustments)
    return sum((each.amount for each in (*decision.adjustments, *lines) if each.group == "PR"), NO_DOLLARS)


def _adjudicated(payer: ClaimPayer, claim: Claim, decision: ClaimEvent, left: Decimal) -> ClaimPayer:
    """The payer with its decision and authorisation; the day stands on the lines where there are lines."""
    made = ClaimAdjudication(
        paid=decision.paid or NO_DOLLARS,
        adjudicated_on=None if decision.lines else decision.happened_on,
        adjustments=decision.adjustments,
        remaining=left,
        remarks=decision.remarks,
        control_number=decision.payer_control_number,
    )
    return payer.model_copy(update={"adjudication": made, "prior_authorization": claim.prior_authorization})


def _outcomes(claim: Claim, decision: ClaimEvent) -> Iterator[tuple[int, LineOutcome]]:
    """What was decided of each line: by its control number, else the next of the same code and charge."""
    left = list(decision.lines)
    for same in (_by_number, _by_content):
        for line in claim.lines:
            found = next((each for each in left if same(line, each)), None)
            if found is not None:
                left.remove(found)
                yield line.number, found


def _by_number(line: ClaimLine, outcome: LineOutcome) -> bool:
    return outcome.control_number == line.control_number


def _by_content(line: ClaimLine, outcome: LineOutcome) -> bool:
    """For payers that do not return our line's number."""
    code = outcome.billed_code or outcome.code
    return (outcome.control_number, code, outcome.charged) == ("", line.code, line.amount)


def _line(
    ident: str, line: ClaimLine, claim: Claim, decision: ClaimEvent, outcomes: dict[int, LineOutcome]
) -> ClaimLine:
    outcome, on = outcomes.get(line.number), decision.happened_on
    update: dict[str, object] = {"control_number": derived_id("line", ident, line.control_number)}
    if outcome is not None and on is not None:
        update["adjudications"] = (*line.adjudications, _decided(claim.payers[0].payer_id, outcome, on))
    return line.model_copy(update=update)


def _decided(payer_id: str, outcome: LineOutcome, on: date) -> LineAdjudication:
    return LineAdjudication(
        payer_id=payer_id,
        paid=outcome.paid,
        code=outcome.code,
        modifiers=outcome.modifiers[:4],
        revenue_code=outcome.revenue_code,
        units=outcome.units,
        adjustments=outcome.adjustments,
        adjudicated_on=on,
    )
