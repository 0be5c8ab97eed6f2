"""No value of a claim breaks its file: texts are folded, a code that X12 cannot carry refuses its claim."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest

from services.claims.errors import Unwritable
from services.claims.outbox.collector import Complete
from services.claims.outbox.interchange import Terms
from services.claims.outbox.interchange import written as interchange
from services.claims.x12.envelope import Heading, InterchangeWriter
from services.claims.x12.files import write_files
from services.claims.x12.submitter import Submitter
from services.contracts.base import Contract
from services.contracts.claim import Bill, Claim, ClaimLine, ClaimPayer, ClaimProcedure
from services.contracts.claim_event import ClaimBatch
from services.contracts.claim_parts import (
    Adjustment,
    Ambulance,
    Attachment,
    Certification,
    ClaimAdjudication,
    CodedAmount,
    CodedPeriod,
    ContractTerms,
    Equipment,
    LineAdjudication,
    Pricing,
    QualifiedDate,
    Reference,
)
from services.contracts.encounter import ClaimType
from tests.claims.strategies import NOON
from tests.claims.x12.samples import BILLING, DOCTOR, HOME, claim, line, payer

DAY, ONE = date(2026, 3, 5), Decimal(1)
ADJUSTED = (Adjustment(group="CO", reason="45", amount=ONE),)
EITHER: dict[str, Any] = {
    "attachments": (Attachment(report_type="OZ", transmission="EL", control_number="A1"),),
    "certifications": (Certification(category="07", conditions=("01", "05")),),
    "ambulance": Ambulance(reason="A", miles=ONE, pick_up=HOME, drop_off=HOME, drop_off_name="Inn"),
    "terms": ContractTerms(kind="09", code="X", version="Y"),
    "pricing": Pricing(method="00", allowed=ONE, organization="R"),
    "note": "Said",
}
LINE: dict[str, Any] = {
    "modifiers": ("25", "59"),
    "revenue_code": "0450",
    "place_of_service": "12",
    "description": "Visit",
    "prescription": "RX1",
    "prior_authorization": "PA1",
    "referral_number": "RF1",
    "dates": (QualifiedDate(qualifier="463", first=DAY),),
    "references": (Reference(qualifier="9B", value="X1"),),
    "test_results": (CodedAmount(code="R1", amount=ONE),),
    "equipment": Equipment(days=3, rental_price=ONE, purchase_price=ONE, rental_unit="6", certificate="I"),
    "adjudications": (
        LineAdjudication(
            payer_id="SECOND",
            paid=ONE,
            code="99214",
            modifiers=("26",),
            revenue_code="0451",
            adjustments=ADJUSTED,
            adjudicated_on=DAY,
        ),
    ),
    **{name: BILLING for name in ClaimLine.model_fields if name.endswith("_provider")},
    "service_facility": BILLING,
}
WHOLE: dict[str, Any] = {
    "pay_to_address": HOME.model_copy(update={"country": "CAN"}),
    "admit_source": "1",
    "admission_day": DAY,
    "admission_hour": "1430",
    "discharge_hour": "1530",
    "accident": "AA",
    "accident_state": "MA",
    "special_program": "02",
    "delay_reason": "1",
    "drg": "291",
    "procedures": (ClaimProcedure(code="0FT44ZZ", performed=DAY),) * 2,
    "value_codes": (CodedAmount(code="A1", amount=ONE),),
    "occurrence_codes": (CodedPeriod(code="11", first=DAY),),
    "occurrence_spans": (CodedPeriod(code="72", first=DAY, last=DAY),),
    "condition_codes": ("09",),
    "anesthesia_codes": ("00100",),
    "dates": (QualifiedDate(qualifier="050", first=DAY),),
    "references": (Reference(qualifier="4N", value="X1"),),
    "file_information": ("Said",),
    "prior_authorization": "PA1",
    "original_reference": "OR1",
    **{name: DOCTOR for name in Bill.model_fields if name.endswith("_provider")},
    "billing_provider": BILLING,
    "service_facility": DOCTOR.model_copy(update={"npi": "1777777774", "address": HOME}),
}
BATCH = ClaimBatch(
    batch_id="b1",
    number=1,
    interchange="1",
    payer_id="PAYER",
    claim_type="professional",
    opened_at=NOON,
    closed_at=NOON,
    patient_key="key-1",
)
DECIDED = ClaimAdjudication(paid=ONE, adjustments=ADJUSTED, remarks=("MA01",), control_number="P1")
PLAIN, BROKEN = "9", "5*6:7~8^9\n\u00e9"


def loaded(form: ClaimType) -> Claim:
    """A claim that says something in every part that some form of it sends."""
    payers: tuple[ClaimPayer, ...] = (
        payer(
            insurance_type="12",
            relationship="spouse",
            payer_address=HOME,
            group_number="G1",
            property_casualty_number="PC",
            provider_numbers=(Reference(qualifier="G2", value="N1"),),
        ),
        payer("SECOND", adjudication=DECIDED, prior_authorization="PA2"),
    )
    lines = (line(1, 1, **EITHER, **LINE), line(2, 1, revenue_code="0450"))
    return claim(1, form, **EITHER | WHOLE, payers=payers, lines=lines)


def shape(text: str) -> list[int]:
    """How many elements, components and segments there are."""
    return [text.count(sign) for sign in "*:~^"]


def text_of(*claims: Claim) -> str:
    """Their interchange; raises `Unwritable`."""
    first, sink = claims[0], StringIO()
    heading = Heading(first.claim_type, "PAYER", "Plan", "batch", 1, NOON)
    with InterchangeWriter(sink, heading, Submitter.of(BILLING)) as writer:
        for each in claims:
            writer.add(each)
    return sink.getvalue()


def variants(value: Any, before: str, path: str = "") -> Iterator[tuple[str, Any]]:
    """The record with something before each of its texts in turn, and where."""
    if isinstance(value, Contract):
        for name, part in value:
            for where, changed in variants(part, before, f"{path}.{name}"):
                yield where, value.model_copy(update={name: changed})
    elif isinstance(value, tuple):
        for place, part in enumerate(value):
            for where, changed in variants(part, before, f"{path}[{place}]"):
                yield where, (*value[:place], changed, *value[place + 1 :])
    elif type(value) is str:
        yield path.removeprefix("."), before + value


@pytest.mark.parametrize("form", ClaimType)
def test_no_text_of_a_claim_breaks_its_file(form: ClaimType) -> None:
    """Either the claim is refused at that place, or the file has the same elements as before."""
    whole, refused = loaded(form), set[str]()
    for (path, broken), (_, plain) in zip(variants(whole, BROKEN), variants(whole, PLAIN), strict=True):
        try:
            text = text_of(broken)
        except Unwritable as error:
            refused.update(fault.path for fault in error.faults if fault.path == path)
        else:
            assert text.isascii()
            assert shape(text) == shape(text_of(plain)), path
            continue
        assert path in refused
    common = {"lines[0].modifiers[1]", "lines[0].unit_of_measure", "payers[0].insurance_type"}
    common |= {"diagnoses[1].code", "billing_provider.taxonomy", "patient_control_number"}
    own = {
        ClaimType.PROFESSIONAL: {"place_of_service", "rendering_provider.taxonomy", "accident_state"},
        ClaimType.INSTITUTIONAL: {"procedures[1].code", "condition_codes[0]", "value_codes[0].code"},
    }
    assert refused >= common | own[form]


@pytest.mark.parametrize("at", [0, 1, 2])
@pytest.mark.parametrize("value", ["2\u00e9", "2~", "2*", "2:", "2^", "2\n"])
def test_a_claim_with_such_a_code_is_refused_and_the_others_go_on(at: int, value: str, tmp_path: Any) -> None:
    claims = [claim(number) for number in range(3)]
    first, *rest = claims[at].lines
    lines = (first.model_copy(update={"modifiers": (value,)}), *rest)
    claims[at] = claims[at].model_copy(update={"lines": lines})
    outcome = write_files(claims, tmp_path)
    (refused,) = outcome.unwritable
    assert [fault.path for fault in refused.faults] == ["lines[0].modifiers[0]"]
    (file,) = outcome.files
    assert (file.claims, file.path.read_text()) == (2, file.path.read_bytes().decode("ascii"))
    made = interchange(Complete(BATCH, tuple(claims)), Terms())
    assert (made.claims, made.events[0].claim_id) == (2, claims[at].claim_id)
    assert made.events[0].errors[0].startswith("lines[0].modifiers[0]: ")
    assert made.dollars == Decimal("482.00")


def test_a_claim_with_another_pay_to_address_has_a_billing_loop_of_its_own() -> None:
    lockbox, other = HOME, HOME.model_copy(update={"line1": "2 Bank St"})
    addresses = (None, lockbox, lockbox, other, None)
    text = text_of(*(claim(number, pay_to_address=where) for number, where in enumerate(addresses)))
    loops = text.split("**20*1~")[1:]
    assert [loop.count("CLM*") for loop in loops] == [1, 2, 1, 1]
    assert ["NM1*87*2~" in loop for loop in loops] == [False, True, True, False]
    assert "NM1*87*2~N3*2 BANK ST~" in loops[2]
