"""Files of claims before parsers that share no code with the writer."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from services.claims.x12.check import check
from services.claims.x12.text import bare, clean
from services.contracts.claim import Claim
from services.contracts.encounter import ClaimType
from tests.claims.strategies import as_x12sdk_reads
from tests.claims.x12.oracles import one_payer, pyx12_errors, some_claims, written, x12sdk_claims


@pytest.fixture(scope="module")
def varied() -> list[Claim]:
    """Claims of both forms with everything that they can carry."""
    return some_claims(28)


def test_pyx12_finds_no_error_in_any_claim(varied: list[Claim], tmp_path: Path) -> None:
    """Both forms, up to four payers, twelve diagnoses and fifty lines."""
    files = written(varied, tmp_path).files
    assert {file.claim_type for file in files} == set(ClaimType)
    assert sum(file.claims for file in files) == len(varied)
    for file in files:
        assert pyx12_errors(file.path) == [], file.claim_type


def test_pyx12_sees_a_broken_file(varied: list[Claim], tmp_path: Path) -> None:
    """The judge can say no."""
    file = written(varied[:2], tmp_path).files[0].path
    file.write_text(file.read_text().replace("\nLX*1~", "\nLX*7~", 1).replace("*ZZ*", "*!!*", 1))
    assert pyx12_errors(file) != []


def test_our_own_check_agrees(varied: list[Claim], tmp_path: Path) -> None:
    """Sums, pointers, numbers and counts, without looking codes up."""
    for file in written(varied, tmp_path).files:
        with file.path.open("rb") as stream:
            report = check(stream, file.path.name)
        assert report.faults == []
        assert (report.claims, report.dollars) == (file.parts, file.dollars)


def test_x12sdk_reads_back_what_was_claimed(varied: list[Claim], tmp_path: Path) -> None:
    """The same parties, dollars, diagnoses, lines and pointers."""
    claims = [as_x12sdk_reads(claim) for claim in varied[:12]]
    for file in written(claims, tmp_path).files:
        sent = [claim for claim in claims if claim.claim_type is file.claim_type]
        read = x12sdk_claims(file.path)
        assert len(read) == len(sent)
        for claim, seen in zip(sent, read, strict=True):
            assert facts_of(seen) == expected(claim)


def test_a_claim_of_one_hundred_and_twenty_lines_is_three(varied: list[Claim], tmp_path: Path) -> None:
    """Each part has a number, a total and at most fifty lines of its own; pyx12 takes them."""
    base = next(claim for claim in varied if claim.claim_type is ClaimType.PROFESSIONAL)
    template = base.lines[0].model_copy(update={"adjudications": ()})
    lines = tuple(
        template.model_copy(update={"number": at, "control_number": f"L{at}"}) for at in range(1, 121)
    )
    total = sum((line.amount for line in lines), Decimal("0.00"))
    claim = one_payer(base, 1).model_copy(update={"lines": lines, "total": total})
    (file,) = written([claim], tmp_path).files
    assert (file.claims, file.parts, file.dollars) == (1, 3, total)
    assert pyx12_errors(file.path) == []
    text = file.path.read_text()
    assert [part in text for part in ("CLM*CLAIM00001*", "CLM*CLAIM00001-2*", "CLM*CLAIM00001-3*")] == [
        True
    ] * 3


def expected(claim: Claim) -> dict[str, Any]:
    """What a reader must find, from the claim."""
    payer = claim.payers[0]
    main = [bare(each.code) for each in claim.diagnoses]
    return {
        "number": claim.patient_control_number,
        "total": claim.total,
        "billing": (clean(claim.billing_provider.family, 60), claim.billing_provider.npi),
        "subscriber": (
            clean(payer.subscriber.family, 60),
            clean(payer.subscriber.given, 35),
            payer.member_id,
        ),
        "patient": None
        if payer.relationship == "self"
        else (clean(claim.patient.family, 60), clean(claim.patient.given, 35)),
        "payer": payer.payer_id,
        "others": [(each.sequence.value, each.payer_id) for each in claim.payers[1:]],
        "diagnoses": main,
        "lines": [
            (
                line.code,
                line.modifiers,
                line.amount,
                line.units,
                line.pointers if claim.claim_type is ClaimType.PROFESSIONAL else (),
                line.revenue_code,
                line.control_number,
            )
            for line in claim.lines
        ],
    }


def facts_of(seen: dict[str, Any]) -> dict[str, Any]:
    """The same from what x12sdk read."""
    claim, patient = seen["claim"], seen["patient"]
    return {
        "number": claim["clm_segment"]["patient_control_number"],
        "total": Decimal(claim["clm_segment"]["total_claim_charge_amount"]),
        "billing": (name(seen["billing"])[0], seen["billing"]["nm1_segment"]["identification_code"]),
        "subscriber": (*name(seen["subscriber"]), seen["subscriber"]["nm1_segment"]["identification_code"]),
        "patient": name(patient) if patient else None,
        "payer": seen["payer"]["nm1_segment"]["identification_code"],
        "others": [
            (
                each["sbr_segment"]["payer_responsibility_code"],
                each["loop_2330b"]["nm1_segment"]["identification_code"],
            )
            for each in claim.get("loop_2320") or []
        ],
        "diagnoses": [
            part[1]
            for segment in claim["hi_segment"]
            for part in segment.values()
            if isinstance(part, list) and part[0] in ("ABK", "ABF")
        ],
        "lines": [line_facts(each) for each in claim["loop_2400"]],
    }


def name(loop: dict[str, Any]) -> tuple[str, str]:
    """Family and given name."""
    return loop["nm1_segment"]["name_last_or_organization_name"], loop["nm1_segment"]["name_first"] or ""


def line_facts(line: dict[str, Any]) -> tuple[Any, ...]:
    """One line."""
    one = line.get("sv1_segment") or line["sv2_segment"]
    procedure = one.get("product_service_id_qualifier") or one["composite_medical_procedure_identifier"]
    _, code, *modifiers = procedure.split(":")
    control = next(
        ref["reference_identification"]
        for ref in line["ref_segment"]
        if ref["reference_identification_qualifier"] == "6R"
    )
    pointers = one.get("composite_diagnosis_code_pointer") or ""
    return (
        code,
        tuple(modifiers),
        Decimal(one["line_item_charge_amount"]),
        Decimal(one["service_unit_count"]),
        tuple(int(each) for each in pointers.split(":") if each),
        one.get("service_line_revenue_code") or "",
        control,
    )
