"""What revenue-cycle teams watch: claims and dollars by payer, form and frequency; time to claim."""

import time
from collections.abc import Sequence
from typing import Final

from prometheus_client import Counter, Histogram

from services.contracts.claim import Claim
from services.contracts.labels import BoundedLabel

LABELS: Final = ("payer", "claim_type", "frequency")

payer_label: Final = BoundedLabel()

claims_issued: Final = Counter("claimstream_claims", "Claims issued", LABELS)
dollars_claimed: Final = Counter("claimstream_claim_dollars", "Dollars on issued claims", LABELS)
seconds_to_claim: Final = Histogram(
    "claimstream_end_to_end_seconds",
    "Seconds from the EHR's event on the first topic to the committed claim",
    buckets=(0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600),
)


def observe_claims(claims: Sequence[Claim], origin_ms: int) -> None:
    """Count committed claims by the payer that is billed."""
    for claim in claims:
        payer = payer_label(claim.payers[0].payer_id if claim.payers else "")
        labels = (payer, claim.claim_type.value, claim.frequency.value)
        claims_issued.labels(*labels).inc()
        dollars_claimed.labels(*labels).inc(float(claim.total))
        seconds_to_claim.observe(max(0.0, time.time() - origin_ms / 1000))
