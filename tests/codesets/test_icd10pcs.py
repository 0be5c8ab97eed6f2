from datetime import date

from services.codesets.catalog import CodeSets
from services.codesets.validity import Standing


def test_a_procedure_is_valid_by_date(sets: CodeSets) -> None:
    pcs = sets.icd10pcs(date(2026, 1, 5))

    assert pcs.valid("02703DZ")
    assert pcs.valid(" 02703dz ")
    assert pcs.status("02703DZ").since == date(2015, 10, 1)
    assert not sets.icd10pcs(date(2015, 9, 30)).valid("02703DZ")


def test_procedures_have_no_headers(sets: CodeSets) -> None:
    pcs = sets.icd10pcs(date(2026, 1, 5))

    assert pcs.status("02703D").standing is Standing.UNKNOWN
    assert not pcs.valid("02703D")
    assert not pcs.valid("E11.9")


def test_flags_of_a_procedure(sets: CodeSets) -> None:
    pcs = sets.icd10pcs(date(2026, 1, 5))

    assert pcs.flags("10D00Z0") == frozenset({"csect"})
    assert pcs.flags("0000000") is None
