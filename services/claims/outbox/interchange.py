"""One closed batch as an interchange, and what is then told of its claims."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from io import StringIO
from itertools import takewhile
from operator import itemgetter

from services.claims.errors import Unwritable
from services.claims.outbox.collector import Complete
from services.claims.outbox.corrections import Correction, alone
from services.claims.x12.envelope import Heading, InterchangeWriter
from services.claims.x12.files import file_name
from services.claims.x12.gaps import faults
from services.claims.x12.submitter import Submitter
from services.contracts.base import NO_DOLLARS
from services.contracts.claim import Claim
from services.contracts.claim_event import ClaimBatch, ClaimEvent, EventKind
from services.contracts.encounter import ClaimType
from services.contracts.keys import derived_id
from services.stage.model import Fault


@dataclass(frozen=True, slots=True)
class Terms:
    """How the files are made. Without a submitter, a batch's first billing provider submits."""

    submitter: Submitter | None = None
    test: bool = True
    newline: str = ""


@dataclass(frozen=True, slots=True)
class Interchange:
    """A batch's file and events; `text` is empty where no claim of it could be written."""

    batch: ClaimBatch
    name: str
    text: str
    claims: int
    dollars: Decimal
    """Of the claims written: what was corrected or withdrawn in the batch is left out."""
    events: tuple[ClaimEvent, ...]
    later: tuple[Correction, ...] = ()
    """Corrections that wait for the payer's number: each will have a file of its own."""


def written(complete: Complete, terms: Terms) -> Interchange:
    """The batch's bytes, which follow from it alone; a claim that cannot be written is told as rejected."""
    batch = complete.batch
    name = file_name(batch.payer_id, ClaimType(batch.claim_type), int(batch.interchange))
    made = _written(complete.claims, batch, terms)
    events = [_unwritable(claim, missing, batch) for claim, missing in made.unfit]
    events += [_gone(*member, batch) for member in complete.missing]
    events += [_waits(claim, batch) for claim in complete.later]
    events += [_carrying(batch, name, number, numbers) for number, numbers in sorted(made.carried.items())]
    later = tuple(alone(batch, claim) for claim in complete.later)
    return Interchange(batch, name, made.text, made.claims, made.dollars, tuple(events), later)


def superseded(correction: Correction) -> Interchange:
    """A correction that a later version has overtaken while it waited: no file, and told so."""
    batch, claim = correction.batch, correction.claim
    name = file_name(batch.payer_id, ClaimType(batch.claim_type), int(batch.interchange))
    gone = _gone(claim.claim_id, claim.version, claim.patient_control_number, batch)
    return Interchange(batch, name, "", 0, NO_DOLLARS, (gone,))


@dataclass(slots=True)
class _Made:
    """What became of a batch's claims: a text, which set carries which, and who is unfit for it."""

    text: str = ""
    claims: int = 0
    dollars: Decimal = NO_DOLLARS
    carried: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    unfit: list[tuple[Claim, tuple[Fault, ...]]] = field(default_factory=list)


def _written(claims: Sequence[Claim], batch: ClaimBatch, terms: Terms) -> _Made:
    """The first claim that can be written opens the interchange."""
    judged = ((claim, faults(claim)) for claim in claims)
    made = _Made(unfit=list(takewhile(itemgetter(1), judged)))
    rest = claims[len(made.unfit) :]
    if not rest:
        return made
    sink = StringIO()
    with _opened(sink, rest[0], batch, terms, made) as writer:
        for claim in rest:
            try:
                writer.add(claim)
            except Unwritable as error:
                made.unfit.append((claim, error.faults))
            else:
                made.claims, made.dollars = made.claims + 1, made.dollars + claim.total
    made.text = sink.getvalue()
    return made


def _opened(sink: StringIO, first: Claim, batch: ClaimBatch, terms: Terms, made: _Made) -> InterchangeWriter:
    heading = Heading(
        first.claim_type,
        first.payers[0].payer_id,
        first.payers[0].payer_name,
        batch.batch_id,
        int(batch.interchange),
        first.event_time,
        terms.test,
        terms.newline,
    )
    submitter = terms.submitter or Submitter.of(first.billing_provider)
    return InterchangeWriter(sink, heading, submitter, lambda at, number: made.carried[at].append(number))


def _carrying(batch: ClaimBatch, name: str, number: int, numbers: list[str]) -> ClaimEvent:
    interchange = str(int(batch.interchange))
    return ClaimEvent(
        event_id=derived_id("written", batch.batch_id, str(number)),
        kind=EventKind.WRITTEN,
        payer_id=batch.payer_id,
        batch_id=batch.batch_id,
        event_time=batch.closed_at,
        cause=f"{len(numbers)} claims written to {name}",
        reference=f"{interchange}/{number:04d}",
        interchange=interchange,
        control_numbers=tuple(numbers),
    )


def _unwritable(claim: Claim, missing: Sequence[Fault], batch: ClaimBatch) -> ClaimEvent:
    """What is missing, field by field: the claim waits for a corrected version."""
    number, cause = claim.patient_control_number, f"not written: {len(missing)} gaps"
    errors = tuple(f"{each.path}: {each.message}; {each.fix}" for each in missing)
    event = _rejected(claim.claim_id, claim.version, number, batch, cause)
    return event.model_copy(update={"patient_key": claim.patient_key, "errors": errors})


def _waits(claim: Claim, batch: ClaimBatch) -> ClaimEvent:
    """The correction stays where it is, for a reason that whoever asks who waits is told."""
    return ClaimEvent(
        event_id=derived_id("waits", batch.batch_id, claim.claim_id, str(claim.version)),
        kind=EventKind.BATCHED,
        claim_id=claim.claim_id,
        claim_version=claim.version,
        control_number=claim.patient_control_number,
        patient_key=claim.patient_key,
        payer_id=batch.payer_id,
        batch_id=batch.batch_id,
        event_time=batch.closed_at,
        cause="waits for the payer's number of the claim that it corrects",
        charged=claim.total,
    )


def _gone(claim_id: str, version: int, number: str, batch: ClaimBatch) -> ClaimEvent:
    """A later version stands: compaction has taken this one, or it waited for too long."""
    return _rejected(claim_id, version, number, batch, "not written: a later version has replaced it")


def _rejected(claim_id: str, version: int, number: str, batch: ClaimBatch, cause: str) -> ClaimEvent:
    return ClaimEvent(
        event_id=derived_id("unwritten", batch.batch_id, claim_id, str(version)),
        kind=EventKind.REJECTED,
        claim_id=claim_id,
        claim_version=version,
        control_number=number,
        payer_id=batch.payer_id,
        batch_id=batch.batch_id,
        event_time=batch.closed_at,
        cause=cause,
    )
