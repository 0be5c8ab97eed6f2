from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.codesets.errors import ImportRefused
from services.codesets.imports.editions import Span, Witness, edition_of, named, quarter_of, resolve


@pytest.mark.parametrize(
    ("name", "span", "version"),
    [
        ("ncci_ptp_practitioner_2024q3.txt", Span.QUARTER, "2024q3"),
        ("medicare-ncci-2025-q4-practitioner-services-mue-table.csv", Span.QUARTER, "2025q4"),
        ("MCR_MUE_PractitionerServices_Eff_10-01-2025.csv", Span.QUARTER, "2025q4"),
        ("ccipra-v302r0-f1.txt", Span.QUARTER, "2024q3"),
        ("ccipra-v313r0-f1.TXT", Span.QUARTER, "2025q4"),
        ("ccioph-v300r0-f2.txt", Span.QUARTER, "2024q1"),
        ("AOC_V2024Q3-MCR.txt", Span.QUARTER, "2024q3"),
        ("ncci_add_on_codes_2024.csv", Span.QUARTER, "2024"),
        ("pfs_rvu_2024b.csv", Span.QUARTER, "2024q2"),
        ("PPRRVU24_JUL.csv", Span.QUARTER, "2024q3"),
        ("PPRRVU2026_Oct_nonQPP.csv", Span.QUARTER, "2026q4"),
        ("rvu26d.zip", Span.QUARTER, "2026q4"),
        ("hcpcs_level2_2025oct.csv", Span.QUARTER, "2025q4"),
        ("HCPC2024_JUL_ANWEB.txt", Span.QUARTER, "2024q3"),
        ("july-2024-alpha-numeric-hcpcs-file.zip", Span.QUARTER, "2024q3"),
        ("GPCI2025.csv", Span.YEAR, "2025"),
        ("pfs_gpci_2024.csv", Span.YEAR, "2024"),
        ("icd10cm-order-2026.txt", Span.FISCAL_YEAR, "FY2026"),
        ("icd10cm-order-April-2026.txt", Span.FISCAL_YEAR, "FY2026-04"),
        ("icd10cm-eindex-April-1-2024.xml", Span.FISCAL_YEAR, "FY2024-04"),
        ("anything.csv", Span.QUARTER, None),
        ("Eff_13-45-2025.csv", Span.QUARTER, "2025"),
    ],
)
def test_a_name_speaks_of_an_edition(name: str, span: Span, version: str | None) -> None:
    found = named(name, span)

    assert (found and found.version) == version


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(list(Span)))
def test_an_edition_contains_its_day(day: date, span: Span) -> None:
    edition = edition_of(day, span)

    assert edition.effective <= day
    assert edition.through is None or day <= edition.through


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_quarters_follow_each_other(day: date) -> None:
    quarter = quarter_of(day)
    assert quarter.through is not None
    following = quarter_of(quarter.through + timedelta(days=1))

    assert following.effective == quarter.through + timedelta(days=1)
    assert 90 <= (quarter.through - quarter.effective).days + 1 <= 92


def test_the_user_the_name_and_the_content_agree() -> None:
    witness = Witness(quarter_of(date(2024, 7, 1)), "its newest row says")

    found = resolve("x", "ccipra-v302r0.txt", Span.QUARTER, date(2024, 8, 15), witness)

    assert found.version == "2024q3"
    assert resolve("x", "x", Span.QUARTER, None, witness).version == "2024q3"


@pytest.mark.parametrize(
    ("name", "stated", "content", "message"),
    [
        ("x_2024q3", date(2024, 10, 1), None, "--effective says 2024q4, the file's name says 2024q3"),
        ("x", date(2024, 10, 1), date(2024, 7, 1), "--effective says 2024q4, its rows say 2024q3"),
        ("x_2024q3", None, date(2024, 4, 1), "the file's name says 2024q3, its rows say 2024q2"),
        ("x", None, None, "give --effective"),
    ],
)
def test_contradictions_and_silence_are_refused(
    name: str, stated: date | None, content: date | None, message: str
) -> None:
    witness = Witness(quarter_of(content), "its rows say") if content else None

    with pytest.raises(ImportRefused, match=message):
        resolve("x", name, Span.QUARTER, stated, witness)
