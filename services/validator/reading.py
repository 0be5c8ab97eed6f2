"""Encounters to judge, from lines of JSON: encounters, coded or validated, or claims that exist already."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from services.contracts.base import Contract
from services.contracts.claim import Claim, ClaimPayer, PayerSequence
from services.contracts.coding import AssignedCode, CodedEncounter, CodeRole, ServiceLine
from services.contracts.encounter import (
    ClaimType,
    Coverage,
    Encounter,
    EncounterFacts,
    Provider,
    Visit,
    VisitClass,
    VisitStatus,
)
from services.contracts.validation import ValidatedEncounter
from services.validator.errors import UnreadableLine

_BY_PLACE: Final = {
    "02": VisitClass.VIRTUAL,
    "10": VisitClass.VIRTUAL,
    "12": VisitClass.HOME,
    "21": VisitClass.INPATIENT,
    "23": VisitClass.EMERGENCY,
}
_INPATIENT_BILL: Final = "11"


Coder = Callable[[Encounter], CodedEncounter]


def read_lines(path: Path, code: Coder | None = None) -> Iterator[CodedEncounter]:
    """The encounters of an NDJSON file, in its order.

    Args:
        path: the file.
        code: codes an encounter that is not coded yet; without it such a line cannot be read.

    Raises:
        UnreadableLine: a line is not JSON, or is none of the contracts; it says which line and field.
    """
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _read(line, f"{path.name}, line {number}", code)


def _read(line: bytes, where: str, code: Coder | None) -> CodedEncounter:
    try:
        document = json.loads(line, parse_float=Decimal)
    except ValueError as error:
        raise UnreadableLine(f"{where}: not JSON ({error})") from None
    if not isinstance(document, dict):
        raise UnreadableLine(f"{where}: not an object")
    try:
        if "visit" in document and code is not None:
            return code(Encounter.model_validate(document))
        return coded_of(document)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        field = ".".join(map(str, first["loc"]))
        raise UnreadableLine(f"{where}: {field}: {first['msg']}") from None


def coded_of(document: Mapping[str, Any]) -> CodedEncounter:
    """The coded encounter in a document; raises `ValidationError`."""
    if "claim_id" in document:
        return of_claim(Claim.model_validate(document))
    if "coded" in document:
        return ValidatedEncounter.model_validate(document).coded
    return CodedEncounter.model_validate(document)


def as_of(coded: CodedEncounter, day: date) -> CodedEncounter:
    """The same encounter, judged as of a day."""
    moment = datetime.combine(day, time(12), tzinfo=UTC)
    return coded.model_copy(update={"encounter": coded.encounter.model_copy(update={"event_time": moment})})


def of_claim(claim: Claim) -> CodedEncounter:
    """What a claim says, as the coded encounter that the edits judge.

    The class of the visit is read from the type of bill and the place of service.
    """
    facts = EncounterFacts(
        encounter_id=claim.encounter_id,
        version=claim.encounter_version,
        event_time=claim.event_time,
        patient=claim.patient,
        coverages=tuple(_coverage(payer) for payer in claim.payers),
        visit=_visit(claim),
        providers=_providers(claim),
        prior_authorization=claim.prior_authorization,
        referral_number=claim.referral_number,
        accident=claim.accident,
        accident_date=claim.accident_date,
        accident_state=claim.accident_state,
    )
    return CodedEncounter(encounter=facts, digest=claim.digest, codes=_codes(claim), lines=_lines(claim))


def _visit(claim: Claim) -> Visit:
    visit_class = _BY_PLACE.get(claim.place_of_service, VisitClass.AMBULATORY)
    if claim.claim_type is ClaimType.INSTITUTIONAL:
        bill = claim.type_of_bill.lstrip("0")
        visit_class = VisitClass.INPATIENT if bill.startswith(_INPATIENT_BILL) else VisitClass.AMBULATORY
    start = claim.admission_time or datetime.combine(claim.statement_from, time(), tzinfo=UTC)
    return Visit(
        visit_class=visit_class,
        status=VisitStatus.FINISHED,
        start=start,
        end=datetime.combine(claim.statement_through, time(23, 59), tzinfo=UTC),
        first_day=claim.statement_from,
        last_day=claim.statement_through,
        place_of_service=claim.place_of_service,
        admit_type=claim.admit_type,
        admit_source=claim.admit_source,
        discharge_status=claim.discharge_status,
    )


def _providers(claim: Claim) -> tuple[Provider, ...]:
    stated = (
        claim.billing_provider,
        claim.rendering_provider,
        claim.attending_provider,
        claim.operating_provider,
        claim.referring_provider,
        claim.supervising_provider,
        claim.service_facility,
    )
    return tuple(provider for provider in stated if provider is not None)


def _coverage(payer: ClaimPayer) -> Coverage:
    return Coverage(
        coverage_id=payer.coverage_id or payer.sequence.value,
        priority=list(PayerSequence).index(payer.sequence) + 1,
        **_shared(payer, Coverage),
    )


def _codes(claim: Claim) -> tuple[AssignedCode, ...]:
    diagnoses = tuple(
        AssignedCode(role=CodeRole(each.role), **_shared(each, AssignedCode, "role"))
        for each in claim.diagnoses
    )
    procedures = tuple(
        AssignedCode(system="ICD-10-PCS", code=each.code, role=CodeRole.PROCEDURE, performed=each.performed)
        for each in claim.procedures
    )
    return diagnoses + procedures


def _lines(claim: Claim) -> tuple[ServiceLine, ...]:
    codes = [each.code for each in claim.diagnoses]
    return tuple(
        ServiceLine(
            line_id=line.control_number,
            claim_type=claim.claim_type,
            pointers=tuple(codes[place - 1] for place in line.pointers if place <= len(codes)),
            provider_npi=line.rendering_npi,
            **_shared(line, ServiceLine, "pointers", "line_id"),
        )
        for line in claim.lines
    )


def _shared(source: Contract, target: type[Contract], *but: str) -> dict[str, Any]:
    """The fields that two contracts have in common."""
    taken = {"coverage_id", "priority", "claim_type", "provider_npi", *but}
    names = type(source).model_fields.keys() & target.model_fields.keys() - taken
    return {name: getattr(source, name) for name in sorted(names)}
