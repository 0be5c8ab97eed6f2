"""What other payers decided: loops 2320, 2330 and 2430 (coordination of benefits)."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

from services.claims.x12.parties import (
    RELATIONSHIP,
    address,
    organisation,
    person,
    reference,
    subscriber,
)
from services.claims.x12.text import chunks, clean, code, composite, dated, money, number, segment
from services.contracts.claim import Bill, ClaimLine, ClaimPayer
from services.contracts.claim_parts import Adjustment, ClaimAdjudication, LineAdjudication
from services.contracts.encounter import ClaimType

_TRIPLETS: Final = 6
"""Reason, dollars and units six times in a CAS."""


def adjustments(given: Sequence[Adjustment]) -> Iterable[str]:
    """CAS segments: one group each, six reasons each."""
    for group, members in groupby(sorted(given, key=lambda each: each.group), key=lambda each: each.group):
        triplets = (
            "*".join((code(each.reason), money(each.amount), number(each.quantity) if each.quantity else ""))
            for each in members
        )
        for part in chunks(triplets, _TRIPLETS):
            yield segment("CAS", code(group), *part)


def other_payer(payer: ClaimPayer, bill: Bill) -> list[str]:
    """Loops 2320, 2330A and 2330B of a payer that is not the one billed."""
    decided = payer.adjudication
    out = [subscriber(payer, bill.claim_type, RELATIONSHIP.get(payer.relationship, "G8"))]
    if decided is not None:
        out += adjustments(decided.adjustments)
        out.append(f"AMT*D*{money(decided.paid)}")
        out += [f"AMT*EAF*{money(decided.remaining)}"] if decided.remaining is not None else []
        out += [f"AMT*A8*{money(decided.noncovered)}"] if decided.noncovered is not None else []
    out.append(segment("OI", "", "", code(payer.benefits_assigned), "", "", code(payer.release)))
    if decided is not None:
        out += _remarks(decided, bill.claim_type)
    out.append(person("IL", payer.subscriber, "MI", payer.member_id))
    out += address(payer.subscriber.address)
    out.append(organisation("PR", payer.payer_name, "PI", payer.payer_id))
    if decided is not None and decided.adjudicated_on is not None:
        out.append(dated("573", decided.adjudicated_on))
    out += reference("G1", payer.prior_authorization)
    out += reference("F8", decided.control_number) if decided is not None else []
    return out


def _remarks(decided: ClaimAdjudication, claim_type: ClaimType) -> list[str]:
    """MIA for inpatient days, else MOA, with remark codes."""
    remarks = [code(each) for each in decided.remarks]
    if claim_type is ClaimType.INSTITUTIONAL and decided.covered_days is not None:
        first, rest = remarks[:1], remarks[1:5]
        return [
            segment("MIA", number(decided.covered_days), "", "", "", *(first or ("",)), *[""] * 14, *rest)
        ]
    return [segment("MOA", "", "", *remarks[:5])] if remarks else []


def line_decisions(line: ClaimLine, claim_type: ClaimType) -> Iterable[str]:
    """Loop 2430, one for each payer that decided on the line."""
    for decided in line.adjudications:
        yield _decision(line, decided, claim_type)
        yield from adjustments(decided.adjustments)
        yield dated("573", decided.adjudicated_on)
        if decided.remaining is not None:
            yield f"AMT*EAF*{money(decided.remaining)}"


def _decision(line: ClaimLine, decided: LineAdjudication, claim_type: ClaimType) -> str:
    institutional = claim_type is ClaimType.INSTITUTIONAL
    paid = decided.code or line.code
    modifiers = map(code, (decided.modifiers or line.modifiers)[:4])
    procedure = composite("HC", clean(code(paid), 48), *modifiers) if paid else ""
    return segment(
        "SVD",
        clean(decided.payer_id, 80),
        money(decided.paid),
        procedure,
        code(decided.revenue_code or line.revenue_code) if institutional else "",
        number(decided.units),
        str(decided.bundled_into) if decided.bundled_into is not None else "",
    )
