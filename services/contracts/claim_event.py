"""Claim events: what happened to a claim after it was made, told by us or by its payer."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from services.contracts.base import NO_DOLLARS, Contract, Doc, Money, Quantity
from services.contracts.claim_parts import Adjustment


class ClaimState(StrEnum):
    """Where a claim stands in its life."""

    NONE = "none"
    CREATED = "created"
    BATCHED = "batched"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    PENDED = "pended"
    PAID = "paid"
    PARTIALLY_PAID = "partially_paid"
    DENIED = "denied"
    REVERSED = "reversed"
    APPEALED = "appealed"
    REPLACED = "replaced"
    VOIDED = "voided"
    WRITTEN_OFF = "written_off"


class EventKind(StrEnum):
    """What happened. The last six do not change the state; the first of them moves dollars."""

    CREATED = "created"
    REPLACED = "replaced"
    VOIDED = "voided"
    BATCHED = "batched"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    PENDED = "pended"
    PAID = "paid"
    PARTIALLY_PAID = "partially_paid"
    DENIED = "denied"
    REVERSED = "reversed"
    APPEALED = "appealed"
    WRITTEN_OFF = "written_off"
    TAKEBACK = "takeback"
    CROSSED_OVER = "crossed_over"
    PROVIDER_ADJUSTED = "provider_adjusted"
    UNMATCHED = "unmatched"
    REFUSED = "refused"
    WRITTEN = "written"
    RECEIVED = "received"


class EventSource(Contract):
    """Where an answer stood: the same answer read twice has the same source and so the same id."""

    document: Annotated[str, Doc("999, TA1, 277CA, 835; empty: our own")] = ""
    sender: Annotated[str, Doc("Who sent it", x12="ISA06")] = ""
    interchange: Annotated[str, Doc("Its interchange", x12="ISA13")] = ""
    group: Annotated[str, Doc("Its group", x12="GS06")] = ""
    transaction: Annotated[str, Doc("Its transaction set", x12="ST02")] = ""
    place: Annotated[int, Doc("Segment in the transaction set, from 1")] = 0
    trace: Annotated[str, Doc("Check or transfer number, or the batch's trace", x12="TRN02")] = ""


class PayerStatus(Contract):
    """What a payer says of a claim in X12's status codes, by number."""

    category: Annotated[str, Doc("Status category", x12="277CA STC01-1")]
    status: Annotated[str, Doc("Status", x12="277CA STC01-2")] = ""
    entity: Annotated[str, Doc("Whom it is about", x12="277CA STC01-3")] = ""


class LineOutcome(Contract):
    """What a payer decided about a service line; charged = paid + adjustments."""

    control_number: Annotated[str, Doc("Our line", x12="835 REF*6R")] = ""
    code: Annotated[str, Doc("What was paid", x12="835 SVC01-2")] = ""
    billed_code: Annotated[str, Doc("What was billed, where another was paid", x12="835 SVC06-2")] = ""
    modifiers: Annotated[tuple[str, ...], Doc("Modifiers", x12="835 SVC01-3..6")] = ()
    revenue_code: Annotated[str, Doc("Institutional", x12="835 SVC04")] = ""
    units: Annotated[Quantity, Doc("Units paid", x12="835 SVC05")] = Decimal(1)
    charged: Annotated[Money, Doc("Charge", x12="835 SVC02")]
    paid: Annotated[Money, Doc("Payment", x12="835 SVC03")]
    allowed: Annotated[Money | None, Doc("Allowed", x12="835 AMT*B6")] = None
    service_date: Annotated[date | None, Doc("Day", x12="835 DTM*472, 150")] = None
    adjustments: Annotated[tuple[Adjustment, ...], Doc("Why not all", x12="835 CAS")] = ()
    remarks: Annotated[tuple[str, ...], Doc("Remark code numbers", x12="835 LQ*HE")] = ()


class StandingAnswer(Contract):
    """An answer of the payer whose dollars stand: neither reversed nor answered anew."""

    event_id: str
    control_number: Annotated[str, Doc("The claim, or the part of it, that was answered", x12="CLP01")]
    charged: Money


class ClaimLife(Contract):
    """Where a claim stands and where its dollars are.

    charged = paid + crossover + contractual + other + patient + denied + written_off + open: to the cent.
    """

    state: ClaimState = ClaimState.NONE
    claim_version: int = 0
    charged: Annotated[Money, Doc("The version that stands; zero when voided")] = NO_DOLLARS
    paid: Annotated[Money, Doc("By this payer")] = NO_DOLLARS
    crossover: Annotated[Money, Doc("By payers that this one sent the claim on to")] = NO_DOLLARS
    contractual: Annotated[Money, Doc("Group CO that settles")] = NO_DOLLARS
    other: Annotated[Money, Doc("Groups OA and PI that settle")] = NO_DOLLARS
    patient: Annotated[Money, Doc("Group PR: the patient's, or the next payer's")] = NO_DOLLARS
    denied: Annotated[Money, Doc("Refused, and neither appealed nor written off")] = NO_DOLLARS
    written_off: Money = NO_DOLLARS
    open: Annotated[Money, Doc("No answer yet")] = NO_DOLLARS
    payer_control_number: Annotated[str, Doc("For a replacement or void", x12="REF*F8")] = ""
    seen: Annotated[tuple[str, ...], Doc("Events that moved it: a repeat moves nothing")] = ()
    answers: Annotated[tuple[StandingAnswer, ...], Doc("What the payer's word now consists of")] = ()


