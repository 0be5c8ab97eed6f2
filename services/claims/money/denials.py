"""Denials: what was refused, in which stage of our own work the cause lies, and what would have caught it.

A denial that no edit foresees suggests one, as data for `services/validator`: in shadow, so that it is only
counted until a person has looked at it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from services.claims.answers.outcome import blames
from services.contracts.claim import Claim
from services.contracts.claim_event import ClaimEvent, LineOutcome
from services.contracts.claim_parts import Adjustment

UNKNOWN: Final = "unknown"
_REQUIRE: Final = {
    "authorisation": 'claim.prior_authorization != ""',
}
"""What an edit can require for a stage; where there is nothing general, the case is only counted."""


@dataclass(frozen=True, slots=True)
class Denial:
    """One reason of one refusal."""

    claim_id: str
    payer_id: str
    line: str
    code: str
    group: str
    carc: str
    rarcs: tuple[str, ...]
    amount: Decimal
    stage: str
    caught_by: tuple[str, ...]
    """Edits with the same reason code that were in force: why they let it pass is the question to ask."""
    warned: tuple[str, ...]
    """Edits that did say so on this claim, as a warning or not checked."""


@cache
def stages() -> dict[str, str]:
    """Reason code to stage."""
    text = files("services.claims.money").joinpath("root_causes.yaml").read_text(encoding="utf-8")
    rows: dict[str, list[str]] = yaml.safe_load(text)
    return {code: stage for stage, codes in rows.items() for code in codes}


def denials(event: ClaimEvent, claim: Claim | None, edits: Mapping[str, Sequence[str]]) -> Iterator[Denial]:
    """Every denial of an answer; `edits` names the rules by the reason code that they foresee."""
    for adjustment in event.adjustments:
        if blames(adjustment):
            yield _denial(event, claim, edits, adjustment, None)
    for line in event.lines:
        for adjustment in line.adjustments:
            if blames(adjustment):
                yield _denial(event, claim, edits, adjustment, line)


def _denial(
    event: ClaimEvent,
    claim: Claim | None,
    edits: Mapping[str, Sequence[str]],
    adjustment: Adjustment,
    line: LineOutcome | None,
) -> Denial:
    findings = claim.findings if claim is not None else ()
    return Denial(
        claim_id=event.claim_id,
        payer_id=event.payer_id,
        line=line.control_number if line is not None else "",
        code=(line.billed_code or line.code) if line is not None else "",
        group=adjustment.group,
        carc=adjustment.reason,
        rarcs=line.remarks if line is not None else event.remarks,
        amount=adjustment.amount,
        stage=stages().get(adjustment.reason, UNKNOWN),
        caught_by=tuple(sorted(edits.get(adjustment.reason, ()))),
        warned=tuple(sorted({each.rule for each in findings if each.carc == adjustment.reason})),
    )


def suggestion(denial: Denial) -> dict[str, Any] | None:
    """A new edit where none foresees the denial: the content of a rule, in shadow."""
    if denial.caught_by or not denial.payer_id:
        return None
    name = "".join(each if each.isalnum() else "_" for each in denial.payer_id.lower())
    code = f"_{denial.code.lower()}" if denial.code else ""
    scope: dict[str, Any] = {"payers": [denial.payer_id]}
    if denial.code:
        scope["codes"] = [denial.code]
    return {
        "id": f"learned.{name}_carc_{denial.carc.lower()}{code}",
        "title": f"Denied before with reason {denial.carc}",
        "reference": f"Remittance of {denial.payer_id}: {denial.group}-{denial.carc}",
        "severity": "hold",
        "scope": scope,
        "require": _REQUIRE.get(denial.stage, "false"),
        "message": f"the payer denied the like with reason {denial.group}-{denial.carc} ({denial.stage})",
        "fix": "Look at the denial, then make the rule precise or drop it",
        "carc": denial.carc,
        "rarc": denial.rarcs[0] if denial.rarcs else "",
        "shadow": True,
    }
