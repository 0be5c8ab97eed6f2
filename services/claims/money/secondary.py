"""The next payer's claim, made from the claim and the answer of the payer before (COB, 837 loops 2320, 2430).

The id follows from encounter, payer and form, as every claim's does; the answer's adjustments travel as they
came. Nothing is made where the answer leaves nothing to ask: denied or reversed as a whole, or nothing due.
"""

from datetime import date
from decimal import Decimal
from typing import Final

from services.claims.build import digest
from services.contracts.claim import Bill, Claim, ClaimLine, ClaimPayer, Frequency
from services.contracts.claim_event import ClaimEvent, EventKind, LineOutcome
from services.contracts.claim_parts import ClaimAdjudication, LineAdjudication
from services.contracts.keys import claim_id, control_number, derived_id

_PAID: Final = frozenset({EventKind.PAID, EventKind.PARTIALLY_PAID})
ZERO: Final = Decimal("0.00")


def next_payer(claim: Claim) -> ClaimPayer | None:
    """The payer that is asked after the billed one; none when it was the last."""
    order = sorted(claim.payers, key=lambda each: _RANK[each.sequence.value])
    place = order.index(claim.payers[0])
    return order[place + 1] if place + 1 < len(order) else None


_RANK: Final = {code: rank for rank, code in enumerate("PSTABCDEFGH")}


def secondary_claim(claim: Claim, answer: ClaimEvent) -> Claim | None:
    """The claim to the next payer, or nothing where there is nothing to ask."""
    payer = next_payer(claim)
    left = _left_to_patient(answer)
    if payer is None or answer.kind not in _PAID or left <= ZERO:
        return None
    ident = claim_id(claim.encounter_id, payer.payer_id, claim.claim_type)
    others = [each for each in claim.payers[1:] if each is not payer]
    bill = Bill.model_construct(**{name: getattr(claim, name) for name in Bill.model_fields}).model_copy(
        update={
            "claim_id": ident,
            "patient_control_number": control_number(ident),
            "payers": (payer, _adjudicated(claim.payers[0], answer, left), *others),
            "lines": tuple(_line(ident, line, claim, answer) for line in claim.lines),
        }
    )
    return claim.model_copy(
        update={
            **{name: getattr(bill, name) for name in Bill.model_fields},
            "version": 1,
            "frequency": Frequency(claim.part_of_stay or Frequency.ORIGINAL),
            "original_reference": "",
            "encounter_claims": tuple(sorted({*claim.encounter_claims, ident})),
            "digest": digest(bill),
        }
    )


def _left_to_patient(answer: ClaimEvent) -> Decimal:
    lines = (each for line in answer.lines for each in line.adjustments)
    return sum((each.amount for each in (*answer.adjustments, *lines) if each.group == "PR"), ZERO)


def _adjudicated(payer: ClaimPayer, answer: ClaimEvent, left: Decimal) -> ClaimPayer:
    """The payer with its decision; the day stands on the lines where there are lines."""
    decision = ClaimAdjudication(
        paid=answer.paid or ZERO,
        adjudicated_on=None if answer.lines else answer.happened_on,
        adjustments=answer.adjustments,
        remaining=left,
        remarks=answer.remarks,
        control_number=answer.payer_control_number,
    )
    return payer.model_copy(update={"adjudication": decision})


def _line(ident: str, line: ClaimLine, claim: Claim, answer: ClaimEvent) -> ClaimLine:
    outcome = next((each for each in answer.lines if each.control_number == line.control_number), None)
    mine = derived_id("line", ident, line.control_number)
    update: dict[str, object] = {"control_number": mine}
    if outcome is not None and answer.happened_on is not None:
        decided = _decided(claim.payers[0].payer_id, outcome, answer.happened_on)
        update["adjudications"] = (*line.adjudications, decided)
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
