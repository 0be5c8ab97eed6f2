"""Every kind of finding: a good file, one thing broken in it, and where it is found."""

from io import BytesIO, StringIO

import pytest

from services import codesets
from services.claims.x12.check import Report, check
from services.claims.x12.check.claim import npi_fault
from services.claims.x12.envelope import Heading, InterchangeWriter
from services.claims.x12.submitter import Submitter
from services.contracts.claim import Claim
from services.contracts.encounter import ClaimType
from tests.claims.strategies import NOON
from tests.claims.x12.samples import claim

SETS = codesets.load()


def file_of(*claims: Claim) -> str:
    """The claims' interchange, a segment a line."""
    out = StringIO()
    heading = Heading(claims[0].claim_type, "PAYER", "Payer", "batch", 7, NOON, newline="\n")
    with InterchangeWriter(out, heading, Submitter.of(claims[0].billing_provider)) as writer:
        for each in claims:
            writer.add(each)
    return out.getvalue()


def checked(text: str) -> Report:
    """The report on a text."""
    return check(BytesIO(text.encode()), "f", SETS)


def test_a_good_file_has_no_finding() -> None:
    report = checked(file_of(claim(1), claim(2)))
    assert report.faults == []
    assert (report.interchanges, report.claims, report.lines) == (1, 2, 4)


@pytest.mark.parametrize(
    ("before", "after", "element", "message"),
    [
        ("*1999999984", "*1999999985", "NM1*85 NM109", "check digit"),
        ("***1:2~", "***1:3~", "SV107", "points to diagnosis 3"),
        ("***1:2~", "~", "SV107", "no diagnosis"),
        ("ABF:E119", "ABF:E11.9", "HI ABF", "dot"),
        ("ABF:E119", "ABF:E11", "HI ABF", "header"),
        ("ABF:E119", "ABF:Q999X", "HI ABF", "unknown"),
        ("CLM*CLAIM1*241*", "CLM*CLAIM1*240*", "CLM02", "the lines sum to 241"),
        ("CLM*CLAIM1*241*", "CLM*CLAIM1*x*", "CLM02", "no number"),
        ("CLM*CLAIM2*", "CLM*CLAIM1*", "CLM01", "twice"),
        ("REF*6R*C1L2", "REF*6R*C1L1", "REF*6R", "twice"),
        ("HC:99213*", "HC:9921*", "SV1/SV2", "malformed"),
        ("SE*54*", "SE*48*", "SE01", "there are 54"),
        ("*0001~\nGE", "*0002~\nGE", "SE02", "not the number"),
        ("GE*1*7~", "GE*2*7~", "GE01", "there are 1"),
        ("GE*1*7~", "GE*1*8~", "GE02", "not the number"),
        ("IEA*1*000000007", "IEA*1*000000008", "IEA02", "not the number"),
        ("HL*3*1*22*0", "HL*4*1*22*0", "HL01", "4 stands where 3"),
        ("HL*3*1*22*0", "HL*3*9*22*0", "HL02", "hangs below"),
        ("DTP*472*D8*20260305", "DTP*472*D8*20261305", "DTP03", "no day"),
        ("LIN**N4*00002751001", "LIN**N4*0002-7510", "LIN03", "eleven"),
    ],
)
def test_one_thing_broken_is_found_where_it_stands(
    before: str, after: str, element: str, message: str
) -> None:
    text = file_of(claim(1), claim(2))
    assert before in text, text
    line = text[: text.index(before)].count("\n") + 1
    faults = checked(text.replace(before, after, 1)).faults
    found = [fault for fault in faults if element in fault.path and message in fault.message]
    assert found, faults
    assert any(f"segment {line}:" in fault.path for fault in found)


def test_a_code_is_judged_on_the_day_of_its_claim() -> None:
    """U09.9 came into force on 1 October 2021."""
    text = file_of(claim(1)).replace("ABF:E119", "ABF:U099").replace("20260305", "20210901")
    assert [fault.message for fault in checked(text).faults] == ["U099 is not yet on 2021-09-01"]


def test_two_interchanges_may_not_share_a_number() -> None:
    text = file_of(claim(1))
    again = text.replace("CLM*CLAIM1*", "CLM*CLAIM9*")
    assert [fault.path for fault in checked(text + again).faults] == ["f:segment 38:ISA13"]


@pytest.mark.parametrize(("npi", "fault"), [("1234567893", ""), ("1234567890", "wrong"), ("12345", "ten")])
def test_check_digit(npi: str, fault: str) -> None:
    """1234567893 is CMS's own example."""
    assert (fault in npi_fault(npi)) if fault else npi_fault(npi) == ""


def test_junk_is_a_located_finding() -> None:
    assert checked("hello").faults[0].message == "no readable ISA segment"
    assert (
        checked(file_of(claim(1)).replace("IEA*1*000000007~", "")).faults[-1].message
        == "the interchange has no IEA"
    )


def test_other_payers_must_account_for_the_whole_charge() -> None:
    text = file_of(claim(1))
    decided = "SVD*OTHER*20*HC:99213**1~\nCAS*CO*45*100~\nDTP*573*D8*20260401~\nLX*2~"
    faults = checked(text.replace("LX*2~", decided, 1)).faults
    assert "payer OTHER paid and adjusted 120 of 120.5" in [fault.message for fault in faults]


def test_an_institutional_file_is_judged_too() -> None:
    text = file_of(claim(1, ClaimType.INSTITUTIONAL))
    assert checked(text).faults == []
    assert "CLM02" in checked(text.replace("*120.5*UN", "*120*UN", 1)).faults[0].path
