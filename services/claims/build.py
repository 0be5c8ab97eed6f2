"""From a clean encounter to the bills it makes: one for each form that its lines go out on."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final

import orjson

from services.claims.parties import billing_provider, claim_payers, provider, with_providers
from services.contracts.base import NO_DOLLARS
from services.contracts.claim import Bill, ClaimDiagnosis, ClaimLine, ClaimProcedure
from services.contracts.coding import AssignedCode, CodedEncounter, CodeRole, ServiceLine
from services.contracts.encounter import ClaimType, EncounterFacts, ProviderRole, VisitClass
from services.contracts.keys import claim_id, control_number, derived_id
from services.contracts.validation import ValidatedEncounter

MAX_DIAGNOSES: Final = {ClaimType.PROFESSIONAL: 12, ClaimType.INSTITUTIONAL: 25}
"""X12 837P HI holds twelve codes; 837I one principal and twenty-four others."""

MAX_POINTERS: Final = 4
"""X12 SV107 holds four pointers."""

TYPE_OF_BILL: Final = {VisitClass.INPATIENT: "11", VisitClass.HOME: "32"}
"""First two digits by class of visit; hospital outpatient (13) otherwise. The third is the frequency."""

INSTITUTIONAL_OUTPATIENT: Final = "13"

PROFESSIONAL_CONDITIONS: Final = frozenset(
    {"AA", "AB", "AC", "AD", "AE", "AF", "AG", "AH", "AI", "W2", "W3", "W4", "W5"}
)
"""Condition codes of a professional claim (837P HI*BG): pregnancies that ended, and workers' compensation."""

STILL_PATIENT: Final = "30"
"""Patient discharge status (NUBC's number) of who has not left."""


def bills(validated: ValidatedEncounter) -> tuple[Bill, ...]:
    """The bills of a clean encounter, professional first; raises `Unbillable`."""
    types = {line.claim_type for line in validated.coded.lines}
    return tuple(_bill(validated, claim_type) for claim_type in ClaimType if claim_type in types)


def _bill(validated: ValidatedEncounter, claim_type: ClaimType) -> Bill:
    coded = validated.coded
    facts = coded.encounter
    payers = claim_payers(facts, claim_type)
    ident = claim_id(facts.encounter_id, payers[0].payer_id if payers else "", claim_type)
    codes = _diagnosis_codes(coded, claim_type)
    parties = _providers(facts, claim_type)
    lines = _lines(ident, [line for line in coded.lines if line.claim_type is claim_type], codes)
    lines = with_providers(lines, facts.providers, parties)
    return Bill(
        claim_id=ident,
        claim_type=claim_type,
        patient_control_number=control_number(ident),
        patient=facts.patient,
        payers=payers,
        **parties,
        **_visit(facts, claim_type, lines),
        diagnoses=tuple(_diagnosis(code) for code in codes),
        procedures=_procedures(coded, claim_type),
        lines=lines,
        total=sum((line.amount for line in lines), NO_DOLLARS),
        prior_authorization=facts.prior_authorization,
        referral_number=facts.referral_number,
        condition_codes=_conditions(facts, claim_type),
        accident=facts.accident,
        accident_date=facts.accident_date,
        accident_state=facts.accident_state,
    )


def _conditions(facts: EncounterFacts, claim_type: ClaimType) -> tuple[str, ...]:
    """UB-04 condition codes; a professional claim takes the few that NUCC's form has (item 10d)."""
    if claim_type is ClaimType.INSTITUTIONAL:
        return facts.condition_codes
    return tuple(code for code in facts.condition_codes if code in PROFESSIONAL_CONDITIONS)


def _diagnosis_codes(coded: CodedEncounter, claim_type: ClaimType) -> list[AssignedCode]:
    diagnoses = [code for code in coded.codes if code.system == "ICD-10-CM"]
    return diagnoses[: MAX_DIAGNOSES[claim_type]]


def _diagnosis(code: AssignedCode) -> ClaimDiagnosis:
    return ClaimDiagnosis(
        code=code.code,
        title=code.title,
        role=code.role,
        present_on_admission=code.present_on_admission,
        rules=code.rules,
        reason=code.reason,
        confidence=code.confidence,
        evidence=code.evidence,
    )


def _procedures(coded: CodedEncounter, claim_type: ClaimType) -> tuple[ClaimProcedure, ...]:
    """ICD-10-PCS stands on inpatient institutional claims only (HIPAA, 45 CFR 162.1002)."""
    if (
        claim_type is not ClaimType.INSTITUTIONAL
        or coded.encounter.visit.visit_class is not VisitClass.INPATIENT
    ):
        return ()
    procedures = [code for code in coded.codes if code.role is CodeRole.PROCEDURE]
    return tuple(ClaimProcedure(code=code.code, performed=code.performed) for code in procedures)