class ClaimEvent(Contract):
    """Topics `claim-moves` (as told), `claim-events` (as it moved the claim), `adjudications` (a claim's)."""

    event_id: Annotated[str, Doc("Hash of the source: the same answer read twice is one event")]
    kind: EventKind
    claim_id: Annotated[str, Doc("Empty: not known here")] = ""
    claim_version: int = 0
    control_number: Annotated[str, Doc("The claim's number with the payer", x12="CLM01, CLP01")] = ""
    patient_key: str = ""
    payer_id: str = ""
    sequence: Annotated[str, Doc("In whose place this payer was billed", x12="SBR01")] = ""
    next_payer_id: Annotated[str, Doc("Who is asked after this payer; empty: nobody, or not known")] = ""
    batch_id: Annotated[str, Doc("The batch that carried it")] = ""
    happened_on: Annotated[date | None, Doc("Day by the payer's word")] = None
    event_time: Annotated[AwareDatetime | None, Doc("Time of our own event")] = None
    cause: Annotated[str, Doc("One sentence for a person")] = ""
    before: Annotated[ClaimState | None, Doc("State before; absent as long as it moved nothing")] = None
    after: Annotated[ClaimState | None, Doc("State after")] = None
    statuses: tuple[PayerStatus, ...] = ()
    claim_status: Annotated[str, Doc("Claim status code number", x12="835 CLP02")] = ""
    payer_control_number: Annotated[str, Doc("The payer's number", x12="CLP07, REF*1K")] = ""
    filing: Annotated[str, Doc("Claim filing indicator", x12="835 CLP06")] = ""
    forwarded_to: Annotated[str, Doc("Whom the payer itself sent the claim on to", x12="835 NM1*TT")] = ""
    charged: Money | None = None
    paid: Money | None = None
    patient_responsibility: Annotated[Money | None, Doc("Group PR", x12="835 CLP05")] = None
    adjustments: Annotated[tuple[Adjustment, ...], Doc("Of the claim as a whole", x12="835 CAS")] = ()
    remarks: Annotated[tuple[str, ...], Doc("Remark code numbers", x12="835 MIA, MOA")] = ()
    lines: tuple[LineOutcome, ...] = ()
    errors: Annotated[
        tuple[str, ...], Doc("Where and why it was refused: segment, element, code", x12="999 IK3, IK4")
    ] = ()
    reference: Annotated[
        str, Doc("Provider-level adjustment: reason and number; a file's answer: group/set", x12="PLB, AK2")
    ] = ""
    interchange: Annotated[
        str, Doc("Ours that it is about as a whole, without leading zeros", x12="ISA13, GS06")
    ] = ""
    control_numbers: Annotated[
        tuple[str, ...], Doc("Claims of the transaction set that was written", x12="CLM01")
    ] = ()
    role: Annotated[str, Doc("Role of the person whose word it is; empty: nobody's")] = ""
    decided_by: Annotated[str, Doc("Pseudonymous user id")] = ""
    source: EventSource = EventSource()
    life: Annotated[
        ClaimLife | None, Doc("The claim after this event; absent as long as it moved nothing")
    ] = None


class ClaimBatch(Contract):
    """Topic `claim-batches`: one claim version's place in a batch, or a batch's closing."""

    batch_id: Annotated[str, Doc("Hash of partition, payer, form and number")]
    number: Annotated[int, Field(ge=1), Doc("From 1 without gaps, for each partition, payer and form")]
    interchange: Annotated[str, Doc("Nine digits", x12="ISA13")] = ""
    partition: int = 0
    payer_id: str
    claim_type: str
    claim_id: Annotated[str, Doc("Empty: this record closes the batch")] = ""
    claim_version: int = 0
    control_numbers: Annotated[tuple[str, ...], Doc("Of the claim's parts", x12="CLM01")] = ()
    claims: Annotated[int, Doc("Claims in the batch so far: the claim's place")] = 0
    dollars: Annotated[Money, Doc("Of the batch so far")] = NO_DOLLARS
    lines: Annotated[int, Doc("Service lines in the batch so far")] = 0
    opened_at: AwareDatetime
    closed_at: AwareDatetime | None = None
    cause: Annotated[str, Doc("What closed it: count, lines, age, cut-off")] = ""
    patient_key: Annotated[str, Doc("Keeps the record in the claim's partition")]


class BatchTick(Contract):
    """Topic `batch-ticks`: time goes on for the batches of a partition, without a claim."""

    tick_id: str
    at: AwareDatetime
    lane: Annotated[str, Doc("A key that hashes into the partition that is meant")]
    close: Annotated[bool, Doc("A cut-off: every open batch closes, whatever its age")] = False
