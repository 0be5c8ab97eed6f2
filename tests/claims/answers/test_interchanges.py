"""A payer's file is cut into interchanges, and no byte of it is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.claims.answers.interchanges import interchanges
from tests.claims.life.payer import ISA, Payer
from tests.claims.x12.samples import claim

PAYER = Payer()
ONE = PAYER.remit(PAYER.pay(claim(1))).encode()
TWO = PAYER.acknowledge(claim(2)).encode()
OTHER = ONE.translate(bytes.maketrans(b"*~:", b"|\n>"))
ENDLESS = ISA.format(n=1).encode() + b"GS*HP*A*B~ST*835*0001~"


@pytest.mark.parametrize(
    ("content", "pieces"),
    [
        (b"", []),
        (b" \r\n", []),
        (b"no X12 at all", [b"no X12 at all"]),
        (ONE, [ONE]),
        (ONE + TWO, [ONE, TWO]),
        (ONE + b"\r\n" + OTHER + b"\n" + TWO, [ONE + b"\r\n", OTHER + b"\n", TWO]),
        (b"junk " + ONE + b"tail", [b"junk " + ONE + b"tail"]),
        (ENDLESS + ONE, [ENDLESS, ONE]),
        (ONE.replace(b"NM1*QC", b"REF*ISA*1~NM1*QC"), [ONE.replace(b"NM1*QC", b"REF*ISA*1~NM1*QC")]),
    ],
)
def test_a_file_is_cut_before_each_interchange(content: bytes, pieces: list[bytes]) -> None:
    assert list(interchanges(content)) == pieces


@given(st.lists(st.sampled_from([ONE, TWO, OTHER, ENDLESS, b"ISA", b"ISA*", b"~", b"\n", b"x", b"IEA*1*1~"])))
def test_nothing_is_left_out(parts: list[bytes]) -> None:
    """Whatever stands in the file; only blanks may be."""
    content = b"".join(parts)
    assert b"".join(interchanges(content)) in (content, b"") or not content.strip()
    assert b"".join(interchanges(content)).strip() == content.strip()