def _lines(ident: str, lines: Sequence[ServiceLine], codes: Sequence[AssignedCode]) -> tuple[ClaimLine, ...]:
    places = {code.code: place for place, code in enumerate(codes, start=1)}
    return tuple(_line(ident, number, line, places) for number, line in enumerate(lines, start=1))


def _line(ident: str, number: int, line: ServiceLine, places: dict[str, int]) -> ClaimLine:
    pointers = tuple(places[code] for code in line.pointers if code in places)[:MAX_POINTERS]
    return ClaimLine(
        number=number,
        control_number=derived_id("line", ident, line.line_id),
        charge_id=line.charge_id,
        source_coding=line.source_coding,
        code=line.code,
        modifiers=line.modifiers,
        revenue_code=line.revenue_code if line.claim_type is ClaimType.INSTITUTIONAL else "",
        units=line.units,
        amount=line.amount,
        pointers=pointers,
        service_date=line.service_date,
        service_end=line.service_end if line.service_end != line.service_date else None,
        rendering_npi=line.provider_npi,
        ndc=line.ndc,
        drug_quantity=line.drug_quantity,
        drug_unit=line.drug_unit,
        prescription=line.prescription,
    )


def _providers(facts: EncounterFacts, claim_type: ClaimType) -> dict[str, Any]:
    seen = facts.providers
    role = ProviderRole
    parties = {
        "billing_provider": billing_provider(facts),
        "referring_provider": provider(seen, role.REFERRING),
        "service_facility": provider(seen, role.FACILITY),
    }
    if claim_type is ClaimType.PROFESSIONAL:
        return parties | {
            "rendering_provider": provider(seen, role.RENDERING, role.ATTENDING),
            "supervising_provider": provider(seen, role.SUPERVISING),
        }
    return parties | {
        "attending_provider": provider(seen, role.ATTENDING, role.RENDERING),
        "operating_provider": provider(seen, role.OPERATING),
    }


def _visit(facts: EncounterFacts, claim_type: ClaimType, lines: Sequence[ClaimLine]) -> dict[str, Any]:
    visit = facts.visit
    days = [line.service_date for line in lines] + [line.service_end or line.service_date for line in lines]
    inpatient = visit.visit_class is VisitClass.INPATIENT
    dates: dict[str, Any] = {"statement_from": min(days), "statement_through": max(days)}
    dates["admission_day"] = (visit.admitted_on or facts.service_date) if inpatient else None
    if claim_type is ClaimType.PROFESSIONAL:
        ended = inpatient and visit.end is not None
        return dates | {
            "place_of_service": visit.place_of_service,
            "discharge_day": facts.code_date if ended else None,
        }
    if inpatient:
        dates |= {"statement_from": facts.service_date, "statement_through": facts.code_date}
    return dates | {
        "type_of_bill": TYPE_OF_BILL.get(visit.visit_class, INSTITUTIONAL_OUTPATIENT),
        "admission_time": visit.start if inpatient and visit.admitted_on is None else None,
        **_stay(facts),
        "admit_type": visit.admit_type,
        "admit_source": visit.admit_source,
        "discharge_status": visit.discharge_status,
    }


def _stay(facts: EncounterFacts) -> dict[str, str]:
    """Hours of admission and discharge (UB-04 FL 13 and 16), and which part of a stay is billed.

    Who is still a patient (FL 17) gets an interim bill, the first one on the day of admission; the bill that
    ends a stay billed in parts is the last. Only that, or a whole stay, has an hour of discharge.
    """
    visit = facts.visit
    if visit.visit_class is not VisitClass.INPATIENT:
        return {}
    stays, later = visit.discharge_status == STILL_PATIENT, visit.admitted_on is not None
    part = {(True, False): "2", (True, True): "3", (False, True): "4"}.get((stays, later), "")
    return {
        "part_of_stay": part,
        "admission_hour": "" if later else visit.first_hour,
        "discharge_hour": "" if stays else visit.last_hour,
    }


def digest(bill: Bill) -> str:
    """SHA-256 over what is billed, so that an unchanged encounter gives nothing new.

    Titles, reasons, evidence and confidence explain the bill and are not part of it. Fields that stand at
    their default are left out: a field added to the contract later makes no issued claim look changed.
    """
    explained = {"diagnoses": {"__all__": {"title", "rules", "reason", "confidence", "evidence"}}}
    content = bill.model_dump(mode="json", exclude=explained, exclude_defaults=True)
    return sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()
