"""Original, replacement, void, or nothing: what an encounter's bills mean beside what was issued.

Claim frequency codes (X12 CLM05-3): a corrected encounter replaces its claim (7), a cancelled one voids
it (8), an unchanged one gives nothing new. Versions of a claim id run from 1 without gaps.
"""

from collections.abc import Mapping

from services.claims.build import digest
from services.claims.issued import Issued
from services.claims.money.secondary import next_claim_id
from services.contracts.claim import Bill, Claim, Frequency
from services.contracts.validation import Disposition, ValidatedEncounter


def next_claims(
    validated: ValidatedEncounter, wanted: tuple[Bill, ...], issued: Mapping[str, Issued]
) -> list[Claim]:
    """The claims to issue now: changed or new bills, then voids of bills that are no longer wanted.

    A held or rejected encounter leaves what was issued in force until a person has decided; an event
    older than what was issued changes nothing. A claim to a further payer stands as long as the claim that
    it follows has its payer: what the first payer makes of a correction will correct it.
    """
    version = validated.coded.encounter.version
    if any(version < last.encounter_version for last in issued.values()):
        return []
    if validated.disposition in (Disposition.HELD, Disposition.REJECTED):
        return []
    claim_ids = tuple(sorted({*issued, *(bill.claim_id for bill in wanted)}))
    claims = [_issue(validated, bill, issued.get(bill.claim_id), claim_ids) for bill in wanted]
    unwanted = _unwanted(validated.coded.encounter.encounter_id, wanted, issued)
    voids = [_void(validated, issued[ident], claim_ids) for ident in unwanted]
    return [claim for claim in claims if claim is not None] + voids


def _unwanted(encounter_id: str, wanted: tuple[Bill, ...], issued: Mapping[str, Issued]) -> list[str]:
    """What is in force and neither wanted nor the claim to a further payer of what is wanted."""
    first = {bill.claim_id for bill in wanted}
    further = {next_claim_id(encounter_id, bill, payer) for bill in wanted for payer in bill.payers[1:]}
    return sorted(
        ident
        for ident, last in issued.items()
        if not (last.voided or ident in first or (last.follows and ident in further))
    )


def _issue(
    validated: ValidatedEncounter, bill: Bill, last: Issued | None, claim_ids: tuple[str, ...]
) -> Claim | None:
    mark = digest(bill)
    if last is not None and not last.voided and last.digest == mark:
        return None
    replaces = last is not None and not last.voided
    facts = validated.coded.encounter
    return Claim(
        **dict(bill),
        version=1 if last is None else last.version + 1,
        frequency=Frequency.REPLACEMENT if replaces else Frequency(bill.part_of_stay or Frequency.ORIGINAL),
        encounter_id=facts.encounter_id,
        encounter_claims=claim_ids,
        encounter_version=facts.version,
        patient_key=facts.patient.patient_key,
        event_time=facts.event_time,
        digest=mark,
        findings=validated.findings,
        decisions=(*validated.coded.decisions, *validated.overrides),
        versions=validated.versions,
    )


def _void(validated: ValidatedEncounter, last: Issued, claim_ids: tuple[str, ...]) -> Claim:
    """The claim as it was billed, with frequency 8: a payer matches a void against the original."""
    facts = validated.coded.encounter
    return last.claim().model_copy(
        update={
            "version": last.version + 1,
            "frequency": Frequency.VOID,
            "encounter_claims": claim_ids,
            "encounter_version": facts.version,
            "event_time": facts.event_time,
            "findings": validated.findings,
            "versions": validated.versions,
        }
    )
