"""Coordination of benefits: a payer's decision makes, corrects or withdraws the claim to the next payer.

The claim to the next payer is a claim like any other: its id follows from encounter, payer and form, its
versions run from 1 without gaps, and an unchanged bill gives nothing new. So a decision that is told twice,
or again after a crash, makes one claim.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time
from typing import Any, Final

from services.claims.build import digest
from services.claims.issued import CLAIM_PREFIX, Issued, issued_for
from services.claims.money.secondary import forwarded, next_bill, next_claim_id, next_payer
from services.contracts.claim import Bill, Claim, Frequency
from services.contracts.claim_event import ClaimEvent, EventKind
from services.contracts.events import CLAIMS, WORK_ITEMS
from services.contracts.keys import work_item_id
from services.contracts.work import WorkItem, WorkKind, WorkReason, WorkStatus
from services.stage.errors import Rejected
from services.stage.model import Emit, Fault

RULE: Final = "coordination.reversed"


def coordinate(decision: ClaimEvent, state: Mapping[str, Any]) -> Iterator[Emit]:
    """What a payer's decision about a whole claim means for the claim to the next payer.

    A decision about another version than the one that stands means nothing: the corrected claim is answered
    too. A payment taken back is a person's to watch; the decision that takes its place corrects the claim.
    Raises `Rejected` where the claim was never issued here.
    """
    known: Issued | None = state.get(CLAIM_PREFIX + decision.claim_id)
    if known is None:
        fault = Fault(f"Claim/{decision.claim_id}", "not issued here", "replay it where the claim was issued")
        raise Rejected((fault,))
    lead = known.claim()
    payer = next_payer(lead)
    if known.voided or payer is None:
        return
    last: Issued | None = state.get(CLAIM_PREFIX + next_claim_id(lead.encounter_id, lead, payer))
    stands = last is not None and not last.voided
    if decision.kind is EventKind.REVERSED:
        if last is not None and stands:
            yield Emit(WORK_ITEMS, item(last.claim(), decision))
        return
    if decision.charged != lead.total:
        return
    made = _made(lead, decision, last, tuple(sorted(issued_for(state, lead.encounter_id))))
    if made is not None:
        yield Emit(CLAIMS, made)
    if last is not None and stands:
        yield Emit(WORK_ITEMS, closed(last.claim(), _at(lead, decision)))


def _made(lead: Claim, decision: ClaimEvent, last: Issued | None, claim_ids: tuple[str, ...]) -> Claim | None:
    """The next payer's claim: issued, replaced, withdrawn where nothing is left to ask, or nothing new.

    Where the payer sends the claim on itself, nothing is sent, and what was sent before stands.
    """
    if forwarded(decision):
        return None
    stands = last is not None and not last.voided
    bill = next_bill(lead, decision)
    if bill is None:
        return _version(last.claim(), lead, decision, last, Frequency.VOID) if last and stands else None
    if last is not None and stands and last.digest == digest(bill):
        return None
    frequency = Frequency.REPLACEMENT if stands else Frequency(lead.part_of_stay or Frequency.ORIGINAL)
    made = _version(_claim(lead, bill), lead, decision, last, frequency)
    return made.model_copy(update={"encounter_claims": tuple(sorted({*claim_ids, bill.claim_id}))})


def _claim(lead: Claim, bill: Bill) -> Claim:
    changes = {name: getattr(bill, name) for name in Bill.model_fields}
    return lead.model_copy(
        update=changes | {"original_reference": "", "follows": lead.claim_id, "digest": digest(bill)}
    )


def _version(
    base: Claim, lead: Claim, decision: ClaimEvent, last: Issued | None, frequency: Frequency
) -> Claim:
    """The next version, as of the day of the decision that made it."""
    return base.model_copy(
        update={
            "version": 1 if last is None else last.version + 1,
            "frequency": frequency,
            "encounter_version": lead.encounter_version,
            "event_time": _at(lead, decision),
        }
    )


def _at(lead: Claim, decision: ClaimEvent) -> datetime:
    day = decision.happened_on
    return max(lead.event_time, datetime.combine(day, time(), UTC)) if day is not None else lead.event_time


def item(follower: Claim, decision: ClaimEvent) -> WorkItem:
    """What a person has to watch: the claim was sent on a decision that the payer before has taken back."""
    reason = WorkReason(
        rule=RULE,
        target=f"claim:{follower.claim_id}",
        message=f"payer {decision.payer_id} has taken back the decision that this claim was sent with",
        fix="its next decision corrects or withdraws this claim by itself; where none comes, rebill that "
        "payer, or correct the coverages in the EHR",
        reference="X12 835 CLP02 22",
        amount=follower.total,
    )
    return _item(follower, _at(follower, decision)).model_copy(
        update={"reasons": (reason,), "dollars": follower.total}
    )


def closed(follower: Claim, at: datetime) -> WorkItem:
    """Nothing to watch any more; told whether or not there was something: an item is known by its id."""
    return _item(follower, at).model_copy(update={"status": WorkStatus.CLOSED})


def _item(follower: Claim, at: datetime) -> WorkItem:
    return WorkItem(
        item_id=work_item_id(follower.encounter_id, f"{WorkKind.COORDINATION.value}/{follower.claim_id}"),
        kind=WorkKind.COORDINATION,
        encounter_id=follower.encounter_id,
        encounter_version=follower.encounter_version,
        patient_key=follower.patient_key,
        stage="claims",
        queue="billing",
        owner_role="biller",
        payer_id=follower.payers[0].payer_id,
        opened_at=at,
    )
