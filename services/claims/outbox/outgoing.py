"""Which version of a claim goes out, and as what: a payer that has nothing of it has nothing to replace.

What is corrected before its file is written goes out once, as it stands last (CLM05-3 1); what is withdrawn
before goes out not at all. A claim that a front end rejected was never taken in, so it is sent as new. What a
payer has is replaced or voided under the payer's own number (REF*F8).
"""

from collections.abc import Collection, Mapping, Sequence

from services.contracts.claim import Claim, Frequency


def outgoing(
    claims: Sequence[Claim], numbers: Mapping[str, str], untaken: Collection[tuple[str, int]]
) -> list[Claim]:
    """The claims of a batch as they are written, in its order.

    `numbers`: payers' numbers by claim id; `untaken`: versions that correct what no payer has taken in.
    """
    first: dict[str, Claim] = {}
    last: dict[str, Claim] = {}
    for claim in claims:
        first.setdefault(claim.claim_id, claim)
        last[claim.claim_id] = claim
    made = []
    for claim in claims:
        began = first[claim.claim_id]
        fresh = began.frequency.first_of_its_claim or (began.claim_id, began.version) in untaken
        if last[claim.claim_id] is not claim or (fresh and claim.frequency is Frequency.VOID):
            continue
        made.append(_new(claim) if fresh else _about(claim, numbers.get(claim.claim_id, "")))
    return made


def _new(claim: Claim) -> Claim:
    if claim.frequency.first_of_its_claim:
        return claim
    frequency = Frequency(claim.part_of_stay or Frequency.ORIGINAL)
    return claim.model_copy(update={"frequency": frequency, "original_reference": ""})


def _about(claim: Claim, number: str) -> Claim:
    if claim.original_reference or not number:
        return claim
    return claim.model_copy(update={"original_reference": number})
