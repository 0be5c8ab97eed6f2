"""Characters, lengths, numbers."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.claims.x12.text import Charset, clean, composite, number, segment

BASIC = set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !\"&'()+,-./;?=")


@pytest.mark.parametrize(
    ("given_text", "wanted"),
    [
        ("Müller-Lüdenscheidt", "MULLER-LUDENSCHEIDT"),
        ("Straße", "STRASSE"),
        ("Ørsted\u2019s", "ORSTED'S"),
        ("a*b~c:d^e", "A B C D E"),
        ("  two   spaces ", "TWO SPACES"),
        ("line\nbreak", "LINE BREAK"),
        ("日本", ""),
    ],
)
def test_what_the_basic_set_makes_of_a_name(given_text: str, wanted: str) -> None:
    assert clean(given_text, 60) == wanted


def test_the_extended_set_keeps_small_letters() -> None:
    assert clean("Zoë_1@x", 60, Charset.EXTENDED) == "Zoe_1@x"


@given(st.text(max_size=200), st.integers(1, 60))
def test_whatever_comes_fits_and_holds_no_delimiter(text: str, width: int) -> None:
    made = clean(text, width)
    assert len(made) <= width
    assert set(made) <= BASIC
    assert made == made.strip()
    assert clean(made, width) == made


@given(st.decimals(-(10**9), 10**9, places=2))
def test_a_number_keeps_its_value_without_needless_zeros(value: Decimal) -> None:
    text = number(value)
    assert Decimal(text) == value
    assert not ("." in text and text.endswith(("0", ".")))


def test_empty_ends_are_left_out() -> None:
    assert segment("NM1", "PR", "", "") == "NM1*PR"
    assert composite("HC", "99213", "", "") == "HC:99213"
