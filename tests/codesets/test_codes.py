import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.codesets.codes import compact, dotted, normalise, pack, unpack

CODES = st.from_regex(r"[A-Z][0-9][0-9A-Z][0-9A-Z]{0,4}", fullmatch=True)
ASCII = st.text(st.characters(min_codepoint=1, max_codepoint=126), max_size=8)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("e119", "E11.9"),
        ("E11.9", "E11.9"),
        (" e11.9 ", "E11.9"),
        ("I10", "I10"),
        ("I10.", "I10"),
        ("s72001a", "S72.001A"),
        ("c7a.00", "C7A.00"),
        ("99213", "99213"),
        ("A0.09", "A0.09"),
        ("", ""),
    ],
)
def test_a_code_is_written_with_its_dot(written: str, canonical: str) -> None:
    assert normalise(written) == canonical


@given(st.text(max_size=12))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(CODES, st.booleans(), st.booleans())
def test_every_way_of_writing_a_code_is_the_same_code(code: str, lower: bool, dot: bool) -> None:
    written = dotted(code) if dot else code
    written = written.lower() if lower else written

    assert normalise(written) == dotted(code)
    assert compact(written) == code


@given(ASCII.filter(lambda text: not text.endswith("\0")))
def test_a_packed_code_unpacks_to_itself(text: str) -> None:
    key = pack(text)

    assert key is not None
    assert unpack(key) == text


@given(ASCII, ASCII)
def test_packed_codes_sort_as_their_texts(one: str, other: str) -> None:
    first, second = pack(one), pack(other)

    assert first is not None
    assert second is not None
    assert (first < second) == (one < other)


@pytest.mark.parametrize("text", ["123456789", "É11", "A\0"])
def test_what_fits_no_table_has_no_key(text: str) -> None:
    assert pack(text) is None
